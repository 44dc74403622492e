import test from 'ava';
import { readTopology } from '../../../src/topology/read.js';
import type { Topology } from '../../../src/topology/model/topology.js';

function topologyOf(text: string): Topology {
  const reading = readTopology(text, 'lab.yml');
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
  return reading.topology;
}

const nodes = `
name: lab
nodes:
  client1: {kind: host}
  router1: {kind: router}
  router2: {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
`;
const links = `
links:
  - [client1, router1]
  - [router1, router2]
  - [router1, server-a]
  - [router2, server-b]
`;
const service = `
anycast:
  dns:
    addresses: [192.0.2.53, "2001:DB8:53:0::53"]
    instances: [server-a, server-b]
`;

test('a file may say that routing is not forecast; a word that is none is refused', (t) => {
  const text = 'name: lab\nnodes: {a: {kind: router}}\n';
  const forecastOf = (file: string): unknown => {
    const reading = readTopology(file, 'x.yml');
    return 'problems' in reading ? reading.problems.map(({ code }) => code) : reading.topology.forecast;
  };
  t.is(forecastOf(text), 'on');
  t.is(forecastOf(`${text}forecast: off\n`), 'off');
  t.deepEqual(forecastOf(`${text}forecast: maybe\n`), ['BAD_VALUE']);
});

test('defaults are filled in, and shorthands written out', (t) => {
  const topology = topologyOf(`${nodes}${links}${service}`);
  t.deepEqual(topology.links[0], {
    ends: [
      { node: 'client1', interface: undefined },
      { node: 'router1', interface: undefined },
    ],
    cost: 1,
    mtu: undefined,
    impairment: undefined,
    detection: { bfd: undefined, hello: undefined, bgp: undefined },
    relation: undefined,
    policies: new Map(),
    prefixes: [],
    addresses: new Map(),
  });
  t.deepEqual(topology.services, [
    {
      name: 'dns',
      addresses: ['192.0.2.53', '2001:db8:53::53'],
      instances: ['server-a', 'server-b'],
      announce: 'host',
      allowSharedRouter: false,
      health: { check: undefined, intervalMs: 100, timeoutMs: 100, rise: 2, fall: 2, lastResort: undefined },
      serve: 'identity',
      http: false,
      store: undefined,
      covering: undefined,
      capacity: undefined,
      sinkholes: undefined,
    },
  ]);
  t.deepEqual(topology.nodes[1], {
    name: 'router1',
    kind: 'router',
    asn: undefined,
    prefixes: [],
    aggregates: [],
    routes: [],
    frr: undefined,
    ownFrr: undefined,
    frrVersion: undefined,
    sysctls: new Map(),
    selection: new Map(),
    asks: undefined,
    demand: undefined,
    exec: [],
    run: new Map(),
    detection: { bfd: undefined, hello: undefined, bgp: undefined },
    container: undefined,
  });
  t.like(topology, { name: 'lab', title: undefined, scenario: [], play: 'test' });
  t.like(topology.expect, { answers: [], byClient: { path: [] }, routes: [] });
});

test('all that a file says is kept, in its order', (t) => {
  const topology = topologyOf(`
name: lab
title: "Two routers: one link"
nodes:
  b: {kind: router, frr: "router ospf\\n", sysctls: {net.ipv4.ip_forward: 1, net.ipv4.tcp_rmem: 4096 87380 6291456}}
  a: {kind: router, exec: [ip route show, [echo, "1"]]}
links:
  - {endpoints: ["b:up0", a], cost: 10, mtu: 9000, prefix: "2001:DB8:0::/127"}
`);
  t.is(topology.title, 'Two routers: one link');
  t.deepEqual(
    topology.nodes.map(({ name }) => name),
    ['b', 'a'],
  );
  t.deepEqual(
    [...(topology.nodes[0]?.sysctls ?? [])],
    [
      ['net.ipv4.ip_forward', '1'],
      ['net.ipv4.tcp_rmem', '4096 87380 6291456'],
    ],
  );
  t.deepEqual(topology.nodes[1]?.exec, ['ip route show', ['echo', '1']]);
  t.deepEqual(topology.links, [
    {
      ends: [
        { node: 'b', interface: 'up0' },
        { node: 'a', interface: undefined },
      ],
      cost: 10,
      mtu: 9000,
      impairment: undefined,
      detection: { bfd: undefined, hello: undefined, bgp: undefined },
      relation: undefined,
      policies: new Map(),
      prefixes: ['2001:db8::/127'],
      addresses: new Map(),
    },
  ]);
});

