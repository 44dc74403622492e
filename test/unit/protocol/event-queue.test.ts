import test from 'ava';
import { EventQueue } from '../../../src/protocol/event-queue.js';
import type { LabEvent } from '../../../src/protocol/events.js';

const event = (atMs: number): LabEvent => ({ atMs, kind: 'fault', node: null, text: '' });
const short = (events: readonly LabEvent[]): readonly string[] =>
  events.map((each) => (each.kind === 'dropped' ? `-${String(each.count)}` : String(each.atMs)));

test('what finds no room is counted where it would have been', (t) => {
  const queue = new EventQueue(2);
  for (const atMs of [1, 2, 3, 4]) queue.push(event(atMs));
  t.deepEqual(short(queue.take(1)), ['1']);
  queue.push(event(5));
  queue.push(event(6));
  queue.push({ kind: 'dropped', count: 10 });
  t.deepEqual(short(queue.take(9)), ['2', '-2', '5', '-11']);
  t.deepEqual(queue.take(9), []);
  for (const atMs of [7, 8, 9]) queue.push(event(atMs));
  t.deepEqual(short(queue.take(2)), ['7', '8']);
  queue.push(event(10));
  t.deepEqual(short(queue.take(9)), ['-1', '10']);
});
