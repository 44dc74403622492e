import test from 'ava';
import { linkKeys, nodeKeys, topKeys, topologyKeys } from '../../../../src/topology/foreign/clab-keys.js';
import type { Surroundings } from '../../../../src/topology/foreign/foreign-lab.js';
import { nowhere, readFormat } from '../../../../src/topology/formats.js';
import { toData } from '../../../../src/topology/file/tree.js';
import { settle } from '../../../../src/topology/model/finding.js';

interface Read {
  readonly tree: unknown;
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

function read(text: string, around: Partial<Surroundings> = {}, path = 'lab.clab.yml'): Read {
  const { root, findings, notes = [] } = readFormat(text, path, { ...nowhere, folder: '/labs', ...around });
  const lines = (list: typeof findings): readonly string[] =>
    settle(list, text, path).map(({ line, message }) => `${String(line)}: ${message}`);
  return { tree: root && toData(root), problems: lines(findings), notes: lines(notes) };
}

/** The keys of the published schema (containerlab 0.78): facts, noted here so that none is forgotten. */
const published = {
  top: 'name prefix mgmt topology settings debug',
  topology: 'nodes groups kinds defaults links',
  node: `image image-pull-policy restart-policy kind license type group startup-config startup-delay
    enforce-startup-config suppress-startup-config auto-remove exec binds volumes ports env credentials env-files user
    hostname entrypoint cmd labels runtime mgmt-ipv4 mgmt-ipv6 network-mode link-apply-mode cpu memory cpu-set extras
    config stages dns certificate healthcheck components aliases shm-size cap-add privileged cgroupns-mode cgroup-parent
    pid-mode tmpfs security-opts sysctls devices`,
  link: 'type endpoints endpoint mtu ipv4 ipv6 vars labels host-interface mode remote vni dst-port src-port',
};

test('every key of the published schema has a fate', (t) => {
  const words = (text: string): readonly string[] => text.split(/\s+/).sort();
  t.deepEqual(Object.keys(topKeys).sort(), words(published.top));
  t.deepEqual(Object.keys(topologyKeys).sort(), words(published.topology));
  t.deepEqual(Object.keys(nodeKeys).sort(), words(published.node));
  t.deepEqual(Object.keys(linkKeys).sort(), words(published.link));
});

test('routers, hosts and bridges come with what they inherit, and files are read where they are bound', (t) => {
  const files = new Map([['vars.env', '# a comment\nCOLOUR=red\n']]);
  const { tree, problems, notes } = read(
    `
name: small
topology:
  defaults: {kind: linux, env: {SIZE: 1}}
  kinds:
    linux: {exec: [ip link show]}
  groups:
    core: {image: "quay.io/frrouting/frr:10.2.1", binds: ["all/daemons:/etc/frr/daemons"]}
  nodes:
    r1: {group: core, binds: ["__clabNodeName__/frr.conf:/etc/frr/frr.conf:ro"]}
    r2: {group: core}
    pc:
      env-files: [vars.env]
      binds: ["./setup.sh:/opt/setup.sh"]
      exec: ["sh /opt/setup.sh", "ip addr add 192.0.2.2/24 dev eth1", "ip -6 a add 2001:db8::2/64 dev eth1 nodad", "ip addr add 192.0.2.3/32 dev lo", "ip route del default dev eth0", "sysctl -w net.ipv6.conf.all.forwarding=1", "sysctl -w net.ipv6.conf.eth1.accept_ra=2"]
      cmd: python3 -m http.server 80
    lan: {kind: bridge}
  links:
    - endpoints: [r1:eth1, r2:eth1]
      mtu: 9000
    - type: veth
      endpoints:
        - {node: r1, interface: eth2}
        - {node: lan, interface: p1}
    - endpoints: [pc:eth1, lan:p2]
`,
    { fileAt: (path) => files.get(path) },
  );
  t.deepEqual(problems, []);
  t.deepEqual(tree, {
    name: 'small',
    forecast: 'off',
    nodes: {
      r1: {
        kind: 'router',
        frr: { file: 'r1/frr.conf', daemons: 'all/daemons' },
        exec: [['env', 'SIZE=1', 'ip', 'link', 'show']],
      },
      r2: { kind: 'router', frr: { daemons: 'all/daemons' }, exec: [['env', 'SIZE=1', 'ip', 'link', 'show']] },
      pc: {
        kind: 'host',
        sysctls: { 'net.ipv6.conf.all.forwarding': '1' },
        exec: [
          ['ip', 'link', 'show'],
          ['sh', '/labs/setup.sh'],
          ['ip', 'addr', 'replace', '192.0.2.3/32', 'dev', 'lo'],
          ['sysctl', '-w', 'net.ipv6.conf.eth1.accept_ra=2'],
        ].map((words) => ['env', 'COLOUR=red', 'SIZE=1', ...words]),
        run: { cmd: ['env', 'COLOUR=red', 'SIZE=1', 'python3', '-m', 'http.server', '80'] },
      },
      lan: { kind: 'switch' },
    },
    links: [
      { endpoints: ['r1:eth1', 'r2:eth1'], mtu: 9000 },
      ['r1:eth2', 'lan:p1'],
      { endpoints: ['pc:eth1', 'lan:p2'], addresses: { pc: ['192.0.2.2/24', '2001:db8::2/64'] } },
    ],
  });
  t.deepEqual(notes, ['14: bind of "/opt/setup.sh" is ignored', '15: "ip route del default dev eth0" is ignored']);
});

test('for containers, images, binds, variables and commands are kept', (t) => {
  const { tree, notes } = read(
    `
name: web
topology:
  nodes:
    w: {kind: linux, image: "nginx:1.27", entrypoint: nginx, cmd: -g "daemon off;", binds: [site:/srv:ro, ~/x:/x], env: {A: b}}
`,
    { containers: true, variables: { HOME: '/home/me' } },
  );
  t.deepEqual(tree, {
    name: 'web',
    nodes: {
      w: {
        kind: 'host',
        image: 'nginx:1.27',
        binds: ['/labs/site:/srv:ro', '/home/me/x:/x'],
        env: { A: 'b' },
        cmd: ['nginx', '-g', 'daemon off;'],
      },
    },
  });
  t.deepEqual(notes, []);
});

test('a link that leaves the lab ends at a segment of its own, and is named', (t) => {
  const { tree, problems, notes } = read(`
name: out
topology:
  nodes: {a: {kind: linux}, b: {kind: linux}}
  links:
    - endpoints: [a:eth1, host:out0]
    - {type: dummy, endpoint: {node: a, interface: dum0}}
    - type: vxlan
      endpoint: {node: a, interface: vx0, mac: "aa:bb:cc:00:00:01"}
      remote: 192.0.2.9
      vni: 100
      dst-port: 4789
    - endpoints: [a:mg, "mgmt-net:m1"]
    - endpoints: [b:mg, "mgmt-net:m2"]
`);
  t.deepEqual(problems, []);
  t.deepEqual((tree as { links: unknown }).links, [
    ['a:eth1', 'host-1'],
    ['a:dum0', 'dummy-1'],
    ['a:vx0', 'vxlan-1'],
    ['a:mg', 'management'],
    ['b:mg', 'management'],
  ]);
  t.deepEqual(notes, [
    '6: the far end of a link of type "host" is ignored',
    '8: the far end of a link of type "vxlan" is ignored',
    '9: "mac" is ignored',
    '10: "remote" is ignored',
    '11: "vni" is ignored',
    '12: "dst-port" is ignored',
    '13: the far end of a link of type "mgmt-net" is ignored',
    '14: the far end of a link of type "mgmt-net" is ignored',
  ]);
});

test('variables of the environment have their values and defaults', (t) => {
  const text = (variables: Surroundings['variables']): Read =>
    read(
      `
name: "lab-\${WHO:=me}"
topology:
  nodes:
    r\${N}: {kind: linux, exec: ["echo $$HOME \${HOME+set} \${UNSET-none} \${EMPTY:-full}"]}
  links:
    - endpoints: ["r1:eth1", "r1:eth2"]
      mtu: \${MTU:=1400}
`,
      { variables },
    );
  t.deepEqual(text({ N: '1', HOME: '/root', EMPTY: '' }).tree, {
    name: 'lab-me',
    nodes: {
      r1: { kind: 'host', sysctls: { 'net.ipv4.ip_forward': '1' }, exec: [['echo', '$HOME', 'set', 'none', 'full']] },
    },
    links: [{ endpoints: ['r1:eth1', 'r1:eth2'], mtu: 1400 }],
  });
  t.deepEqual(text({}).problems, ['5: the variable "N" has no value']);
});

test('what cannot be had is refused by name, with its line, and nothing is read from the rest', (t) => {
  const { tree, problems } = read(`
name: no
topology:
  nodes:
    a: {kind: nokia_srlinux}
    b: {kind: linux, network-mode: "container:a"}
    c: {kind: linux, imgae: alpine}
    d: {image: alpine}
    e: {kind: linux, binds: ["bgpd.conf:/etc/frr/bgpd.conf", "frr.conf:/etc/frr/frr.conf"]}
    f:
      kind: linux
      stages:
        create: {exec: [{command: "touch x", target: host, phase: on-enter}]}
  links:
    - endpoints: [a:eth1]
    - {type: cable, endpoints: [a:eth1, b:eth1]}
`);
  t.is(tree, undefined);
  t.deepEqual(problems, [
    '5: kind "nokia_srlinux" of node "a" is software that does not run here',
    '6: network-mode "container:a" cannot be had here',
    '7: unknown key "imgae" of node "c"',
    '8: node "d" has no "kind"',
    '9: "/etc/frr/bgpd.conf" cannot be had here: FRRouting has one configuration, frr.conf',
    '13: a command cannot run on the machine',
    '15: a link has two ends, not 1',
    '16: unknown type of a link "cable"',
  ]);
});

test('names that cannot be had are changed, and said', (t) => {
  const { tree, notes } = read(
    'name: 1st_lab\ntopology:\n  nodes: {1: {kind: linux}, a|b: {kind: linux}, a-b: {kind: linux}}\n',
  );
  const { name, nodes } = tree as { name: string; nodes: Record<string, unknown> };
  t.is(name, 'n1st-lab');
  t.deepEqual(Object.keys(nodes), ['n1', 'a-b-2', 'a-b']);
  t.deepEqual(notes, [
    '1: "1st_lab" is called "n1st-lab" here',
    '3: "1" is called "n1" here',
    '3: "a|b" is called "a-b-2" here',
  ]);
});

test('anchors and merge keys mean what YAML says, and cannot stand for a billion', (t) => {
  const { tree, problems } = read(`
name: merged
topology:
  nodes:
    a: &host {kind: linux, exec: [echo a]}
    b: *host
    c: {<<: *host, exec: [echo c]}
`);
  t.deepEqual(problems, []);
  t.deepEqual(tree, {
    name: 'merged',
    nodes: {
      a: { kind: 'host', exec: [['echo', 'a']] },
      b: { kind: 'host', exec: [['echo', 'a']] },
      c: { kind: 'host', exec: [['echo', 'c']] },
    },
  });
  const levels = Array.from(
    { length: 30 },
    (_, i) => `  x${String(i + 1)}: &x${String(i + 1)} [${`*x${String(i)}, `.repeat(10)}]`,
  );
  const bomb = read(`name: bomb\ntopology:\n  nodes: {}\nmgmt:\n  x0: &x0 [a]\n${levels.join('\n')}\n`);
  t.is(bomb.tree, undefined);
  t.regex(bomb.problems[0] ?? '', /stand for too much/);
});

test('a template of such a file is refused where its first instruction stands', (t) => {
  const { problems } = read('name: t\ntopology:\n  nodes:\n{{ range .nodes }}\n', {}, 'x.clab.gotmpl');
  t.deepEqual(problems, ['4: this is a template of a containerlab file: "{{ range" begins an instruction for it']);
});

const loopback = `frr version 8.4.4
hostname r
!
interface eth1
 ip address 192.0.2.1/32
exit
!
interface lo
 ip address 10.255.0.1/24
 ip address 192.0.2.53/32
 ipv6 address 2001:db8:53::53/128
exit
!
end
`;

test('the same host address on the loopbacks of several nodes is proposed as a service, however they get it', (t) => {
  const { services } = readFormat(
    `name: any
topology:
  nodes:
    r1: {kind: linux, image: frr, binds: ['r1/frr.conf:/etc/frr/frr.conf']}
    r2: {kind: linux, image: frr, binds: ['r2:/etc/frr']}
    a: {kind: linux, exec: [ip addr add 198.51.100.7/32 dev lo, ip -6 addr add 2001:db8:7::7/128 dev lo]}
    b: {kind: linux, exec: [ip a a dev lo 198.51.100.7, 'sh -c "ip -6 a r 2001:db8:7::7 dev lo label lo:7"']}
    c: {kind: linux, exec: ['ifconfig lo:1 198.51.100.7 netmask 255.255.255.255 up', ip addr add 203.0.113.1/32 dev lo]}
    d: {kind: linux, exec: [ip addr add 203.0.113.1/32 dev eth1, ip addr del 198.51.100.7/32 dev lo]}
`,
    'any.clab.yml',
    { ...nowhere, folder: '/labs', fileAt: (name) => (name.endsWith('/frr.conf') ? loopback : undefined) },
  );
  t.deepEqual(
    services?.map(({ addresses, nodes }) => ({ addresses, nodes })),
    [
      { addresses: ['192.0.2.53', '2001:db8:53::53'], nodes: ['r1', 'r2'] },
      { addresses: ['198.51.100.7'], nodes: ['a', 'b', 'c'] },
      { addresses: ['2001:db8:7::7'], nodes: ['a', 'b'] },
    ],
  );
});
