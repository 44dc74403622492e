import test from 'ava';
import { StalledRoutes } from '../../../../src/agent/routing/stalled-routes.js';
import { expectedNeighbors } from '../../../../src/agent/routing/adjacency.js';
import { healthy } from '../../../../src/forecast/condition.js';
import type { Lacking } from '../../../../src/protocol/lacking.js';
import { bundledPlan } from '../../plan/plan-of.js';

const stalled = (topology: string): StalledRoutes =>
  new StalledRoutes(expectedNeighbors(bundledPlan(topology), healthy));
const lacking = (...nodes: readonly string[]): readonly Lacking[] =>
  nodes.map((node) => ({ kind: 'route', node, prefix: '2001:db8::/64' }) as unknown as Lacking);

test('a router whose routes have stayed away for a second is asked for its neighbors again, and so are these', (t) => {
  const routes = stalled('bgp-triangle');
  const look = (atMs: number): readonly string[] => [...routes.look(lacking('router3'), atMs)].sort();
  t.deepEqual(look(5000), []);
  t.deepEqual(look(5999), []);
  t.deepEqual(look(6000), ['router1', 'router2', 'router3']);
  t.deepEqual(look(6500), [], 'then not before another second');
  t.deepEqual(look(7000), ['router1', 'router2', 'router3']);
});

test('neighbors of OSPF are asked as well, also those that are instances', (t) => {
  const routes = stalled('figure2');
  routes.look(lacking('router1'), 0);
  t.deepEqual([...routes.look(lacking('router1'), 1000)].sort(), ['router1', 'router2', 'server-a']);
});

test('nobody is asked while something moves, where nothing is lacking, and for what is no route', (t) => {
  const routes = stalled('bgp-triangle');
  t.deepEqual([...routes.look(lacking('router3', 'router2'), 0)], []);
  t.deepEqual([...routes.look(lacking('router3'), 1000)], [], 'one route has come');
  t.deepEqual([...routes.look([], 2000)], []);
  t.deepEqual([...routes.look([], 4000)], []);
  t.deepEqual([...routes.look(lacking('router3'), 4001)], []);
  const choice: readonly Lacking[] = [{ kind: 'choice', node: 'router3' }];
  routes.look(choice, 5000);
  t.deepEqual([...routes.look(choice, 6000)], []);
});
