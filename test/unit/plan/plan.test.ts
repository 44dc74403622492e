import test from 'ava';
import { endKey, healthy, isInstanceUp, isLinkUp, nodesByName, serviceKey } from '../../../src/forecast/condition.js';
import { isKernelSince } from '../../../src/plan/flow-hash.js';
import type { LabPlan, PlanNode } from '../../../src/plan/model.js';
import { overlaps, parsePrefix } from '../../../src/support/ip.js';
import { rangesToTake } from '../../../src/topology/model/reserved.js';
import { announcedByRouters, bundledPlan, planOf, switched, twoGateways } from './plan-of.js';

const figure2 = bundledPlan('figure2');

function node(plan: LabPlan, name: string): PlanNode {
  const found = nodesByName(plan).get(name);
  if (found === undefined) throw new Error(`no node ${name}`);
  return found;
}

const gateways = (plan: LabPlan, name: string): readonly string[] =>
  node(plan, name).gateways.map(
    ({ family, node: router, via, interface: device, metric }) => `${family} ${router} ${via} ${device} ${metric}`,
  );

test('a plan survives its way to the agent as JSON', (t) => {
  for (const plan of [figure2, planOf(switched), planOf(announcedByRouters)]) {
    const arrived = JSON.parse(JSON.stringify(plan)) as LabPlan;
    t.deepEqual(JSON.stringify(arrived), JSON.stringify(plan));
    t.deepEqual(
      arrived.nodes.map((each) => each.sysctls),
      plan.nodes.map((each) => each.sysctls),
    );
  }
});

test('no two interfaces or loopbacks of a lab have the same address, and every router-id is another', (t) => {
  for (const plan of [bundledPlan('figure1'), planOf(switched), planOf(twoGateways)]) {
    const addresses = plan.nodes.flatMap((each) => [
      ...each.loopbacks,
      ...each.interfaces.flatMap((item) => item.addresses),
    ]);
    t.is(new Set(addresses.map((address) => address.split('/')[0])).size, addresses.length);
    const routerIds = plan.nodes.flatMap((each) => each.routing?.routerId ?? []);
    t.is(new Set(routerIds).size, routerIds.length);
    t.false(routerIds.includes('192.0.2.53'));
  }
});

test('own addresses are taken from ranges that the file does not touch, whatever it touches', (t) => {
  const link = (prefix: string): string => `
name: lab
nodes: {router1: {kind: router}, router2: {kind: router}, server-a: {kind: host}}
links:
  - {endpoints: [router1, router2], prefix: ${prefix}}
  - [router2, server-a]
anycast: {dns: {addresses: [192.0.2.53, "2001:db8::53"], instances: [server-a]}}
`;
  const own = (prefix: string): readonly string[] => {
    const plan = planOf(link(prefix));
    return [...(node(plan, 'server-a').interfaces[0]?.addresses ?? []), ...node(plan, 'router1').loopbacks];
  };
  const usual = ['10.0.0.3/31', 'fd00:0:0:2::2/64', '10.255.0.1/32', 'fd00:0:ff::1/128'];
  t.deepEqual(own('203.0.113.0/30'), usual);
  t.deepEqual(own('10.9.0.0/24'), ['100.64.0.3/31', ...usual.slice(1)]);
  t.deepEqual(own('10.255.7.0/24'), [...usual.slice(0, 2), '172.31.0.1/32', ...usual.slice(3)]);
  t.deepEqual(own('[10.0.0.0/8, "fd00::/8"]'), [
    '100.64.0.3/31',
    'fc00:0:0:2::2/64',
    '172.31.0.1/32',
    'fc00:0:ff::1/128',
  ]);
});

test('the ranges that own addresses are taken from are apart from each other', (t) => {
  const all = Object.values(rangesToTake).flatMap(({ links, loopbacks }) =>
    [...links, ...loopbacks].flatMap((text) => parsePrefix(text)?.prefix ?? []),
  );
  for (const [i, one] of all.entries())
    t.false(
      all.some((other, j) => i < j && overlaps(one, other)),
      one.text,
    );
});

test('every client is asked about at every address of every service', (t) => {
  const asked = bundledPlan('figure1').questions.map(
    ({ client, service, address, family }) => `${client} ${service} ${address} ${family}`,
  );
  t.deepEqual(asked, [
    'client1 service 192.0.2.53 ipv4',
    'client1 service 2001:db8:53::53 ipv6',
    'client2 service 192.0.2.53 ipv4',
    'client2 service 2001:db8:53::53 ipv6',
  ]);
});

