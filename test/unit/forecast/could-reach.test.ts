import test from 'ava';
import { healthy, serviceKey, type Condition } from '../../../src/forecast/condition.js';
import { couldReach } from '../../../src/forecast/could-reach.js';
import { planOf, switched, twoEqualWays } from '../plan/plan-of.js';

const plan = planOf(twoEqualWays);
const broken = (what: Partial<Condition>): Condition => ({ ...healthy, ...what });
const reachable = (what: Partial<Condition>): readonly string[] =>
  ['server-a', 'server-b'].filter((instance) => couldReach(plan, broken(what), 'client1', instance));
const endOf = (link: string, node: string): string =>
  `${node}:${plan.links.find(({ id }) => id === link)?.ends.find((end) => end.node === node)?.interface ?? ''}`;

test('every instance can be reached where nothing is broken, near or far', (t) => {
  t.deepEqual(reachable({}), ['server-a', 'server-b']);
});

test('who does not run, does not serve, or asks not to be used is not there to stay with', (t) => {
  t.deepEqual(reachable({ crashedNodes: new Set(['server-a']) }), ['server-b']);
  t.deepEqual(reachable({ frozenNodes: new Set(['server-a']) }), ['server-b']);
  t.deepEqual(reachable({ stoppedServices: new Set([serviceKey('service', 'server-a')]) }), ['server-b']);
  t.deepEqual(reachable({ withdrawnServices: new Set([serviceKey('service', 'server-a')]) }), ['server-b']);
  t.deepEqual(reachable({ drainedNodes: new Set(['server-a']) }), ['server-b']);
});

test('packets need routers that run, and links that carry them', (t) => {
  t.deepEqual(reachable({ crashedNodes: new Set(['router2']) }), ['server-b']);
  t.deepEqual(reachable({ frozenNodes: new Set(['router3']) }), ['server-a']);
  t.deepEqual(reachable({ crashedNodes: new Set(['router1']) }), []);
  t.deepEqual(reachable({ downEnds: new Set([endOf('router1/router2', 'router2')]) }), ['server-b']);
  t.deepEqual(reachable({ downEnds: new Set([endOf('client1/router1', 'client1')]) }), []);
});

test('what routing makes of it does not matter: daemons may be dead, and routes gone', (t) => {
  t.deepEqual(reachable({ deadDaemons: new Set(['ospfd@router2']), routelessNodes: new Set(['router3']) }), [
    'server-a',
    'server-b',
  ]);
});

test('an instance does not forward what is for another', (t) => {
  const behind = planOf(`
name: behind
nodes:
  client1:  {kind: host}
  router1:  {kind: router}
  router2:  {kind: router}
  router3:  {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router1]
  - [router1, server-a]
  - [router1, router2]
  - [server-a, router2]
  - [router2, router3]
  - [router3, server-b]
anycast:
  service: {addresses: [192.0.2.53], instances: [server-a, server-b], allowSharedRouter: true}
`);
  t.true(couldReach(behind, healthy, 'client1', 'server-b'));
  const cut =
    behind.links.find(({ id }) => id === 'router1/router2')?.ends.map((end) => `${end.node}:${end.interface}`) ?? [];
  t.false(couldReach(behind, broken({ downEnds: new Set(cut) }), 'client1', 'server-b'));
});

test('a switch carries packets without being a router', (t) => {
  const segments = planOf(switched);
  const [question] = segments.questions;
  const [instance] = segments.services[0]?.instances ?? [];
  t.true(couldReach(segments, healthy, question?.client ?? '', instance ?? ''));
});

test('no other node is an instance', (t) => {
  t.false(couldReach(plan, healthy, 'client1', 'router1'));
  t.false(couldReach(plan, healthy, 'client1', 'nobody'));
});
