import test from 'ava';
import type { PacketSocket } from '../../../../src/agent/shaping/packets.js';
import { Relay } from '../../../../src/agent/shaping/relay.js';
import type { Impairment } from '../../../../src/topology/model/fault.js';
import { randomFrom } from '../../../support/random.js';

/** Frames of 110 bytes, 100 of them on the wire, each with its number in its last byte. */
const frame = (number: number): Buffer => Buffer.concat([Buffer.alloc(109), Buffer.from([number])]);

/** A relay between two sockets that only remember, and a clock that is told what time it is. */
function relayWith(impairment: Impairment) {
  const arriving: Buffer[] = [];
  const sent: { readonly number: number; readonly atMs: number; readonly frame: Buffer }[] = [];
  let nowMs = 0;
  const from = { receive: () => arriving.shift(), close: () => undefined };
  const to = {
    send: (each: Buffer) => void sent.push({ number: each.at(-1) ?? -1, atMs: nowMs, frame: each }),
    close: () => undefined,
  };
  const relay = new Relay(from as unknown as PacketSocket, to as unknown as PacketSocket, impairment, randomFrom(7));
  return {
    sent,
    arrive: (...numbers: readonly number[]) => void arriving.push(...numbers.map(frame)),
    runTo: (ms: number) => {
      for (; nowMs <= ms; nowMs++) relay.tick(nowMs);
    },
  };
}

const numbers = (sent: readonly { readonly number: number }[]): readonly number[] => sent.map(({ number }) => number);

test('each frame waits as long as it was told, and keeps its place', (t) => {
  const { arrive, runTo, sent } = relayWith({ delayMs: 10 });
  arrive(1, 2);
  runTo(4);
  arrive(3);
  runTo(30);
  t.deepEqual(
    sent.map(({ number, atMs }) => [number, atMs]),
    [
      [1, 10],
      [2, 10],
      [3, 15],
    ],
  );
});

test('jitter varies the delay and leaves the order', (t) => {
  const { arrive, runTo, sent } = relayWith({ delayMs: 20, jitterMs: 10 });
  for (let ms = 0; ms < 100; ms++) {
    arrive(ms);
    runTo(ms);
  }
  runTo(200);
  t.deepEqual(
    numbers(sent),
    Array.from({ length: 100 }, (_, index) => index),
  );
  const waits = sent.map(({ number, atMs }) => atMs - number);
  t.true(Math.max(...waits) - Math.min(...waits) >= 5, waits.join(' '));
  t.true(
    waits.every((wait) => wait >= 9 && wait <= 31),
    waits.join(' '),
  );
});

test('a rate lets one frame follow the other, and a full queue loses the rest', (t) => {
  // 100 bytes at 100 kbit/s take 8 ms.
  const { arrive, runTo, sent } = relayWith({ delayMs: 1, rateBps: 100_000 });
  arrive(1, 2, 3);
  runTo(40);
  t.deepEqual(
    sent.map(({ atMs }) => atMs),
    [9, 17, 25],
  );
  arrive(...Array.from({ length: 1500 }, () => 4));
  runTo(20_000);
  t.is(sent.length, 3 + 1000);
});

test('loss, duplicates, overtaking and wrong bits come as often as they should', (t) => {
  const count = (impairment: Impairment) => {
    const { arrive, runTo, sent } = relayWith({ delayMs: 1, ...impairment });
    for (let index = 0; index < 20; index++) {
      arrive(...Array.from({ length: 50 }, () => 9));
      runTo(index * 10);
    }
    runTo(400);
    return sent;
  };
  const near = (value: number, expected: number): boolean => Math.abs(value - expected) < 60;
  t.true(near(count({ loss: 0.3 }).length, 700));
  t.true(near(count({ duplicate: 0.3 }).length, 1300));
  t.true(near(count({ corrupt: 0.3 }).filter((each) => !each.frame.equals(frame(9))).length, 300));
  t.is(count({}).length, 1000);
  const { arrive, runTo, sent } = relayWith({ delayMs: 10, reorder: 0.5 });
  arrive(...Array.from({ length: 20 }, (_, index) => index));
  runTo(0);
  t.true(sent.length > 3 && sent.length < 17, 'those that overtake do not wait');
});