test('nodes have the role that the services give them', (t) => {
  t.deepEqual(Object.fromEntries(figure2.nodes.map(({ name, role }) => [name, role])), {
    client1: 'client',
    router1: 'transit',
    router2: 'transit',
    router3: 'transit',
    'server-a': 'instance',
    'server-b': 'instance',
    'server-c': 'instance',
  });
});

test('a host has a gateway in each family, also one that announces: its answers need a way back before routing knows one', (t) => {
  t.deepEqual(gateways(figure2, 'client1'), ['ipv4 router1 10.0.0.1 eth1 100', 'ipv6 router1 fd00:0:0:1::2 eth1 100']);
  t.deepEqual(
    gateways(figure2, 'server-a').map((each) => each.split(' ').slice(0, 2).join(' ')),
    ['ipv4 router1', 'ipv6 router1'],
  );
  t.deepEqual(gateways(figure2, 'router1'), []);
});

test('of two gateways the one over the cheaper link has the lower metric, whatever the order of the file', (t) => {
  t.deepEqual(gateways(planOf(twoGateways), 'client1'), [
    'ipv4 router2 10.0.0.3 eth2 100',
    'ipv6 router2 fd00:0:0:2::2 eth2 100',
    'ipv4 router1 10.0.0.1 eth1 101',
    'ipv6 router1 fd00:0:0:1::2 eth1 101',
  ]);
});

test('behind a switch the gateway is the router on the same segment', (t) => {
  t.deepEqual(gateways(planOf(switched), 'client1'), [
    'ipv4 router1 10.64.0.2 eth1 100',
    'ipv6 router1 fd00:0:0:1::2 eth1 100',
  ]);
});

test('an instance that its router announces for needs a gateway to answer by', (t) => {
  const plan = planOf(announcedByRouters);
  t.deepEqual(gateways(plan, 'server-a'), ['ipv4 router1 10.0.0.4 eth1 100', 'ipv6 router1 fd00:0:0:3::1 eth1 100']);
  t.is(node(plan, 'server-a').routing, undefined);
  t.deepEqual(node(plan, 'router1').routing?.announcesFor, [
    { service: 'service', instance: 'server-a', address: '192.0.2.53', via: '10.0.0.5', interface: 'eth3', cost: 1 },
    {
      service: 'service',
      instance: 'server-a',
      address: '2001:db8:53::53',
      via: 'fe80::6e:ff:fe00:202',
      interface: 'eth3',
      cost: 1,
    },
  ]);
});

test('parallel links are told apart by their interfaces', (t) => {
  const plan = planOf(
    'name: p\nnodes: {a: {kind: router}, b: {kind: router}, c: {kind: router}}\nlinks: [[a, b], [b, "a:up"], [b, c]]\n',
  );
  t.deepEqual(
    plan.links.map((link) => link.id),
    ['a:eth1/b:eth1', 'b:eth2/a:up', 'b/c'],
  );
});

const sysctl = (plan: LabPlan, name: string, key: string): string | undefined =>
  node(plan, name).sysctls.findLast(([each]) => each === key)?.[1];

test('routers forward, hosts do not, and flows spread by port', (t) => {
  for (const [name, forwards] of [
    ['router1', '1'],
    ['server-a', '0'],
    ['client1', '0'],
  ] as const) {
    t.is(sysctl(figure2, name, 'net.ipv4.ip_forward'), forwards, name);
    t.is(sysctl(figure2, name, 'net.ipv6.conf.all.forwarding'), forwards, name);
    t.is(sysctl(figure2, name, 'net.ipv4.fib_multipath_hash_policy'), '1', name);
    t.deepEqual(
      node(figure2, name).flowHash.map(({ key }) => key.split('.').slice(1).join(' ')),
      [
        'ipv4 fib_multipath_hash_fields',
        'ipv4 fib_multipath_hash_policy',
        'ipv6 fib_multipath_hash_fields',
        'ipv6 fib_multipath_hash_policy',
        'ipv4 fib_multipath_hash_seed',
      ],
    );
    t.is(sysctl(figure2, name, 'net.ipv4.conf.all.rp_filter'), '0', name);
  }
});

