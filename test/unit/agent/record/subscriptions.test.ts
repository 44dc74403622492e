import { PassThrough } from 'node:stream';
import test from 'ava';
import { Subscriptions } from '../../../../src/agent/record/subscriptions.js';
import { serve } from '../../../../src/agent/server.js';
import type { EventListener } from '../../../../src/agent/record/event-source.js';
import type { LabEvent } from '../../../../src/protocol/events.js';
import type { Handlers } from '../../../../src/protocol/messages.js';
import { readLines } from '../../../../src/support/lines.js';

const event = (atMs: number): LabEvent => ({ atMs, kind: 'fault', node: null, text: 'x'.repeat(40) });

/** A connection with room for little, and what happens in its lab. */
function connect() {
  const listeners = new Set<EventListener>();
  const subscriptions = new Subscriptions({
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  const [input, output] = [new PassThrough(), new PassThrough({ highWaterMark: 200 })];
  const served = serve(input, output, subscriptions.handlers as Handlers);
  const ask = (id: number, method: string, params: unknown): void =>
    void input.write(`${JSON.stringify({ id, method, params })}\n`);
  const lines = readLines(output);
  return {
    listeners,
    subscriptions,
    input,
    output,
    served,
    ask,
    happen: (...times: readonly number[]) => {
      for (const listener of listeners)
        listener(
          times.map((atMs) => ({ ...event(atMs), orderMs: atMs })),
          times.at(-1) ?? 0,
        );
    },
    read: async (): Promise<unknown> => JSON.parse(String((await lines.next()).value)),
  };
}

test('nothing is sent to whoever does not read; what waits is bounded, and goes on when there is room', async (t) => {
  const { ask, happen, read, output } = connect();
  ask(7, 'subscribe', { limit: 2 });
  t.deepEqual(await read(), { id: 7, result: null });
  happen(1, 2);
  const sent = output.readableLength + output.writableLength;
  for (let atMs = 3; atMs < 1000; atMs++) happen(atMs);
  t.true(output.readableLength + output.writableLength < sent + 600, 'no more than fits');
  const heard: LabEvent[] = [];
  while (heard.at(-1)?.kind !== 'dropped') heard.push(...((await read()) as { events: LabEvent[] }).events);
  const missed = heard.reduce((sum, each) => sum + (each.kind === 'dropped' ? each.count : 0), 0);
  t.is(heard.length - 1 + missed, 999);
  t.true(missed > 900);
  happen(1000);
  t.deepEqual(await read(), { id: 7, events: [event(1000)] });
});

test('one subscription ends and leaves the others of its connection, which end with it', async (t) => {
  const { ask, happen, read, listeners, subscriptions, input, served } = connect();
  ask(1, 'subscribe', { limit: 9 });
  ask(2, 'subscribe', { limit: 9 });
  t.deepEqual(
    [await read(), await read()],
    [
      { id: 1, result: null },
      { id: 2, result: null },
    ],
  );
  ask(3, 'unsubscribe', { subscription: 1 });
  t.deepEqual(await read(), { id: 3, result: null });
  happen(5);
  t.deepEqual(await read(), { id: 2, events: [event(5)] });
  input.end();
  await served;
  subscriptions.endAll();
  t.is(listeners.size, 0);
});

test('a machine among several says until when it has told everything, and leaves to the first what all of them make', async (t) => {
  const { ask, read, listeners } = connect();
  const route: LabEvent = { atMs: 2, kind: 'route', node: 'router1', text: '' };
  const tell: EventListener = (events, untilMs) => {
    for (const listener of listeners) listener(events, untilMs);
  };
  ask(1, 'subscribe', { limit: 9, among: { toLeadMs: 0, isLead: false } });
  await read();
  const both = [event(1), route].map((each) => ({ ...each, orderMs: 3 }));
  tell(both, 4);
  t.deepEqual(await read(), { id: 1, events: both.slice(1), untilMs: 4 });
  tell([], 5);
  t.deepEqual(await read(), { id: 1, events: [], untilMs: 5 });
});
