import { closeSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import test, { type ExecutionContext } from 'ava';
import { socketAddress } from '../../../../src/agent/system/addresses.js';
import { DatagramBatch } from '../../../../src/agent/system/datagram-batch.js';
import { loadKernel } from '../../../../src/agent/system/kernel.js';
import { Readiness } from '../../../../src/agent/system/readiness.js';
import { pollUntil } from '../../../../src/support/poll.js';

const CLOCKS_APART_MS = 100;

/** A bound socket of ours, and one of Node's that sends to it. */
async function open(t: ExecutionContext, loopback: '127.0.0.1' | '::1') {
  const kernel = loadKernel();
  const address = socketAddress(loopback, 0);
  const descriptor = kernel.socket('udp', address.family);
  kernel.bind(descriptor, address);
  DatagramBatch.prepare(descriptor);
  const peer = createSocket(loopback === '::1' ? 'udp6' : 'udp4').bind(0, loopback);
  await once(peer, 'listening');
  t.teardown(() => {
    closeSync(descriptor);
    peer.close();
  });
  const say = async (...words: readonly string[]): Promise<void> => {
    for (const word of words)
      await new Promise<void>((resolve, reject) => {
        peer.send(word, kernel.portOf(descriptor), loopback, (error) => {
          if (error === null) resolve();
          else reject(error);
        });
      });
  };
  return { descriptor, peer, say };
}

async function untilReady(readiness: Readiness): Promise<readonly number[]> {
  return (
    await pollUntil(
      () => readiness.wait(0),
      (tags) => tags.length > 0,
      { everyMs: 1, deadlineMs: 5000 },
    )
  ).last;
}

for (const loopback of ['127.0.0.1', '::1'] as const) {
  test(`${loopback}: datagrams are taken many at a time, in order, with the time of their arrival, and replied to`, async (t) => {
    const { descriptor, peer, say } = await open(t, loopback);
    const batch = new DatagramBatch(2, 16);
    const heard: string[] = [];
    peer.on('message', (message) => heard.push(message.toString()));
    const beforeMs = performance.now();
    await say('one', 'three', 'five');
    const afterMs = performance.now();
    const seen: string[] = [];
    for (let count = batch.receive(descriptor); count > 0; count = batch.receive(descriptor)) {
      for (let index = 0; index < count; index++) {
        seen.push(batch.message(index).toString());
        // The kernel's clock and ours are read one after the other: a machine that is busy may come in between.
        t.true(
          batch.arrivedAtMs(index) > beforeMs - CLOCKS_APART_MS && batch.arrivedAtMs(index) < afterMs + CLOCKS_APART_MS,
        );
        batch.reply(index, Buffer.from(`${batch.message(index).toString()}!`));
      }
      batch.sendReplies(descriptor);
    }
    t.deepEqual(seen, ['one', 'three', 'five']);
    const { held } = await pollUntil(
      () => heard.length,
      (count) => count === 3,
      { everyMs: 1, deadlineMs: 5000 },
    );
    t.true(held);
    t.deepEqual(heard, ['one!', 'three!', 'five!']);
  });
}

test('a message that is too long is cut off, and the next one is whole', async (t) => {
  const { descriptor, say } = await open(t, '127.0.0.1');
  const batch = new DatagramBatch(4, 8);
  await say('0123456789', 'short');
  t.is(batch.receive(descriptor), 2);
  t.deepEqual(
    [0, 1].map((index) => batch.message(index).toString()),
    ['01234567', 'short'],
  );
  t.is(batch.receive(descriptor), 0);
});

test('of many descriptors, those with something to read are told', async (t) => {
  const [first, second] = [await open(t, '127.0.0.1'), await open(t, '127.0.0.1')];
  const readiness = new Readiness();
  t.teardown(() => {
    readiness.close();
  });
  readiness.add(first.descriptor, 11);
  readiness.add(second.descriptor, 12);
  t.deepEqual(readiness.wait(0), []);
  await second.say('here');
  t.deepEqual(await untilReady(readiness), [12]);
  await first.say('here');
  t.deepEqual([...(await untilReady(readiness))].sort(), [11, 12]);
});
