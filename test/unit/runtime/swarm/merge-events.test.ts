import test from 'ava';
import { EventOrder } from '../../../../src/agent/record/event-source.js';
import type { LabEvent, OrderedEvent } from '../../../../src/protocol/events.js';
import { EventMerge } from '../../../../src/runtime/swarm/conductor/merge-events.js';
import { randomFrom, seedOfRun } from '../../../support/random.js';

const event = (atMs: number, text = ''): LabEvent => ({ atMs, kind: 'route', node: null, text });
const dropped: LabEvent = { kind: 'dropped', count: 2 };

type Message = ReturnType<EventOrder['put']>;

/** What a machine hands on by its own clock: mostly of the time since it last did, sometimes late. */
function messagesOf(machine: number, random: () => number): readonly Message[] {
  const order = new EventOrder();
  let [nowMs, count] = [random() * 1000, 0];
  order.toLeadMs = -nowMs;
  return Array.from({ length: 30 }, () => {
    const sinceMs = nowMs;
    nowMs += 1 + Math.round(random() * 40);
    // Somebody has measured the clocks again.
    if (random() < 0.1) order.toLeadMs += random() * 8 - 4;
    const heard = Array.from({ length: Math.floor(random() * 4) }, () => {
      const lateMs = random() < 0.2 ? 100 : 0;
      return event(sinceMs + random() * (nowMs - sinceMs) - lateMs, `${String(machine)}.${String(count++)}`);
    });
    return order.put(heard, nowMs);
  });
}

/** The events that a listener is told, which subscribed to each machine at some message, and gets the messages as they come. */
function toldTo(machines: readonly (readonly Message[])[], random: () => number): readonly LabEvent[] {
  const merge = new EventMerge(machines.length, 10_000);
  const coming = machines.map((messages) => messages.slice(Math.floor(random() * 5)));
  const told: LabEvent[] = [];
  for (;;) {
    const left = [...coming.keys()].filter((machine) => (coming[machine]?.length ?? 0) > 0);
    const machine = left[Math.floor(random() * left.length)];
    if (machine === undefined) return told;
    const message = coming[machine]?.shift();
    if (message !== undefined) told.push(...merge.take(machine, message.events, message.untilMs));
  }
}

test('listeners of several machines are told the same in the same order, however the messages come', (t) => {
  const seed = seedOfRun();
  t.log('seed', seed);
  const random = randomFrom(seed);
  for (let trial = 0; trial < 50; trial++) {
    const machines = [0, 1, 2].map((machine) => messagesOf(machine, random));
    const [one, other] = [toldTo(machines, random), toldTo(machines, random)];
    t.true(one.length > 40 && other.length > 40);
    // They began at different moments.
    t.deepEqual(one.slice(-40), other.slice(-40));
  }
});

test('events of machines come in the order of time, once no earlier one can come', (t) => {
  const merge = new EventMerge(2, 10);
  const at = (atMs: number): OrderedEvent => ({ ...event(atMs), orderMs: atMs });
  t.deepEqual(merge.take(0, [at(1), at(4)], 5), [], 'the other may say something earlier');
  t.deepEqual(merge.take(1, [at(2)], 4), [event(1), event(2)]);
  t.deepEqual(merge.take(1, [], 4.5), [event(4)], 'by its silence, too');
  t.deepEqual(merge.take(1, [at(4.6)]), [], 'more of the same is on its way');
  t.deepEqual(merge.take(1, [at(5)], 6), [event(4.6)]);
  t.deepEqual(merge.take(0, [at(5)], 6), [event(5), event(5)]);
});

test('while a machine is silent, as many wait as the listener has room for; the others are counted', (t) => {
  const merge = new EventMerge(2, 2);
  const at = (atMs: number): OrderedEvent => ({ ...event(atMs), orderMs: atMs });
  merge.take(0, [at(1)], 1.5);
  merge.take(0, [at(2), at(3), dropped], 4);
  merge.take(0, [at(5)], 6);
  t.deepEqual(merge.take(1, [], 7), [event(1), event(2), { kind: 'dropped', count: 4 }]);
});

test('what is late, or was moved by another offset, comes after what was told before, with its own time', (t) => {
  const order = new EventOrder();
  order.toLeadMs = 100;
  t.deepEqual(order.put([event(3), event(2)], 10), {
    events: [
      { ...event(102), orderMs: 102 },
      { ...event(103), orderMs: 103 },
    ],
    untilMs: 110,
  });
  t.deepEqual(order.put([event(9)], 20), { events: [{ ...event(109), orderMs: 110 }], untilMs: 120 });
  order.toLeadMs = 80;
  t.deepEqual(order.put([event(25)], 30), { events: [{ ...event(105), orderMs: 120 }], untilMs: 120 });
});
