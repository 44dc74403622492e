import test from 'ava';
import { fileCauses } from '../../../src/assert/file-causes.js';
import { expecting } from './expecting.js';
import { planOf } from '../plan/plan-of.js';

const ospf = `
name: causes
nodes:
  client1:  {kind: host}
  router1:  {kind: router, sysctls: {net.ipv4.fib_multipath_hash_policy: 0}}
  router2:  {kind: router, sysctls: {net.ipv4.conf.all.rp_filter: 1}, frr: "router ospf\\n max-metric router-lsa administrative\\nexit"}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router1]
  - [router1, router2]
  - {endpoints: [router1, server-a], bfd: true}
  - [router2, server-b]
anycast:
  service: {addresses: [192.0.2.53, "2001:db8:53::53"], instances: [server-a, server-b]}
`;
const bgp = (settings: string, policy: string): string => `
name: causes
nodes:
  client1:  {kind: host}
  router1:  {kind: router, asn: 65001}
  router2:  {kind: router, asn: 65002}
  router3:  {kind: router, asn: 65003}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router1]
  - {endpoints: [router1, router2]${policy}}
  - [router1, router3]
  - [router2, server-a]
  - [router3, server-b]
anycast:
  service: {addresses: [192.0.2.53], instances: [server-a, server-b]}
bgp: {${settings}}
`;
const silence = [{ action: 'fail', target: 'router2/server-b', how: 'silence' }] as const;

test('what a file says against the nature of anycast is a cause of whatever failed', (t) => {
  t.deepEqual(fileCauses(planOf(ospf), { expect: expecting({ client1: 'server-a' }), parts: [] }), [
    'router1: the file sets net.ipv4.fib_multipath_hash_policy to 0: all flows between two addresses take one path',
    'router2: the file sets net.ipv4.conf.all.rp_filter to 1: it drops answers that come another way than it would send to their source',
    'router2: the file gives it the line "max-metric router-lsa administrative"',
  ]);
});

test('of a whole configuration of a node, no line stands out', (t) => {
  const plan = planOf(ospf);
  const own = plan.nodes.map((node) =>
    node.routing === undefined ? node : { ...node, routing: { ...node.routing, own: { file: 'r.conf' } } },
  );
  const causes = fileCauses({ ...plan, nodes: own }, { expect: expecting({ client1: 'server-a' }), parts: [] });
  t.false(
    causes.some((cause) => cause.includes('the file gives it the line')),
    causes.join('\n'),
  );
});

test('a link without BFD is a cause where it fell silent, with what notices that', (t) => {
  const about = { expect: expecting({ client1: 'server-b', outage: '500ms' }), parts: silence };
  t.deepEqual(fileCauses(planOf(ospf), about).slice(3), [
    "router2: no BFD on eth1, eth2: silence is noticed after OSPF's dead interval of 1s (IPv6: 4s)",
    "server-b: no BFD on eth1: silence is noticed after OSPF's dead interval of 1s (IPv6: 4s)",
  ]);
  const down = [{ ...silence[0], how: 'down' }] as const;
  t.is(fileCauses(planOf(ospf), { ...about, parts: down }).length, 3);
});

test('shares that equal BGP routes do not have are explained by how many of them are used, and by weights', (t) => {
  const shares = { expect: expecting({ client1: { 'server-a': '50%', 'server-b': '50%' } }), parts: [] };
  const causes = (text: string): readonly string[] => fileCauses(planOf(text), shares);
  t.deepEqual(causes(bgp('multipath: any-as', '')), []);
  t.regex(causes(bgp('multipath: same-as', ''))[0] ?? '', /multipath: same-as.*several neighboring systems/);
  t.regex(causes(bgp('timers: fast', ''))[0] ?? '', /multipath: none/);
  t.deepEqual(causes(bgp('multipath: any-as', ', policy: {router2: {bandwidth: 300mbit}}')), [
    'router1: routes of router2 have a bandwidth, and those of router3 do not: weights are ignored',
  ]);
  t.deepEqual(
    fileCauses(planOf(bgp('multipath: same-as', '')), { expect: expecting({ client1: 'server-a' }), parts: [] }),
    [],
  );
});
