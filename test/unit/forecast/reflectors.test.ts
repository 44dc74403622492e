import test from 'ava';
import { healthy, type Condition } from '../../../src/forecast/condition.js';
import { forecast } from '../../../src/forecast/forecast.js';
import type { LabPlan } from '../../../src/plan/model.js';
import { planOf } from '../plan/plan-of.js';

/** Who answers the only client: `server-a|server-b`, or `nobody`. */
function answer(plan: LabPlan, condition: Partial<Condition> = {}): string {
  const expected = forecast(plan, { ...healthy, ...condition });
  return plan.questions.flatMap((question) => [...expected.answer(question)].sort().join('|') || 'nobody').join(', ');
}

/** router1 is next to one exit, and the client's router3 next to the other one. */
const far = (settings: string): LabPlan =>
  planOf(`
name: far
${settings}
nodes:
  router1:  {kind: router, asn: 65001}
  router2:  {kind: router, asn: 65001}
  router3:  {kind: router, asn: 65001}
  router4:  {kind: router, asn: 65001}
  client1:  {kind: host}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [router1, router2]
  - {endpoints: [router1, router3], cost: 10}
  - [router3, router4]
  - [client1, router3]
  - [router2, server-a]
  - [router4, server-b]
anycast:
  service: {addresses: [192.0.2.53], instances: [server-a, server-b]}
`);

test('clients of a reflector follow the way that is best from where it is, not from where they are', (t) => {
  t.is(answer(far('')), 'server-b');
  t.is(answer(far('bgp: {reflectors: [router1]}')), 'server-a');
  t.is(answer(far('bgp: {reflectors: [router4]}')), 'server-b');
});

test('of two reflectors each tells its own best route, and a client chooses', (t) => {
  const both = far('bgp: {reflectors: [router1, router4]}');
  t.is(answer(both), 'server-b');
  t.is(answer(both, { crashedNodes: new Set(['router4']) }), 'server-a');
  t.is(answer(both, { deadDaemons: new Set(['bgpd@router4']) }), 'server-a', 'server-b is told to nobody any more');
});

test('without its only reflector a system has no routes', (t) => {
  t.is(answer(far('bgp: {reflectors: [router1]}'), { deadDaemons: new Set(['bgpd@router1']) }), 'nobody');
});

test('sessions are with reflectors alone; systems and islands without one stay a full mesh', (t) => {
  const sessions = (plan: LabPlan): readonly string[] =>
    plan.nodes.flatMap(({ name, routing }) =>
      (routing?.bgp?.sessions ?? []).map(
        ({ neighbor, isClient }) => `${name} ${neighbor}${isClient === true ? ' client' : ''}`,
      ),
    );
  t.deepEqual(sessions(far('bgp: {reflectors: [router1, router4]}')), [
    ...['router2 client', 'router3 client', 'router4', 'server-a client', 'server-b client'].map(
      (to) => `router1 ${to}`,
    ),
    ...['router1', 'router4'].map((to) => `router2 ${to}`),
    ...['router1', 'router4'].map((to) => `router3 ${to}`),
    ...['router1', 'router2 client', 'router3 client', 'server-a client', 'server-b client'].map(
      (to) => `router4 ${to}`,
    ),
    ...['server-a', 'server-b'].flatMap((from) => ['router1', 'router4'].map((to) => `${from} ${to}`)),
  ]);
  t.is(sessions(far('')).length, 4 * 3 + 2 * 4 * 2);
});

test('among equal routes the lowest router-id of who told them first decides, not that of the reflector', (t) => {
  const plan = planOf(`
name: originators
bgp: {reflectors: [router1, router2]}
nodes:
  router1:  {kind: router, asn: 65001}
  router2:  {kind: router, asn: 65001}
  router3:  {kind: router, asn: 65001}
  router4:  {kind: router, asn: 65001}
  router5:  {kind: router, asn: 65001}
  client1:  {kind: host}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [router1, router4]
  - [router2, router3]
  - {endpoints: [router5, router3], cost: 5}
  - {endpoints: [router5, router4], cost: 5}
  - [client1, router5]
  - [router3, server-a]
  - [router4, server-b]
anycast:
  service: {addresses: [192.0.2.53], instances: [server-a, server-b], announce: router}
`);
  t.is(answer(plan), 'server-a', 'router1 tells router5 of router4, router2 of router3');
});

test('a reflected route shares its load by next hop, however many reflectors tell it', (t) => {
  const plan = far('bgp: {reflectors: [router1, router2], multipath: any-as}');
  const route = forecast(plan, healthy).routes('router3').get('192.0.2.53/32');
  t.deepEqual([...(route?.ways ?? [])].map(String), ['router1 by eth1']);
});
