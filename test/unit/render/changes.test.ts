import test from 'ava';
import type { PlanNode, PlanRouting } from '../../../src/plan/model.js';
import { drainOspf, drainOspf6 } from '../../../src/render/drain.js';
import { hijackLines, stanceLines } from '../../../src/render/policy-changes.js';
import { stancesOfFile, type Stance } from '../../../src/render/route-maps.js';
import { announcedByRouters, bundledPlan, planOf } from '../plan/plan-of.js';

function speaker(plan: { readonly nodes: readonly PlanNode[] }, name: string): readonly [PlanNode, PlanRouting] {
  const node = plan.nodes.find((each) => each.name === name);
  if (node?.routing === undefined) throw new Error(`${name} speaks no routing protocol`);
  return [node, node.routing];
}

const triangle = bundledPlan('bgp-triangle');
const [router1, { bgp }] = speaker(triangle, 'router1');
const ofFile = stancesOfFile((bgp?.sessions ?? []).filter(({ kind }) => kind === 'external'));

/** What the sessions with router2 over IPv4 do instead of what the file says. */
const changed = (difference: Partial<Stance>): readonly Stance[] =>
  ofFile.map((stance) => {
    const { neighbor, family } = stance.session;
    return neighbor === 'router2' && family === 'ipv4' ? { ...stance, ...difference } : stance;
  });

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
  const metrics = (drain: typeof drainOspf, isDrained: boolean): readonly string[] =>
    drain(...speaker(plan, router), isDrained).filter((line) => line.includes('set metric'));
  t.deepEqual(
    [false, true].map((isDrained) => metrics(drainOspf, isDrained)),
    [['no set metric'], ['set metric 65535']],
  );
  const [usual, drained] = [false, true].map((isDrained) => metrics(drainOspf6, isDrained));
  t.deepEqual(
    drained,
    usual?.map((line) => `set metric ${String(Number(line.split(' ')[2]) + 65_535)}`),
  );
  t.true((usual?.length ?? 0) > 0);
});

test('a session with another policy gets route maps of its own, and those of the others stay', (t) => {
  const longer = changed({ policy: { prepend: 2, localPreference: 50 } });
  const neighbor = `neighbor ${longer.find(({ policy }) => policy.prepend === 2)?.session.neighborAddress ?? ''}`;
  const lines = stanceLines(router1, ofFile, longer);
  t.deepEqual(
    lines.filter((line) => line.startsWith('route-map ')),
    [
      'route-map from-peer-pref50-ipv4 permit 5',
      'route-map from-peer-pref50-ipv4 permit 10',
      'route-map from-peer-pref50-ipv4 permit 20',
      'route-map to-peer-prepend2-ipv4 deny 5',
      'route-map to-peer-prepend2-ipv4 permit 10',
      'route-map to-peer-prepend2-ipv4 permit 20',
    ],
  );
  t.true(lines.includes('set local-preference 50') && lines.includes('set as-path prepend 65001 65001'));
  t.deepEqual(lines.slice(lines.indexOf('router bgp 65001')), [
    'router bgp 65001',
    'address-family ipv4 unicast',
    `${neighbor} route-map from-peer-pref50-ipv4 in`,
    `${neighbor} route-map to-peer-prepend2-ipv4 out`,
    'exit-address-family',
    'exit',
  ]);
  t.deepEqual(stanceLines(router1, longer, ofFile), [
    'router bgp 65001',
    'address-family ipv4 unicast',
    `${neighbor} route-map from-peer-ipv4 in`,
    `${neighbor} route-map to-peer-ipv4 out`,
    'exit-address-family',
    'exit',
    'no route-map from-peer-pref50-ipv4',
    'no route-map to-peer-prepend2-ipv4',
  ]);
  t.deepEqual(stanceLines(router1, longer, longer), []);
});

test('a route map that another session still uses stays, and is not said twice', (t) => {
  const one = changed({ policy: { prepend: 1 } });
  const all = ofFile.map((stance) => ({ ...stance, policy: { prepend: 1 } }));
  t.deepEqual(
    stanceLines(router1, one, all).filter((line) => line.startsWith('route-map to-peer-prepend1-ipv4')),
    [],
  );
  t.false(stanceLines(router1, all, one).includes('no route-map to-peer-prepend1-ipv4'));
  t.true(stanceLines(router1, all, one).includes('no route-map to-customer-prepend1-ipv4'));
});

test('a session that leaks withholds nothing, and lifts what keeps routes in', (t) => {
  const lines = stanceLines(router1, ofFile, changed({ isLeaking: true }));
  t.false(
    lines.some((line) => line.includes(' deny ')),
    lines.join('\n'),
  );
  const unsealing = lines.indexOf('route-map from-peer-leak-ipv4 permit 1');
  t.deepEqual(lines.slice(unsealing + 1, unsealing + 5), [
    'match community sealed',
    'set comm-list sealed delete',
    'on-match next',
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
