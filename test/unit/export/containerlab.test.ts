import { readFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { load } from 'js-yaml';
import { containerlabFolder } from '../../../src/export/containerlab.js';
import { planLab } from '../../../src/plan/plan.js';
import { nodeKeys, topKeys, topologyKeys } from '../../../src/topology/foreign/clab-keys.js';
import { readTopology } from '../../../src/topology/read.js';

const root = new URL('../../../', import.meta.url);

function exported(text: string): ReadonlyMap<string, string> {
  const reading = readTopology(text, 'x.yml');
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
  return containerlabFolder(planLab(reading.topology));
}

interface Written {
  readonly name: string;
  readonly topology: {
    readonly defaults: Record<string, unknown>;
    readonly nodes: Record<string, Record<string, unknown>>;
    readonly links?: readonly { readonly endpoints: readonly string[]; readonly mtu?: number }[];
  };
}

/** What the published schema asks of the parts of a file that are written here (as of containerlab 0.78). */
function assertAllowed(t: ExecutionContext, files: ReadonlyMap<string, string>): Written {
  const [path = '', text = ''] = [...files].find(([name]) => name.endsWith('.clab.yml')) ?? [];
  const file = load(text) as Written;
  t.is(path, `${file.name}.clab.yml`);
  t.regex(file.name, /^[a-zA-Z0-9][a-zA-Z0-9-._]*$/);
  const known = (keys: object, table: object): void => {
    t.deepEqual(
      Object.keys(keys).filter((key) => !(key in table)),
      [],
    );
  };
  known(file, topKeys);
  known(file.topology, topologyKeys);
  const isTexts = (value: unknown): boolean =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => typeof item === 'string') &&
    new Set(value).size === value.length;
  for (const [name, node] of [...Object.entries(file.topology.nodes), ['defaults', file.topology.defaults] as const]) {
    t.regex(name, /^[a-zA-Z0-9][a-zA-Z0-9-._|]*$/);
    known(node, nodeKeys);
    for (const key of ['image', 'kind', 'cmd'])
      t.true(['string', 'undefined'].includes(typeof node[key]), `${name} ${key}`);
    for (const key of ['exec', 'binds']) t.true(node[key] === undefined || isTexts(node[key]), `${name} ${key}`);
    for (const key of ['sysctls', 'env'])
      t.true(
        Object.values((node[key] as object | undefined) ?? {}).every((value) => typeof value === 'string'),
        `${name} ${key}`,
      );
    for (const bind of (node['binds'] as readonly string[] | undefined) ?? []) {
      const [source = ''] = bind.split(':');
      t.true(source.startsWith('/') || files.has(source), `${bind} is in the folder`);
    }
  }
  for (const { endpoints } of file.topology.links ?? []) {
    t.is(endpoints.length, 2);
    for (const end of endpoints) t.true((end.split(':')[0] ?? '') in file.topology.nodes, end);
  }
  return file;
}

for (const name of [
  'topologies/figure1',
  'topologies/figure2',
  'topologies/bgp-triangle',
  'topologies/catchments',
  'topologies/dns-root',
]) {
  test(`${name} is exported by the rules of the published schema`, (t) => {
    const files = exported(readFileSync(new URL(`${name}.yml`, root), 'utf8'));
    assertAllowed(t, files);
    const configurations = [...files].filter(([path]) => path.endsWith('/frr.conf'));
    t.true(configurations.length > 0);
    // Lists and maps of the daemons meet in one file: none may be said twice with different words.
    for (const [path, text] of configurations) {
      t.notRegex(text, /\/run\/nearcast/, path);
      const heads = text.split('\n').filter((line) => /^(?:ip|ipv6) prefix-list|^route-map/.test(line));
      t.is(new Set(heads).size, heads.length, path);
    }
  });
}

test('an instance has its address before the routes that need it: commands run while FRRouting starts', (t) => {
  const { topology } = assertAllowed(t, exported(readFileSync(new URL('topologies/figure2.yml', root), 'utf8')));
  t.deepEqual(topology.nodes['server-a']?.['exec'], [
    'ip address replace 10.0.0.7/31 dev eth1',
    'ip address replace fd00:0:0:4::2/64 dev eth1 nodad',
    'ip link set eth1 up',
    'ip route replace default via 10.0.0.6 dev eth1',
    'ip route replace default via fd00:0:0:4::1 dev eth1',
  ]);
  t.is(topology.nodes['router1']?.['exec'], undefined, 'a router has its addresses from FRRouting alone');
});

test('a switch is a bridge in a container, an instance has its addresses, programs and impairments are kept', (t) => {
  const files = exported(
    `
name: small
nodes:
  client: {kind: host, exec: ["echo 'a b' > /tmp/x"], run: {web: [httpd, -p, "80"]}}
  router: {kind: router, frr: "ip route 203.0.113.0/24 blackhole"}
  server: {kind: host, env: {A: b}, image: "nginx:1.27"}
  lan: {kind: switch}
links:
  - [client, lan]
  - [router, lan]
  - {endpoints: [router, server], mtu: 1400, delay: 10ms, loss: 1%, rate: 10mbit}
anycast:
  web: {addresses: [192.0.2.80], instances: [server], announce: router}
`,
  );
  const { topology } = assertAllowed(t, files);
  t.deepEqual(topology.nodes['lan']?.['exec'], [
    'ip link add br0 type bridge',
    'ip link set eth1 master br0',
    'ip link set eth1 up',
    'ip link set eth2 master br0',
    'ip link set eth2 up',
    'ip link set br0 up',
  ]);
  const client = topology.nodes['client']?.['exec'] as readonly string[];
  t.deepEqual(client.slice(-2), [`sh -c 'echo '\\''a b'\\'' > /tmp/x'`, `sh -c 'nohup httpd -p 80 >/dev/null 2>&1 &'`]);
  t.true((topology.nodes['server']?.['exec'] as readonly string[]).includes('ip address add 192.0.2.80/32 dev lo'));
  t.is(topology.nodes['server']?.['image'], 'nginx:1.27');
  t.deepEqual(topology.nodes['server']?.['env'], { A: 'b' });
  t.regex(
    (topology.nodes['router']?.['exec'] as readonly string[]).join('\n'),
    /^ip route replace 192\.0\.2\.80\/32 via \S+ dev eth2 proto static$/m,
  );
  t.regex(files.get('router/frr.conf') ?? '', /^ip route 203\.0\.113\.0\/24 blackhole$/m);
  t.regex(files.get('router/daemons') ?? '', /^staticd=yes$/m);
  t.is(topology.links?.[2]?.mtu, 1400);
  t.is(
    files.get('impair.sh'),
    `#!/bin/sh
set -e
containerlab tools netem set --node clab-small-router --interface eth2 --delay 10ms --loss 1 --rate 10000
containerlab tools netem set --node clab-small-server --interface eth1 --delay 10ms --loss 1 --rate 10000
`,
  );
});
