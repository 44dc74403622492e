import test from 'ava';
import type { PlanNode, PlanRouting } from '../../../src/plan/model.js';
import { drainOspf, drainOspf6 } from '../../../src/render/drain.js';
import { changedPolicyLines, hijackLines, leakLines } from '../../../src/render/policy-changes.js';
import { announcedByRouters, bundledPlan, planOf } from '../plan/plan-of.js';

function speaker(plan: { readonly nodes: readonly PlanNode[] }, name: string): readonly [PlanNode, PlanRouting] {
  const node = plan.nodes.find((each) => each.name === name);
  if (node?.routing === undefined) throw new Error(`${name} speaks no routing protocol`);
  return [node, node.routing];
}

const triangle = bundledPlan('bgp-triangle');
const session = (() => {
  const own = speaker(triangle, 'router1')[1].bgp?.sessions.find(
    ({ neighbor, family }) => neighbor === 'router2' && family === 'ipv4',
  );
  if (own === undefined) throw new Error('router1 has no session with router2');
  return own;
})();

test('a drained router makes its links dear, and a drained instance its address', (t) => {
  const figure1 = bundledPlan('figure1');
  t.deepEqual(drainOspf(...speaker(figure1, 'router1'), true), [
    'router ospf',
    'max-metric router-lsa administrative',
    'exit',
  ]);
  t.deepEqual(drainOspf(...speaker(figure1, 'server-a'), true).slice(0, 3), [
    'interface lo',
    'ip ospf cost 65535',
    'exit',
  ]);
  t.deepEqual(drainOspf6(...speaker(figure1, 'server-a'), false), [
    'interface lo',
    'ipv6 ospf6 cost 1',
    'exit',
    'interface eth1',
    'ipv6 ospf6 cost 1',
    'exit',
  ]);
  t.true(drainOspf6(...speaker(figure1, 'router1'), true).includes('ipv6 ospf6 cost 65535'));
});

test('a drained router makes dear what it announces for others, each by what it cost before', (t) => {
  const plan = planOf(announcedByRouters);
  const router = plan.nodes.find(({ routing }) => (routing?.announcesFor.length ?? 0) > 0)?.name ?? '';
  const [usual, drained] = [false, true].map((isDrained) =>
    drainOspf(...speaker(plan, router), isDrained).filter((line) => line.startsWith('set metric')),
  );
  t.deepEqual(
    drained,
    usual?.map((line) => `set metric ${String(Number(line.split(' ')[2]) + 65_535)}`),
  );
  t.true((usual?.length ?? 0) > 0);
});

test('a changed policy is said in place, and what it lacks is taken back', (t) => {
  t.deepEqual(changedPolicyLines(session, { prepend: 2, localPreference: 50 }, 65_001), [
    'route-map from-router2-eth1-ipv4 permit 10',
    'set local-preference 50',
    'exit',
    'route-map to-router2-eth1-ipv4 permit 10',
    'no set metric',
    'set as-path prepend 65001 65001',
    'exit',
  ]);
  t.deepEqual(changedPolicyLines(session, {}, 65_001), [
    'route-map from-router2-eth1-ipv4 permit 10',
    'set local-preference 90',
    'exit',
    'route-map to-router2-eth1-ipv4 permit 10',
    'no set metric',
    'no set as-path prepend',
    'exit',
  ]);
});

test('a leak removes what withholds, and its end brings it back', (t) => {
  t.deepEqual(leakLines(session, true), [
    'no route-map to-router2-eth1-ipv4 deny 5',
    'route-map from-router2-eth1-ipv4 permit 1',
    'match community sealed',
    'set comm-list sealed delete',
    'on-match next',
    'exit',
  ]);
  t.deepEqual(leakLines(session, false), [
    'no route-map from-router2-eth1-ipv4 permit 1',
    'route-map to-router2-eth1-ipv4 deny 5',
    'match large-community withheld',
    'exit',
  ]);
});

test('a hijack announces what it has not, and its end takes it back', (t) => {
  const on = hijackLines(65_003, ['192.0.2.0/25'], []);
  t.true(on.includes('network 192.0.2.0/25') && on.includes('no bgp network import-check'));
  const off = hijackLines(65_003, [], ['192.0.2.0/25']);
  t.true(off.includes('no network 192.0.2.0/25') && off.includes('bgp network import-check'));
  t.deepEqual(hijackLines(65_003, [], []), []);
});
