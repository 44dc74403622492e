import test from 'ava';
import fc from 'fast-check';
import { phasesOf } from '../../../src/measure/phases.js';
import type { TimelineEvent } from '../../../src/protocol/timeline.js';

const address = '192.0.2.53';
const fault: TimelineEvent = { atMs: 100, kind: 'fault', node: 'server-a', text: 'server-a loses power' };
const daemon = (atMs: number): TimelineEvent => ({
  atMs,
  kind: 'daemon',
  node: 'router1',
  text: 'OSPF neighbor server-a: Full -> Down',
});
const route = (atMs: number, prefix = '192.0.2.53/32'): TimelineEvent => ({
  atMs,
  kind: 'route',
  node: 'router1',
  text: `${prefix} via router2`,
  prefix,
});
const phases = (goodAtMs: number, ...events: readonly TimelineEvent[]): ReturnType<typeof phasesOf> =>
  phasesOf({ address, faultAtMs: 100, goodAtMs, events: [fault, ...events] });

test('an outage goes to noticing, telling, installing, and answering, in this order', (t) => {
  t.deepEqual(phases(160, daemon(140), route(145), route(152)), {
    detectionMs: 40,
    propagationMs: 5,
    installationMs: 7,
    answerMs: 8,
  });
});

test('where the first sign is a route, nothing had to be told', (t) => {
  t.deepEqual(phases(160, route(145)), { detectionMs: 45, propagationMs: 0, installationMs: 0, answerMs: 15 });
});

test('where nothing was said at all, all of it is detection', (t) => {
  t.deepEqual(phases(160), { detectionMs: 60, propagationMs: 0, installationMs: 0, answerMs: 0 });
});

test('routes to other places, and of the other family, do not count; those around the address do', (t) => {
  t.deepEqual(phases(160, daemon(140), route(145, '198.51.100.0/24'), route(146, '2001:db8:53::53/128')), {
    detectionMs: 40,
    propagationMs: 0,
    installationMs: 0,
    answerMs: 20,
  });
  t.like(phases(160, daemon(140), route(145, '192.0.2.0/24')), { propagationMs: 5 });
  t.like(phases(160, daemon(140), route(145, '0.0.0.0/0')), { propagationMs: 5 });
});

test('what was before the fault, or after the answer, is another story', (t) => {
  t.deepEqual(phases(160, daemon(90), route(95), daemon(140), route(145), route(170)), {
    detectionMs: 40,
    propagationMs: 5,
    installationMs: 0,
    answerMs: 15,
  });
});

test('a route that is noted just after the answer that it made possible was installed by then', (t) => {
  t.deepEqual(phases(160, daemon(140), route(161)), {
    detectionMs: 40,
    propagationMs: 20,
    installationMs: 0,
    answerMs: 0,
  });
});

test('the four parts are never negative, and add up to the whole', (t) => {
  const event = fc
    .tuple(fc.integer({ min: 0, max: 300 }), fc.boolean())
    .map(([atMs, isRoute]) => (isRoute ? route(atMs) : daemon(atMs)));
  fc.assert(
    fc.property(fc.array(event, { maxLength: 8 }), fc.integer({ min: 100, max: 250 }), (events, goodAtMs) => {
      const { detectionMs, propagationMs, installationMs, answerMs } = phases(
        goodAtMs,
        ...events.sort((a, b) => a.atMs - b.atMs),
      );
      t.true([detectionMs, propagationMs, installationMs, answerMs].every((ms) => ms >= 0));
      t.is(detectionMs + propagationMs + installationMs + answerMs, goodAtMs - 100);
    }),
  );
});

test('what another machine stamped a moment too early is what began the outage, and not earlier than it', (t) => {
  const early = { address, faultAtMs: 100, goodAtMs: 160, events: [fault, daemon(99.6), route(160.3)] };
  t.deepEqual(phasesOf({ ...early, apartMs: 0.5 }), {
    detectionMs: 0,
    propagationMs: 60,
    installationMs: 0,
    answerMs: 0,
  });
  t.is(phasesOf(early).detectionMs, 60, 'of one machine, it has nothing to do with the fault');
});
