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

function read(
  text: string,
  beside = files,
  containers = false,
): { tree: unknown; problems: readonly string[]; notes: readonly string[] } {
  const path = '/labs/rip/lab.conf';
  const around = {
    ...nowhere,
    containers,
    folder: '/labs/rip',
    fileAt: (name: string) => beside.get(name),
    filesBelow: (folder: string) => [...beside.keys()].filter((name) => name.startsWith(`${folder}/`)),
  };
  const { root, findings, notes = [] } = readFormat(text, path, around);
  const lines = (list: typeof findings): readonly string[] =>
    settle(list, text, path).map(({ line, message }) => `${String(line)}: ${message}`);
  return { tree: root && toData(root), problems: lines(findings), notes: lines(notes) };
}

test('a lab has the name of its folder, with the separators of Windows too', (t) => {
  const around = { ...nowhere, folder: 'C:\\labs\\rip' };
  const { root } = readFormat('pc1[0]="A"\n', 'C:\\labs\\rip\\lab.conf', around);
  t.like(root && toData(root), { name: 'rip', nodes: { pc1: { kind: 'host' } } });
});

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

test('a description that is longer than a title is shortened, by name', (t) => {
  const { tree, notes } = read(`LAB_DESCRIPTION="${'word '.repeat(60)}"\npc1[0]="A"\n`, new Map());
  t.like(tree, { title: `${'word '.repeat(39)}word…` });
  t.deepEqual(notes, ['1: the end of "LAB_DESCRIPTION" is ignored']);
});

test('lines that say nothing known are refused', (t) => {
  const { tree, problems } = read('pc1[0]="A"\npc1[colour]="red"\npc1 = A\n');
  t.is(tree, undefined);
  t.deepEqual(problems, ['2: unknown key "colour" of a device', '3: "pc1 = A" is no line of a lab.conf']);
});

test('a folder with a file of each daemon is taken as a folder', (t) => {
  const beside = new Map(['bgpd', 'zebra'].map((daemon) => [`x/etc/frr/${daemon}.conf`, 'debug bgp updates\n']));
  const { tree, notes } = read('x[0]="A"\n', beside);
  t.like(tree, { nodes: { x: { kind: 'router', frr: { folder: 'x/etc/frr' } } } });
  t.deepEqual(notes, []);
});

test('the folders of Quagga are taken, and its debugging is left out by name', (t) => {
  const { tree, problems, notes } = read(
    'r1[0]="A"\nr2[0]="A"\nr3[image]="kathara/quagga"\nr3[0]="A"\n',
    new Map([
      ['r1/etc/quagga/daemons', 'zebra=yes\nbgpd=yes\n'],
      ['r1/etc/quagga/zebra.conf', 'hostname r1\n'],
      ['r1/etc/quagga/bgpd.conf', 'router bgp 1\n!\ndebug bgp events\ndebug bgp fsm\n'],
      ['r2/etc/zebra/ripd.conf', 'router rip\n network eth0\n'],
      ['r1.startup', 'ifconfig eth0 192.0.2.1/24 up\n/etc/init.d/quagga start\n'],
      ['r2.startup', 'ifconfig eth0 192.0.2.2/24 up\n/etc/init.d/zebra start\n'],
    ]),
  );
  t.deepEqual(problems, []);
  t.like(tree, {
    nodes: {
      r1: { kind: 'router', frr: { folder: 'r1/etc/quagga', quagga: true } },
      r2: { kind: 'router', frr: { folder: 'r2/etc/zebra', quagga: true } },
      r3: { kind: 'router', frr: {} },
    },
  });
  t.deepEqual(notes, [
    '1: "debug bgp events", and what else r1/etc/quagga/bgpd.conf says of debugging, is ignored',
    '1: "/etc/init.d/quagga start" is ignored',
    '2: "/etc/init.d/zebra start" is ignored',
  ]);
});

test('what all devices start with, files that scripts name, and routes of net-tools', (t) => {
  const { tree, problems, notes } = read(
    'pc1[0]="A"\npc1[1]="B"\n',
    new Map([
      ['shared.startup', 'if true; then\n  echo $HOSTNAME\n  systemctl restart networking\nfi\n'],
      [
        'pc1.startup',
        'route add default gw 192.0.2.1 dev eth0\nroute add -net 198.51.100.0/24 gw 192.0.2.2\nsh /root/go.sh\n',
      ],
      ['pc1/root/go.sh', 'true\n'],
      ['pc1.shutdown', 'true\n'],
      ['lab.ext', 'A enp9s0\n'],
      ['lab.dep', 'pc1: pc2\n'],
    ]),
  );
  t.deepEqual(problems, []);
  t.like(tree, {
    nodes: {
      pc1: {
        exec: [
          'if true; then\n  echo $HOSTNAME\n:\nfi\n',
          ['ip', 'route', 'replace', 'default', 'via', '192.0.2.1', 'dev', 'eth0'],
          ['ip', 'route', 'replace', '198.51.100.0/24', 'via', '192.0.2.2'],
          ['sh', '/labs/rip/pc1/root/go.sh'],
        ],
      },
    },
  });
  t.deepEqual(notes, [
    '1: "lab.ext" is ignored',
    '1: "lab.dep" is ignored',
    '1: "pc1.shutdown" is ignored',
    '1: "systemctl restart networking" is ignored',
  ]);
});

