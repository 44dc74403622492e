import test from 'ava';
import { StuckRoutes, wrongByOspf6 } from '../../../../src/agent/routing/stuck-routes.js';
import type { Lacking } from '../../../../src/protocol/lacking.js';
import { planOf, twoEqualWays, twoSystems } from '../../plan/plan-of.js';

const plan = planOf(twoEqualWays);
const wrong = (node: string, destination: string): Lacking => ({
  kind: 'route',
  node,
  destination,
  state: 'missing',
});
const wrong6 = wrong('router1', '2001:db8:53::53/128');

test('only IPv6 routes of OSPFv3, with nothing else on its way, may be stuck', (t) => {
  t.deepEqual(wrongByOspf6(plan, []), []);
  t.deepEqual(wrongByOspf6(plan, [wrong6, wrong6]), ['router1']);
  t.deepEqual(wrongByOspf6(plan, [wrong6, wrong('router1', '192.0.2.53/32')]), []);
  t.deepEqual(wrongByOspf6(plan, [wrong6, { kind: 'quiet', quietMs: 100 }]), []);
  t.deepEqual(wrongByOspf6(plan, [wrong('client1', '2001:db8:53::53/128')]), []);
});

test('a router that speaks BGP too may wait for that', (t) => {
  const system = planOf(twoSystems('2001:db8:53::53'));
  t.not(system.nodes.find(({ name }) => name === 'router1')?.routing?.bgp, undefined);
  t.deepEqual(wrongByOspf6(system, [wrong6]), []);
});

test('a router is stuck once it has been wrong for longer than OSPF waits for anything, and again after as long', (t) => {
  const routes = new StuckRoutes(plan);
  t.deepEqual(routes.look([wrong6], 1000), []);
  t.deepEqual(routes.look([wrong6], 3999), []);
  t.deepEqual(routes.look([wrong6], 4000), ['router1']);
  t.deepEqual(routes.look([wrong6], 4100), []);
  t.deepEqual(routes.look([wrong6], 7000), ['router1']);
});

test('what changes is not stuck', (t) => {
  const routes = new StuckRoutes(plan);
  t.deepEqual(routes.look([wrong6], 0), []);
  t.deepEqual(routes.look([wrong6, wrong('router2', '2001:db8:53::53/128')], 2900), []);
  t.deepEqual(routes.look([wrong6], 5000), []);
  t.deepEqual(routes.look([], 7000), []);
  t.deepEqual(routes.look([wrong6], 9000), []);
  t.deepEqual(routes.look([wrong6], 12_000), ['router1']);
});
