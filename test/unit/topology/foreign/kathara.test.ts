import test from 'ava';
import { readFormat, nowhere } from '../../../../src/topology/formats.js';
import { toData } from '../../../../src/topology/file/tree.js';
import { settle } from '../../../../src/topology/model/finding.js';

const files = new Map([
  ['r1/etc/frr/frr.conf', 'router rip\n network eth0\n'],
  ['r1/etc/frr/daemons', 'ripd=yes\nstaticd=yes\n'],
  ['r1.startup', '# addresses\nip address add 192.0.2.1/24 dev eth0\n\nsystemctl start frr\n'],
  ['pc1.startup', 'ifconfig eth0 192.0.2.9 netmask 255.255.255.0 up\necho 1 > /tmp/x\n/etc/init.d/apache2 start\n'],
  ['pc2.startup', 'for i in 1 2; do\n  ip address add 192.0.2.1$i/24 dev eth0\ndone\n'],
]);

function read(text: string, beside = files): { tree: unknown; problems: readonly string[]; notes: readonly string[] } {
  const path = '/labs/rip/lab.conf';
  const around = { ...nowhere, folder: '/labs/rip', fileAt: (name: string) => beside.get(name) };
  const { root, findings, notes = [] } = readFormat(text, path, around);
  const lines = (list: typeof findings): readonly string[] =>
    settle(list, text, path).map(({ line, message }) => `${String(line)}: ${message}`);
  return { tree: root && toData(root), problems: lines(findings), notes: lines(notes) };
}

test('devices, collision domains, start-up files and configurations make a lab', (t) => {
  const { tree, problems, notes } = read(`LAB_DESCRIPTION="RIP, in small"
LAB_AUTHOR=somebody
# a comment
r1[0]="A/02:42:ac:11:00:02" # with an address
r1[1]="B"
r1[image]="kathara/frr"
r1[mem]="64m"
pc1[0]=A
pc1[exec]="echo hi"
pc1[ipv6]="false"
pc2[0]='A'
pc3[0]="B"
pc3[1]="alone"
pc3[sysctl]="net.ipv4.ip_forward=0"
`);
  t.deepEqual(problems, []);
  t.deepEqual(tree, {
    name: 'rip',
    title: 'RIP, in small',
    forecast: 'off',
    nodes: {
      r1: {
        kind: 'router',
        frr: { folder: 'r1/etc/frr' },
      },
      pc1: {
        kind: 'host',
        exec: ['echo 1 > /tmp/x', ['echo', 'hi']],
      },
      pc2: { kind: 'host', exec: [files.get('pc2.startup')] },
      pc3: { kind: 'host', sysctls: { 'net.ipv4.ip_forward': '0' } },
      A: { kind: 'switch' },
      alone: { kind: 'switch' },
    },
    links: [
      { endpoints: ['r1:eth0', 'A'], addresses: { r1: '192.0.2.1/24' } },
      { endpoints: ['pc1:eth0', 'A'], addresses: { pc1: '192.0.2.9/24' } },
      ['pc2:eth0', 'A'],
      ['r1:eth1', 'pc3:eth0'],
      ['pc3:eth1', 'alone'],
    ],
  });
  t.deepEqual(notes, [
    '2: "LAB_AUTHOR" is ignored',
    '4: "02:42:ac:11:00:02" is ignored',
    '4: "systemctl start frr" is ignored',
    '7: "mem" is ignored',
    '8: "/etc/init.d/apache2 start" is ignored',
    '10: "ipv6" is ignored',
  ]);
});

test('lines that say nothing known are refused', (t) => {
  const { tree, problems } = read('pc1[0]="A"\npc1[colour]="red"\npc1 = A\n');
  t.is(tree, undefined);
  t.deepEqual(problems, ['2: unknown key "colour" of a device', '3: "pc1 = A" is no line of a lab.conf']);
});

test('a configuration of the only daemon is taken, and several are refused by name', (t) => {
  const one = read('x[0]="A"\nx[image]="kathara/frr"\n', new Map([['x/etc/frr/bgpd.conf', 'router bgp 1\n']]));
  t.deepEqual(one.tree, {
    name: 'rip',
    forecast: 'off',
    nodes: { x: { kind: 'router', frr: { file: 'x/etc/frr/bgpd.conf' } }, A: { kind: 'switch' } },
    links: [['x:eth0', 'A']],
  });
  const several = new Map(['bgpd', 'zebra'].map((daemon) => [`x/etc/frr/${daemon}.conf`, '!\n']));
  t.deepEqual(read('x[0]="A"\n', several).problems, [
    '1: "x/etc/frr" has a configuration for each daemon: zebra.conf and bgpd.conf',
  ]);
});
