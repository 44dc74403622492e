import test from 'ava';
import { StuckExchanges, StuckRoutes, wrongByOspf6 } from '../../../../src/agent/routing/stuck-ospf6.js';
import type { Family } from '../../../../src/plan/model.js';
import type { Lacking, LackingAdjacency } from '../../../../src/protocol/lacking.js';
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

const end = (node: string, device: string, state: string, family: Family = 'ipv6'): LackingAdjacency => ({
  kind: 'adjacency',
  node,
  family,
  interface: device,
  wanted: 1,
  states: [state],
});
const halted = end('router1', 'eth1', 'ExChange');
const other = plan.links.find(({ ends }) => ends.some((each) => each.node === 'router1' && each.interface === 'eth1'));
const [farEnd] = other?.ends.filter(({ node }) => node !== 'router1') ?? [];

test('an exchange has come to a halt where the other end has long been Full, and again after as long', (t) => {
  const exchanges = new StuckExchanges(plan);
  t.deepEqual(exchanges.look([halted, wrong6], 1000), []);
  t.deepEqual(exchanges.look([halted], 3999), []);
  t.deepEqual(exchanges.look([halted], 4000), [halted]);
  t.deepEqual(exchanges.look([halted], 6999), []);
  t.deepEqual(exchanges.look([halted], 7000), [halted]);
});

test('an exchange that the other end has not finished either goes on', (t) => {
  t.assert(farEnd);
  const exchanges = new StuckExchanges(plan);
  const busy = end(farEnd?.node ?? '', farEnd?.interface ?? '', 'ExChange');
  t.deepEqual(exchanges.look([halted, busy], 0), []);
  t.deepEqual(exchanges.look([halted, busy], 9000), []);
  t.deepEqual(exchanges.look([halted, { ...busy, family: 'ipv4' }], 10_000), []);
  t.deepEqual(exchanges.look([halted], 13_000), [halted]);
});

test('other states, and adjacencies of IPv4, are none of its business', (t) => {
  const exchanges = new StuckExchanges(plan);
  for (const each of [end('router1', 'eth1', 'Loading'), end('router1', 'eth1', 'ExChange', 'ipv4')]) {
    t.deepEqual(exchanges.look([each], 0), []);
    t.deepEqual(exchanges.look([each], 9000), []);
  }
});