test('what a file sets of the kernel comes last, and wins', (t) => {
  const plan = planOf(
    'name: s\nnodes: {r: {kind: router, sysctls: {net.ipv4.ip_forward: 0, net.ipv4.tcp_syncookies: "2"}}}\n',
  );
  t.is(sysctl(plan, 'r', 'net.ipv4.ip_forward'), '0');
  t.is(sysctl(plan, 'r', 'net.ipv4.tcp_syncookies'), '2');
});

test('a lab whose services have one family speaks no other', (t) => {
  const text = (address: string): string =>
    `name: f\nnodes: {c: {kind: host}, r: {kind: router}, s: {kind: host}}\nlinks: [[c, r], [r, s]]\nanycast: {web: {addresses: ["${address}"], instances: [s]}}\n`;
  const [only4, only6] = [planOf(text('192.0.2.1')), planOf(text('2001:db8::1'))];
  t.deepEqual([only4.families, node(only4, 'r').routing?.daemons], [['ipv4'], ['zebra', 'ospfd']]);
  t.deepEqual([only6.families, node(only6, 'r').routing?.daemons], [['ipv6'], ['zebra', 'ospf6d']]);
  t.is(sysctl(only4, 'r', 'net.ipv6.conf.default.disable_ipv6'), '1');
  t.is(sysctl(only6, 'r', 'net.ipv6.conf.default.disable_ipv6'), undefined);
  t.true(only4.nodes.every((each) => each.interfaces.every((item) => item.addresses.length === 1)));
  t.truthy(node(only6, 'r').routing?.routerId, 'a router-id is an IPv4 address even there (RFC 5340 section 2.11)');
});

test('a link is up with both its ends and both its nodes', (t) => {
  const link = figure2.links[1];
  if (link === undefined) return t.fail();
  const [a, b] = link.ends;
  t.true(isLinkUp(link, healthy));
  t.true(isLinkUp(link, { ...healthy, crashedNodes: new Set(['server-a']), downEnds: new Set(['router1:eth3']) }));
  t.false(isLinkUp(link, { ...healthy, downEnds: new Set([endKey(a)]) }));
  t.false(isLinkUp(link, { ...healthy, downEnds: new Set([endKey(b)]) }));
  t.false(isLinkUp(link, { ...healthy, crashedNodes: new Set([b.node]) }));
});

test('an instance is up while its host has power and its own service answers', (t) => {
  t.true(
    isInstanceUp('dns', 'server-a', {
      ...healthy,
      stoppedServices: new Set([serviceKey('web', 'server-a'), serviceKey('dns', 'server-b')]),
    }),
  );
  t.false(isInstanceUp('dns', 'server-a', { ...healthy, stoppedServices: new Set([serviceKey('dns', 'server-a')]) }));
  t.false(isInstanceUp('dns', 'server-a', { ...healthy, crashedNodes: new Set(['server-a']) }));
});

test('each node hashes flows by a seed of its own, always the same; what a file sets of it is left to the file', (t) => {
  const seeds = (plan: LabPlan): readonly (string | undefined)[] =>
    plan.nodes.map(({ flowHash }) => flowHash.find(({ key }) => key.endsWith('_seed'))?.value);
  t.is(new Set(seeds(figure2)).size, figure2.nodes.length);
  t.deepEqual(seeds(bundledPlan('figure2')), seeds(figure2));
  const plan = planOf(
    'name: s\nnodes: {r: {kind: router, sysctls: {net.ipv4.fib_multipath_hash_policy: 0, net.ipv4.fib_multipath_hash_seed: 5}}}\n',
  );
  t.false(
    plan.nodes[0]?.flowHash.some(({ key }) => key === 'net.ipv4.fib_multipath_hash_policy' || key.endsWith('_seed')),
  );
});

test('kernels are compared by version, whatever follows it', (t) => {
  const releases = ['5.4.0-150-generic', '5.14.0', '6.1.0-18-amd64', '6.11', '6.18.44-fc-v669', ''];
  t.deepEqual(
    releases.map((release) => isKernelSince(release, '6.11')),
    [false, false, false, true, true, false],
  );
  t.deepEqual(
    releases.map((release) => isKernelSince(release, '5.14')),
    [false, true, true, true, true, false],
  );
});