test('expectations name one service or all, and steps take ten seconds where they say nothing', (t) => {
  const topology = topologyOf(`${nodes}${links}${service}
expect: {client1: server-a}
play: up
scenario:
  - {fail: server-a, expect: {client1: {dns: server-b}, within: 1.5s}}
  - {restore: server-a}
  - {fail: router1/router2, expect: {client1: server-a}}
  - {fail: dns@server-a, how: stop, expect: {client1: nobody}}
`);
  t.deepEqual(topology.expect.answers, [
    {
      clients: { label: 'client1', names: ['client1'] },
      to: undefined,
      answer: { kind: 'instances', instances: ['server-a'] },
    },
  ]);
  t.is(topology.play, 'up');
  t.deepEqual(
    topology.scenario.flatMap((step) =>
      step.kind === 'change'
        ? step.parts.map(({ action, target, how }) => [action, target, how, step.expect.withinMs])
        : [],
    ),
    [
      ['fail', 'server-a', 'crash', 1500],
      ['restore', 'server-a', undefined, 10_000],
      ['fail', 'router1/router2', 'down', 10_000],
      ['fail', 'dns@server-a', 'stop', 10_000],
    ],
  );
  t.deepEqual(topology.scenario[0]?.expect.answers, [
    {
      clients: { label: 'client1', names: ['client1'] },
      to: 'dns',
      answer: { kind: 'instances', instances: ['server-b'] },
    },
  ]);
});

test('a link that failed by one of its ends can be restored by its nodes', (t) => {
  t.notThrows(() =>
    topologyOf(`${nodes}${links}${service}scenario: [{fail: "router2:eth1"}, {restore: router1/router2}]`),
  );
});

test('switches join hosts to the router on the same segment, whose links share one prefix', (t) => {
  t.notThrows(() =>
    topologyOf(`
name: lab
nodes: {sw1: {kind: switch}, sw2: {kind: switch}, r1: {kind: router}, c1: {kind: host}, s1: {kind: host}}
links:
  - {endpoints: [sw1, sw2], prefix: 192.0.2.0/24}
  - {endpoints: [r1, sw1], prefix: 192.0.2.0/24}
  - [c1, sw2]
  - [s1, sw2]
anycast: {dns: {addresses: [198.51.100.53], instances: [s1]}}
expect: {c1: s1}
`),
  );
});

test('two instances may share a router where the service allows it', (t) => {
  t.notThrows(() =>
    topologyOf(
      `${nodes}${links.replace('router2, server-b', 'router1, server-b')}${service}    allowSharedRouter: true\n`,
    ),
  );
});

test('two routers alone are a topology, and so is one', (t) => {
  t.is(topologyOf('name: lab\nnodes: {r1: {kind: router}}').links.length, 0);
});

test('a byte order mark, CRLF line ends and a leading --- change nothing', (t) => {
  const text = `---\n${nodes.trimStart()}${links}${service}`;
  const expected = topologyOf(text);
  t.deepEqual(topologyOf(`\uFEFF${text}`), expected);
  t.deepEqual(topologyOf(text.replaceAll('\n', '\r\n')), expected);
});

test('the same text always means the same', (t) => {
  const text = `${nodes}${links}${service}`;
  t.is(JSON.stringify(topologyOf(text)), JSON.stringify(topologyOf(text)));
});