const interfaces = `# of ifupdown
auto lo
iface lo inet loopback

auto eth0 eth1
iface eth0 inet static
\thwaddress ether 02:00:00:00:00:01
\taddress 192.0.2.9
\tnetmask 255.255.255.128
\tnetwork 192.0.2.0
\tgateway 192.0.2.1
\tup route add -net 198.51.100.0 \\
\t  netmask 255.255.255.0 gw 192.0.2.2
\tdown true
iface eth0 inet6 static
\taddress 2001:db8::9/64
\tgateway 2001:db8::1
\tpost-up sh /root/go.sh $IFACE
iface eth1 inet static
\taddress 172.16.0.1
\tmtu 1400
iface eth2 inet static
\taddress 10.0.0.1/8
auto eth3
iface eth3 inet dhcp
source /etc/network/interfaces.d/*
auto eth9
iface eth9 inet static
address 10.9.0.1/8
`;

test('the interfaces of ifupdown have the addresses and routes of their file, and each of its lines has a fate', (t) => {
  const { tree, problems, notes } = read(
    'pc1[0]="A"\npc1[1]="B"\npc1[2]="C"\npc1[3]="D"\n',
    new Map([
      ['pc1/etc/network/interfaces', interfaces],
      ['pc1/root/go.sh', 'true\n'],
      ['pc1.startup', '/etc/init.d/networking stop; /etc/init.d/networking start > /dev/null 2>&1\necho up\n'],
    ]),
  );
  t.deepEqual(problems, []);
  t.like(tree, {
    nodes: {
      pc1: {
        exec: [
          ['ip', 'route', 'replace', 'default', 'via', '192.0.2.1', 'dev', 'eth0'],
          ['ip', 'route', 'replace', '198.51.100.0/255.255.255.0', 'via', '192.0.2.2'],
          ['ip', '-6', 'route', 'replace', 'default', 'via', '2001:db8::1', 'dev', 'eth0'],
          ['sh', '/labs/rip/pc1/root/go.sh', 'eth0'],
          ['ip', 'link', 'set', 'dev', 'eth1', 'mtu', '1400'],
          ['echo', 'up'],
        ],
      },
    },
    links: [
      { addresses: { pc1: ['192.0.2.9/25', '2001:db8::9/64'] } },
      { addresses: { pc1: '172.16.0.1/16' } },
      ['pc1:eth2', 'C'],
      ['pc1:eth3', 'D'],
    ],
  });
  const file = 'of pc1/etc/network/interfaces) is ignored';
  t.deepEqual(notes, [
    `1: "hwaddress ether 02:00:00:00:00:01" (line 7 ${file}`,
    `1: "network 192.0.2.0" (line 10 ${file}`,
    `1: "down true" (line 14 ${file}`,
    `1: "iface eth2 inet static" (line 22 ${file}`,
    `1: "iface eth3 inet dhcp" (line 25 ${file}`,
    `1: "source /etc/network/interfaces.d/*" (line 26 ${file}`,
    `1: "iface eth9 inet static" (line 28 ${file}`,
  ]);
});

test('one script brings up an interface by its name, and in a longer script nothing is in the place of that line', (t) => {
  const beside = { 'pc1/etc/network/interfaces': 'iface eth0 inet static\naddress 192.0.2.9/24\n' };
  const script = 'if true; then\n  ifup eth0\nfi\n';
  const { tree, notes } = read('pc1[0]="A"\n', new Map(Object.entries({ ...beside, 'shared.startup': script })));
  t.like(tree, {
    nodes: { pc1: { exec: ['if true; then\n:\nfi\n'] } },
    links: [{ addresses: { pc1: '192.0.2.9/24' } }],
  });
  t.deepEqual(notes, []);
  t.deepEqual(read('pc1[0]="A"\n', new Map(Object.entries(beside))).notes, [
    '1: "iface eth0 inet static" (line 1 of pc1/etc/network/interfaces) is ignored',
  ]);
});

test('what else is in the folder of a device is left out by name', (t) => {
  const page = 'var/www/html/index.html';
  const { notes } = read(
    'www[0]="A"\nr1[0]="A"\n',
    new Map(
      [
        `www/${page}`,
        'www/etc/hosts',
        'www/etc/resolv.conf',
        ...['apache2.conf', 'ports.conf', 'mods/a.conf', 'sites/b.conf'].map((name) => `www/etc/apache2/${name}`),
        'www/root/serve.sh',
        'r1/etc/frr/frr.conf',
        'r1/etc/frr/vtysh.conf',
        'shared/a.py',
        'shared/b.py',
      ]
        .map((name): [string, string] => [name, 'text\n'])
        .concat([['www.startup', 'sh /root/serve.sh\npython3 /shared/a.py\n']]),
    ),
  );
  t.deepEqual(notes, [
    '1: "shared/b.py" is ignored',
    `1: "www/${page}" is ignored`,
    '1: "www/etc/hosts" is ignored',
    '1: "www/etc/resolv.conf" is ignored',
    '1: "www/etc/apache2" (4 files) is ignored',
    '2: "r1/etc/frr/vtysh.conf" is ignored',
  ]);
});

test('in containers, a device has the files of its folder at their places, and all have those that they share', (t) => {
  const { tree, problems, notes } = read(
    'www[0]="A"\nr1[0]="A"\nr1[image]="kathara/frr"\n',
    new Map([
      ['www/var/www/html/index.html', 'hello\n'],
      ['www.startup', 'python3 /root/serve.py &\n'],
      ['r1/etc/frr/frr.conf', 'router rip\n'],
      ['shared/motd', 'hi\n'],
    ]),
    true,
  );
  t.deepEqual([problems, notes], [[], []]);
  t.like(tree, {
    nodes: {
      www: {
        binds: ['/labs/rip/www:/hostlab/www:ro', '/labs/rip/shared:/shared'],
        exec: [['cp', '-RL', '/hostlab/www/.', '/'], 'python3 /root/serve.py &'],
      },
      r1: { image: 'kathara/frr', binds: ['/labs/rip/shared:/shared'], frr: { folder: 'r1/etc/frr' } },
    },
  });
});
