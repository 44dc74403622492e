import test from 'ava';
import { daemonsOfLines } from '../../../src/plan/line-daemons.js';
import { configures } from '../../../src/plan/protocols.js';
import { renderLab } from '../../../src/render/render.js';
import { planOf } from './plan-of.js';

const daemonsOf = (...lines: readonly string[]): readonly string[] =>
  daemonsOfLines(lines.join('\n')).map(({ daemon }) => daemon);

for (const [line, ...daemons] of [
  ['ip route 10.0.0.0/8 192.0.2.1', 'staticd'],
  ['vrf red\n  ipv6   route ::/0 eth1', 'staticd'],
  ['no ip route 10.0.0.0/8 blackhole', 'staticd'],
  ['ip mroute 10.0.0.0/8 192.0.2.1', 'staticd', 'pimd'],
  ['router rip', 'ripd'],
  ['router ripng', 'ripngd'],
  ['interface eth1\n ip router isis a', 'isisd'],
  ['interface eth1\n isis metric 7', 'isisd'],
  ['router openfabric a', 'fabricd'],
  ['router eigrp 1', 'eigrpd'],
  ['router babel', 'babeld'],
  ['interface eth1\n ip pim', 'pimd'],
  ['interface eth1\n ipv6 mld', 'pim6d'],
  ['pbr-map a seq 1', 'pbrd'],
  ['interface eth1\n vrrp 5', 'vrrpd'],
  ['mpls ldp', 'ldpd'],
  ['interface eth1\n ip nhrp network-id 1', 'nhrpd'],
  ['segment-routing', 'pathd'],
  ['router ospf', 'ospfd'],
  ['router ospf6', 'ospf6d'],
  ['router bgp 65001', 'bgpd'],
  ['bgp as-path access-list a permit 1', 'bgpd'],
  ['interface eth1\n ip ospf bfd', 'ospfd', 'bfdd'],
  ['bfd', 'bfdd'],
  // What many daemons share, and what only looks like another one's.
  ['ip prefix-list rip permit 10.0.0.0/8'],
  ['route-map bfd permit 10\n match ip address isis'],
  ['router isis a\n segment-routing on\n mpls ldp-sync', 'isisd'],
  ['! router rip\n# router rip\n\n'],
] as const) {
  test(`lines of a file start the daemons that they need: ${line.replaceAll(/\s+/g, ' ')}`, (t) => {
    t.deepEqual(daemonsOf(line), daemons);
  });
}

test('a daemon that only lines need runs with nothing of nearcast in it; the line is known by which it was asked for', (t) => {
  const plan = planOf(`name: lab
nodes:
  a: {kind: router, asn: 65001, frr: "router ospf\\n network 10.0.0.0/8 area 0\\nrouter bgp 65001\\nip route 10.9.0.0/16 blackhole"}
  b: {kind: router, asn: 65002}
links: [[a, b]]
`);
  const routing = plan.nodes.find(({ name }) => name === 'a')?.routing ?? { daemons: [], lineDaemons: [] };
  t.deepEqual(routing.daemons, ['zebra', 'bgpd', 'ospfd', 'staticd']);
  t.deepEqual(routing.lineDaemons, [
    { daemon: 'ospfd', line: 'router ospf' },
    { daemon: 'staticd', line: 'ip route 10.9.0.0/16 blackhole' },
  ]);
  t.true(configures(routing, 'bgpd'));
  t.false(configures(routing, 'ospfd'));
  t.false(configures(routing, 'ripd'));
  const files = renderLab(plan).nodes['a'] ?? {};
  t.is(files['staticd.conf'], 'hostname a\n');
  t.notRegex(files['ospfd.conf'] ?? 'none', /router|interface|none/);
  t.regex(files['ospfd.conf'] ?? '', /^log file /m);
});
