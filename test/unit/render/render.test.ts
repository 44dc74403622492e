import test from 'ava';
import type { LabPlan } from '../../../src/plan/model.js';
import { gatewayLines } from '../../../src/render/address-batch.js';
import { renderLab } from '../../../src/render/render.js';
import { ringTopology } from '../../bench/ring.js';
import { announcedByRouters, bundledPlan, planOf, switched } from '../plan/plan-of.js';

function file(plan: LabPlan, node: string, name: string): string {
  const content = renderLab(plan).nodes[node]?.[name];
  if (content === undefined) throw new Error(`${node} has no ${name}`);
  return content;
}

const figure2 = bundledPlan('figure2');
const labs = [figure2, planOf(switched), planOf(announcedByRouters)];

test('every block of FRR configuration is closed before the next begins', (t) => {
  const files = labs.flatMap((plan) =>
    Object.values(renderLab(plan).nodes).flatMap((own) => [own['ospfd.conf'] ?? '', own['ospf6d.conf'] ?? '']),
  );
  for (const text of files.filter((each) => each !== '')) {
    const open = text.split('\n').reduce((depth, line) => {
      if (/^(?:interface|router|route-map) /.test(line))
        t.is(depth, 0, `${line} stands inside another block of\n${text}`);
      return depth + (/^(?:interface|router|route-map) /.test(line) ? 1 : line === 'exit' ? -1 : 0);
    }, 0);
    t.is(open, 0, text);
  }
});

test('every speaker says its router-id, and its addresses agree with it', (t) => {
  for (const { name, routing } of figure2.nodes) {
    if (routing === undefined) continue;
    t.regex(file(figure2, name, 'ospfd.conf'), new RegExp(`^ ospf router-id ${routing.routerId}$`, 'm'));
    t.regex(file(figure2, name, 'ospf6d.conf'), new RegExp(`^ ospf6 router-id ${routing.routerId}$`, 'm'));
    t.regex(file(figure2, name, 'addresses.batch'), new RegExp(`^address add ${routing.routerId}/32 dev lo$`, 'm'));
  }
});

test('no file gives an instance the address of its service: the agent does, once it answers', (t) => {
  for (const plan of labs) {
    for (const own of Object.values(renderLab(plan).nodes)) {
      t.notRegex(own['addresses.batch'] ?? '', /^address .*(?:192\.0\.2\.53|2001:db8:53::53)/m);
    }
  }
});

test('hosts that speak no routing protocol get no FRR', (t) => {
  t.deepEqual(Object.keys(renderLab(figure2).nodes['client1'] ?? {}), ['addresses.batch', 'sysctls']);
  t.deepEqual(Object.keys(renderLab(planOf(announcedByRouters)).nodes['server-a'] ?? {}), [
    'addresses.batch',
    'sysctls',
  ]);
});

test('routers speak on links to speakers, and only tell of links to hosts', (t) => {
  const ospfd = file(figure2, 'router1', 'ospfd.conf');
  const passive = [...ospfd.matchAll(/^interface (\S+)\n(?: .*\n)*? ip ospf passive$/gm)].map(([, name]) => name);
  t.deepEqual(passive, ['eth1'], 'eth1 leads to client1');
});

test('sysctls are written as paths below /proc/sys', (t) => {
  const lines = file(figure2, 'router1', 'sysctls').trimEnd().split('\n');
  t.true(lines.includes('net/ipv4/ip_forward 1'));
  t.true(
    lines.every((line) => /^[\w/-]+ .+$/.test(line)),
    lines.join(),
  );
});

test('IPv6 addresses need no duplicate address detection, and gateways can be said again', (t) => {
  t.regex(file(figure2, 'client1', 'addresses.batch'), /^address add fd00:0:0:1::1\/64 dev eth1 nodad$/m);
  t.notRegex(file(figure2, 'client1', 'addresses.batch'), /^address add 10\..* nodad$/m);
  const client = figure2.nodes.find((node) => node.name === 'client1');
  t.deepEqual(client === undefined ? [] : gatewayLines(client), [
    'route replace default via 10.0.0.1 dev eth1 metric 100',
    'route replace default via fd00:0:0:1::2 dev eth1 metric 100',
  ]);
});

test('every node knows every node and service by name', (t) => {
  const lines = (renderLab(figure2).common['hosts'] ?? '').trimEnd().split('\n');
  for (const line of [
    '127.0.0.1 localhost',
    '10.0.0.0 client1',
    'fd00:0:0:1::1 client1',
    '10.255.0.1 router1',
    'fd00:0:ff::4 server-a',
    '192.0.2.53 service',
    '2001:db8:53::53 service',
  ]) {
    t.true(lines.includes(line), line);
  }
});

test('a switch is a bridge of all its interfaces', (t) => {
  t.deepEqual(file(planOf(switched), 'sw1', 'addresses.batch').trimEnd().split('\n'), [
    'link add name br0 type bridge',
    'link set br0 up',
    'link set eth1 master br0 up',
    'link set eth2 master br0 up',
    'link set eth3 master br0 up',
  ]);
});

