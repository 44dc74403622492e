import test from 'ava';
import { LiveLine } from '../../../src/cli/live-line.js';
import type { Output } from '../../../src/cli/output.js';
import type { Lab } from '../../../src/lab/lab.js';
import type { LabEvent } from '../../../src/protocol/events.js';
import { nothingWatched, watchedAfter, watchedText } from '../../../src/report/live-text.js';

const answer = (client: string, instance: string | null): LabEvent => ({
  atMs: 1,
  kind: 'answer',
  client,
  service: 'dns',
  address: '192.0.2.53',
  sourcePort: 40_001,
  fate: instance === null ? 'silent' : 'answered',
  instance,
});
const route: LabEvent = { atMs: 2, kind: 'route', node: 'router1', text: '192.0.2.53/32 via router2' };

test('the line tells how long, how the flows are, and what came last', (t) => {
  const events = [
    [answer('client1', 'server-a'), '2.8 s  1 flow answered as before'],
    [answer('client2', 'server-a'), '2.8 s  2 flows answered as before'],
    [{ atMs: 1, kind: 'fault', node: null, text: 'fail server-a (crash)' }, / {2}fail server-a \(crash\)$/],
    [answer('client1', null), /^2\.8 s {2}1 of 2 flows without an answer {2}fail/],
    [answer('client1', 'server-b'), /^2\.8 s {2}1 of 2 flows moved, client1 to server-b {2}fail/],
    [{ kind: 'dropped', count: 3 }, /^2\.8 s {2}1 of 2 flows moved, client1 to server-b {2}fail/],
    [route, / {2}router1: 192\.0\.2\.53\/32 via router2$/],
    [answer('client1', 'server-a'), /^2\.8 s {2}2 flows answered as before {2}router1/],
  ] as const;
  let watched = nothingWatched;
  t.is(watchedText(watched, 2840), '2.8 s');
  for (const [event, line] of events) {
    watched = watchedAfter(watched, event);
    if (typeof line === 'string') t.is(watchedText(watched, 2840), line);
    else t.regex(watchedText(watched, 2840), line);
  }
  t.is(watchedText(nothingWatched, 1240, 5000), '1.2 s of 5.0 s');
  t.is(watchedText(nothingWatched, 5100, 5000), '5.0 s of 5.0 s', 'the last answers are waited for');
});

test('nothing moves where nobody watches, and a lab that ends takes its line with it', async (t) => {
  const lines: string[] = [];
  const output = (isLive: boolean): Output => ({
    json: false,
    isLive,
    width: Infinity,
    print: () => undefined,
    printAsIs: () => undefined,
    warn: () => undefined,
    line: () => undefined,
    document: () => undefined,
    progress: (_, text) => void lines.push(text),
    progressDone: () => void lines.push('done'),
  });
  let subscribed = 0;
  const lab = {
    subscribe: () => {
      subscribed++;
      return Promise.resolve({
        close: () => Promise.resolve(),
        async *[Symbol.asyncIterator]() {
          yield await Promise.resolve(route);
          throw new Error('the lab is gone');
        },
      });
    },
  } as unknown as Lab;
  t.is(await LiveLine.start(output(false), lab), undefined);
  t.is(subscribed, 0);
  const line = await LiveLine.start(output(true), lab);
  await line?.stop();
  t.is(subscribed, 1);
  t.deepEqual(lines, ['done']);
});
