import test from 'ava';
import type { Course } from '../../../src/picture/course.js';
import type { ChangeFelt, LabAt, StepPlayed } from '../../../src/view/moments.js';
import { newsOf } from '../../../src/view/page/state/news.js';
import { directions, placeTowards } from '../../../src/view/page/state/place-towards.js';

const asked = { service: 'dns', address: '192.0.2.53' };
const answered = (client: string, instance: string | null): Course => ({ ...asked, client, instance, path: [] });
const lab = (courses: readonly Course[], faults: LabAt['faults'] = []): LabAt => ({
  courses,
  faults,
  predicted: null,
  traffic: null,
});
const crash = {
  target: 'server-a',
  how: 'crash',
  text: 'server-a loses power',
  nodes: ['server-a'],
  links: [],
} as const;
const step = (changes: readonly Partial<ChangeFelt>[]): StepPlayed => ({
  kind: 'step',
  atMs: 100,
  command: 'fail server-a',
  settled: true,
  settleMs: 20,
  pending: [],
  changes: changes.map((change) => ({
    ...asked,
    client: 'client1',
    before: 'server-a',
    after: 'server-b',
    outageMs: 12,
    lost: 3,
    sent: 40,
    phases: null,
    isCollateral: false,
    ...change,
  })),
});

test('whoever does not see the picture hears what broke, who answers whom then, and how long nobody did', (t) => {
  const before = lab([answered('client1', 'server-a'), answered('client2', 'server-c')]);
  const after = lab([answered('client1', 'server-b'), answered('client2', 'server-c')], [crash]);
  t.is(newsOf(before, before), '');
  t.is(
    newsOf(before, after, [step([{}, { client: 'client2', outageMs: 0 }])]),
    'server-a loses power. client1 at 192.0.2.53: server-b answers now, server-a before. fail server-a: client1 at 192.0.2.53 had 12 ms of outage.',
  );
  t.is(
    newsOf(after, lab([answered('client1', null), answered('client2', 'server-c')]), [step([{ outageMs: null }])]),
    'server-a is restored. client1 at 192.0.2.53: nobody answers, server-b before. fail server-a: client1 at 192.0.2.53 had no answer any more.',
  );
});

test('of many clients that move some are named, and the others counted', (t) => {
  const all = (instance: string): LabAt =>
    lab(Array.from({ length: 30 }, (_, nth) => answered(`client${String(nth)}`, instance)));
  const news = newsOf(all('server-a'), all('server-b'));
  t.regex(news, /client3 at 192\.0\.2\.53: server-b answers now, server-a before\. And 26 more\.$/);
});

test('arrows lead from one part of the picture to the next one in their direction', (t) => {
  const places = [
    { x: 0, y: 0 },
    { x: 100, y: 0 },
    { x: 50, y: 10 },
    { x: 0, y: 100 },
    { x: 40, y: 90 },
  ];
  const from = (nth: number, key: string): number | undefined =>
    placeTowards(places, nth, directions[key] ?? { x: 0, y: 0 });
  t.is(from(0, 'ArrowRight'), 2);
  t.is(from(2, 'ArrowRight'), 1);
  t.is(from(1, 'ArrowRight'), undefined);
  t.is(from(0, 'ArrowDown'), 3, 'straight down, though something aside is nearer');
  t.is(from(3, 'ArrowUp'), 0);
});