test('the MTU of a link holds at both its ends, a switch included', (t) => {
  const plan = planOf(
    'name: m\nnodes: {r: {kind: router}, s: {kind: switch}, h: {kind: host}}\nlinks: [{endpoints: [r, s], mtu: 9000}, {endpoints: [s, h], mtu: 9000}]\n',
  );
  for (const node of ['r', 'h', 's'])
    t.regex(file(plan, node, 'addresses.batch'), /^link set eth1 (?:.* )?mtu 9000\b/m, node);
});

test('a router announces for a host at the cost of the link to it', (t) => {
  const plan = planOf(announcedByRouters.replace('[router1, server-a]', '{endpoints: [router1, server-a], cost: 40}'));
  t.regex(file(plan, 'router2', 'ospf6d.conf'), /^ redistribute kernel metric-type 1 route-map announce$/m);
  t.regex(file(plan, 'router2', 'ospf6d.conf'), /^ set metric 1$/m);
  t.regex(file(plan, 'router1', 'ospf6d.conf'), /^ set metric 40$/m, 'the link to server-a costs 40');
  const ospfd = file(plan, 'router1', 'ospfd.conf');
  t.regex(ospfd, /^ redistribute kernel metric 0 metric-type 1 route-map announce$/m);
  t.regex(ospfd, /^interface eth3\n ip ospf area 0\n ip ospf cost 40$/m, 'OSPFv2 adds the link itself');
  t.notRegex(ospfd, /set metric/);
});

test('where instances of a router cost differently, the one that its route leads to decides what is announced', (t) => {
  const shared = announcedByRouters
    .replace('[router2, server-b]', '{endpoints: [router1, server-b], cost: 5}')
    .replace('announce: router', 'announce: router, allowSharedRouter: true');
  const lines = file(planOf(shared), 'router1', 'ospf6d.conf')
    .split('\n')
    .map((line) => line.trim());
  const at = (head: string): readonly string[] => lines.slice(lines.indexOf(head) + 1, lines.indexOf(head) + 4);
  t.deepEqual(at('route-map announce permit 1'), [
    'match ipv6 address prefix-list announce-1-eth3',
    'match interface eth3',
    'set metric 1',
  ]);
  t.deepEqual(at('route-map announce permit 2'), [
    'match ipv6 address prefix-list announce-5-eth4',
    'match interface eth4',
    'set metric 5',
  ]);
});

test('a speaker has the link-local addresses that its kernel would give it, before its interfaces are up', (t) => {
  const lines = file(figure2, 'router1', 'addresses.batch').split('\n');
  t.true(
    lines.indexOf('address add fe80::6e:ff:fe00:2/64 dev eth1 scope link nodad') >= 0 &&
      lines.indexOf('address add fe80::6e:ff:fe00:2/64 dev eth1 scope link nodad') < lines.indexOf('link set eth1 up'),
    lines.join('\n'),
  );
  t.notRegex(file(figure2, 'client1', 'addresses.batch'), /fe80::/);
});

test('in a large lab nodes are told the addresses of their neighbors, which they learn in a small one', (t) => {
  const neighbors = (plan: LabPlan, node: string): readonly string[] =>
    file(plan, node, 'addresses.batch')
      .split('\n')
      .filter((line) => line.startsWith('neighbour'));
  t.deepEqual(neighbors(planOf(ringTopology(20)), 'r1'), []);
  const unnumbered = planOf(ringTopology(100));
  const [address = ''] = unnumbered.nodes.find(({ name }) => name === 'r2')?.loopbacks ?? [];
  t.deepEqual(neighbors(unnumbered, 'r1').slice(0, 3), [
    `neighbour replace ${address.replace('/32', '')} lladdr 02:6e:00:00:00:02 dev eth1 nud permanent`,
    'neighbour replace fe80::6e:ff:fe00:2 lladdr 02:6e:00:00:00:02 dev eth1 nud permanent',
    'neighbour replace 224.0.0.22 dev eth1 nud permanent',
  ]);
  const large = planOf(`${ringTopology(100)}\nunnumbered: false\n`);
  t.deepEqual(
    neighbors(large, 'r1').filter((line) => line.includes(' dev eth1 ')),
    [
      'neighbour replace 10.0.0.1 lladdr 02:6e:00:00:00:02 dev eth1 nud permanent',
      'neighbour replace fd00:0:0:1::2 lladdr 02:6e:00:00:00:02 dev eth1 nud permanent',
      'neighbour replace fe80::6e:ff:fe00:2 lladdr 02:6e:00:00:00:02 dev eth1 nud permanent',
      'neighbour replace 224.0.0.22 dev eth1 nud permanent',
      'neighbour replace 224.0.0.5 dev eth1 nud permanent',
      'neighbour replace ff02::16 dev eth1 nud permanent',
      'neighbour replace ff02::5 dev eth1 nud permanent',
    ],
  );
  t.deepEqual(
    neighbors(large, 'client1').map((line) => line.split(' ')[2]),
    ['10.0.1.1', 'fd00:0:0:81::2', 'fe80::6e:ff:fe00:8002', '224.0.0.22', 'ff02::16'],
  );
});
