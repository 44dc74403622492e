import test from 'ava';
import { endKey, healthy, type Condition } from '../../../src/forecast/condition.js';
import { forecast } from '../../../src/forecast/forecast.js';
import type { LabPlan } from '../../../src/plan/model.js';
import { planOf } from '../plan/plan-of.js';

/** A triangle of routers: dns is at router2, for 11, and at router3, for 15; `routes` are router1's. */
const triangle = (routes: string, others = ''): LabPlan =>
  planOf(`
name: triangle
nodes:
  client1:  {kind: host}
  router1:  {kind: router, routes: ${routes}}
  router2:  {kind: router${others}}
  router3:  {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router1]
  - {endpoints: [router1, router2], cost: 10}
  - {endpoints: [router1, router3], cost: 10}
  - {endpoints: [router2, router3], cost: 10}
  - [router2, server-a]
  - {endpoints: [router3, server-b], cost: 5}
anycast:
  dns: {addresses: [192.0.2.53], instances: [server-a, server-b]}
`);
const address = '192.0.2.53/32';

function answersOf(plan: LabPlan, condition: Condition = healthy): readonly string[] {
  const [question] = plan.questions;
  return question === undefined ? ['no question'] : [...forecast(plan, condition).answer(question)].sort();
}

function waysOf(plan: LabPlan, prefix: string, condition: Condition = healthy): readonly string[] | undefined {
  const route = forecast(plan, condition).routes('router1').get(prefix);
  return route === undefined ? undefined : [...route.ways].sort();
}

const without = (plan: LabPlan, ...links: readonly string[]): Condition => ({
  ...healthy,
  downEnds: new Set(plan.links.filter(({ id }) => links.includes(id)).flatMap(({ ends }) => ends.map(endKey))),
});

test('a static route comes before the protocol, and goes with the carrier of its link', (t) => {
  const plan = triangle('[{to: 192.0.2.53/32, via: router3}]');
  t.deepEqual(answersOf(triangle('[{to: 198.51.100.0/24, via: router3}]')), ['server-a'], 'the control');
  t.deepEqual(answersOf(plan), ['server-b']);
  t.deepEqual(waysOf(plan, address), ['router3 by eth3']);
  t.deepEqual(answersOf(plan, without(plan, 'router1/router3')), ['server-a']);
  t.deepEqual(answersOf(plan, { ...healthy, deadDaemons: new Set(['staticd@router1']) }), ['server-a']);
});

test('what a router discards has no next hop, and nobody answers', (t) => {
  const plan = triangle('[{to: 192.0.2.53/32, via: blackhole}]');
  t.deepEqual(answersOf(plan), []);
  t.deepEqual(waysOf(plan, address), []);
});

test('the longest prefix counts before the distance: a default route, or one of another distance, waits', (t) => {
  const plan = triangle('[{to: 0.0.0.0/0, via: router3}, {to: 192.0.2.53/32, via: router3, distance: 250}]');
  t.deepEqual(answersOf(plan), ['server-a']);
  t.deepEqual(waysOf(plan, '0.0.0.0/0'), ['router3 by eth3']);
  const all = { ...healthy, deadDaemons: new Set(['ospfd@router1']) };
  t.deepEqual(waysOf(plan, address, all), ['router3 by eth3'], 'the protocol has none');
});

test('two routes of one distance share, and one of another does not join them', (t) => {
  const plan = triangle(
    '[{to: 192.0.2.53/32, via: router2}, {to: 192.0.2.53/32, via: router3}, {to: 192.0.2.53/32, via: blackhole, distance: 5}]',
  );
  t.deepEqual(answersOf(plan), ['server-a', 'server-b']);
  t.deepEqual(waysOf(plan, address), ['router2 by eth2', 'router3 by eth3']);
});

test('a static route may lead answers away: then nobody is answered', (t) => {
  // 10.0.0.0/31 is the first network of the lab, that of the client.
  const plan = triangle('[{to: 198.51.100.0/24, via: router2}]', ', routes: [{to: 10.0.0.0/31, via: blackhole}]');
  t.deepEqual(answersOf(plan), []);
});

test('routes of two routers that point at each other answer nobody', (t) => {
  const plan = triangle('[{to: 192.0.2.53/32, via: router2}]', ', routes: [{to: 192.0.2.53/32, via: router1}]');
  t.deepEqual(answersOf(plan), []);
});

test('the choice says that it is static, and what it was chosen before', (t) => {
  const plan = triangle('[{to: 192.0.2.53/32, via: router3}]');
  const [question] = plan.questions;
  if (question === undefined) throw new Error('no question');
  t.deepEqual(forecast(plan, healthy).decision('router1', question), {
    node: 'router1',
    prefix: address,
    candidates: [
      { by: 'router3', says: 'static route', isChosen: true },
      { by: 'server-a', says: 'cost 11', isChosen: false },
      { by: 'server-b', says: 'cost 15', isChosen: false },
    ],
  });
});
