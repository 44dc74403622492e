import test from 'ava';
import { assignInterfaces } from '../../../../src/topology/model/graph.js';
import type { Link } from '../../../../src/topology/model/topology.js';
import { parseTarget } from '../../../../src/topology/model/target.js';

test('targets are a node, a link, one end of it, or a service', (t) => {
  t.deepEqual(parseTarget('server-a'), { kind: 'node', node: 'server-a' });
  t.deepEqual(parseTarget('router1/server-a'), { kind: 'link', nodes: ['router1', 'server-a'] });
  t.deepEqual(parseTarget('router1:eth2'), { kind: 'interface', node: 'router1', interface: 'eth2' });
  t.deepEqual(parseTarget('dns@server-a'), { kind: 'service', service: 'dns', node: 'server-a' });
});

for (const text of ['', ' ', 'a b', 'a/', '/a', 'a/b/c', 'a:', ':eth1', '@a', 'dns@', 'dns@a:eth1', 'a\n']) {
  test(`no target: ${JSON.stringify(text)}`, (t) => {
    t.is(parseTarget(text), undefined);
  });
}

function link(a: string, b: string): Link {
  const [nodeA = '', interfaceA] = a.split(':');
  const [nodeB = '', interfaceB] = b.split(':');
  return {
    ends: [
      { node: nodeA, interface: interfaceA },
      { node: nodeB, interface: interfaceB },
    ],
    cost: 1,
    mtu: undefined,
    impairment: undefined,
    detection: { bfd: undefined, hello: undefined, bgp: undefined },
    relation: undefined,
    policies: new Map(),
    prefixes: [],
    addresses: new Map(),
  };
}

test('interfaces are numbered in the order of the links, around the names that are taken', (t) => {
  t.deepEqual(
    assignInterfaces([link('a', 'b'), link('a', 'c'), link('b', 'a:eth1'), link('a:eth3', 'c'), link('a', 'c')]),
    [
      ['eth2', 'eth1'],
      ['eth4', 'eth1'],
      ['eth2', 'eth1'],
      ['eth3', 'eth2'],
      ['eth5', 'eth3'],
    ],
  );
});
