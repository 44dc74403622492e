import test from 'ava';
import { LabError } from '../../src/index.js';
import { locateFrr } from '../../src/setup/frr.js';
import {
  contractSandbox,
  everywhere,
  forEachRuntime,
  inNode,
  labFor,
  topologyOf,
  whoAnswers,
} from '../support/contract.js';

contractSandbox();

/** Two versions that are not the machine's: each router has routes that only mgmtd gives to staticd. */
const mixedNetwork = `name: mixed
nodes:
  client1: {kind: host}
  older: {kind: router, frr: "ip route 198.51.100.1/32 blackhole"}
  newer: {kind: router, frrVersion: 10.3, frr: "ip route 198.51.100.2/32 blackhole"}
  server-a: {kind: host, frrVersion: 10.3}
  server-b: {kind: host}
links:
  - [client1, older]
  - [older, newer]
  - {endpoints: [older, server-b], cost: 10}
  - [newer, server-a]
anycast:
  dns: {addresses: [192.0.2.53, "2001:db8:53::53"], instances: [server-a, server-b]}
  names: {addresses: [192.0.2.54], instances: [server-a], serve: nsd, zones: {example.: "@ SOA a b 1 60 60 60 60\\n@ NS a"}}
`;

test.serial(
  'netns: nodes of one lab run different versions of FRRouting, each confined to its own system',
  async (t) => {
    const { lab } = await labFor(t, 'netns', topologyOf(`frrVersion: 8.4\n${mixedNetwork}`));
    const { nodes } = await lab.inspect([]);
    const seriesOf = (name: string): string | undefined =>
      nodes
        .find((node) => node.name === name)
        ?.frrVersion?.split('.')
        .slice(0, 2)
        .join('.');
    t.deepEqual(['client1', 'older', 'server-b', 'newer', 'server-a'].map(seriesOf), [
      undefined,
      '8.4',
      '8.4',
      '10.3',
      '10.3',
    ]);
    t.deepEqual(
      nodes.flatMap(({ endedDaemons }) => endedDaemons),
      [],
    );
    t.like(await whoAnswers(lab), { ...everywhere({ client1: 'server-a' }), 'client1 192.0.2.54': 'server-a' });
    t.regex(await inNode(t, lab, 'older', ['ip', 'route']), /blackhole 198\.51\.100\.1 proto (?:static|196)/);
    t.regex(await inNode(t, lab, 'newer', ['ip', 'route']), /blackhole 198\.51\.100\.2 proto (?:static|196)/);
    t.regex(await inNode(t, lab, 'newer', ['vtysh', '-c', 'show version']), /^FRRouting 10\.3/);
    t.regex(
      await inNode(t, lab, 'newer', ['vtysh', '-c', 'show running-config']),
      /ip route 198\.51\.100\.2\/32 blackhole/,
    );

    const seen =
      'cd /proc/$(cat /run/frr/ospfd.pid)/root && ls -A && ls usr; touch usr/lib/x 2>&1; cat /proc/$(cat /run/frr/ospfd.pid)/comm';
    t.regex(
      await inNode(t, lab, 'newer', ['sh', '-c', seen]),
      /^dev\netc\nlib\n(?:lib64\n)?proc\nrun\ntmp\nusr\nvar\nbin\nlib\n(?:lib64\n)?share\ntouch: .*Read-only file system\nospfd$/,
    );
  },
);

forEachRuntime((runtime) => {
  test.serial(`${runtime}: a node with a version of its own fails and comes back with it`, async (t) => {
    const { lab } = await labFor(t, runtime, topologyOf(mixedNetwork));
    const versions = async (): Promise<readonly (string | undefined)[]> => {
      const { nodes } = await lab.inspect([]);
      return ['newer', 'server-a'].map((name) => nodes.find((node) => node.name === name)?.frrVersion?.slice(0, 4));
    };
    t.deepEqual(await versions(), ['10.3', '10.3']);
    t.regex(await inNode(t, lab, 'newer', ['ip', 'route']), /blackhole 198\.51\.100\.2 proto (?:static|196)/);
    const { changes } = await lab.fail('newer', {});
    t.true(changes.filter(({ address }) => address !== '192.0.2.54').every(({ after }) => after === 'server-b'));
    await lab.restore('newer', {});
    await lab.fail('staticd@newer', { how: 'kill' });
    await lab.restore('staticd@newer', {});
    t.like(await whoAnswers(lab), { ...everywhere({ client1: 'server-a' }), 'client1 192.0.2.54': 'server-a' });
    t.deepEqual(await versions(), ['10.3', '10.3']);
  });

  test.serial(`${runtime}: the FRRouting of the machine is refused where nodes cannot have it`, async (t) => {
    const topology = topologyOf(
      `frrVersion: system\n${mixedNetwork.replaceAll('frrVersion: 10.3, ', '').replace(', frrVersion: 10.3', '')}`,
    );
    if (runtime === 'netns' && locateFrr(process.env, 'system') !== undefined) {
      await labFor(t, runtime, topology);
      return t.pass();
    }
    const { code, message } = await t.throwsAsync(labFor(t, runtime, topology), { instanceOf: LabError });
    t.true(['RUNTIME_UNFIT', 'FRR_UNAVAILABLE'].includes(code), code);
    t.regex(message, /FRRouting/);
  });
});

test.serial('netns: a line that mgmtd takes for a daemon that nothing starts is refused by name', async (t) => {
  const topology = topologyOf(`name: refused
frrVersion: 10.3
nodes: {near: {kind: router, frr: "rou rip\\n network eth1"}, far: {kind: router}}
links: [[near, far]]
`);
  const { code, message, hint } = await t.throwsAsync(labFor(t, 'netns', topology), { instanceOf: LabError });
  t.deepEqual([code, message], ['CONFIG_REJECTED', 'no daemon on near accepts the line "rou rip"']);
  t.regex(hint ?? '', /ripd would accept it/);
});
