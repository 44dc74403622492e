import test, { type ExecutionContext } from 'ava';
import { testTopology, type Lab, type RuntimeName, type UpResult } from '../../src/index.js';
import {
  bundledTopologies,
  contractSandbox,
  everywhere,
  forEachRuntime,
  inNode,
  ipv4,
  ipv6,
  labFor,
  mostComparedNodes,
  settled,
  topologyOf,
  whoAnswers,
} from '../support/contract.js';
import { catchments } from '../support/documents.js';

contractSandbox();

const anycast = `
anycast:
  service: {addresses: [${ipv4}, "${ipv6}"], instances: [server-a, server-b]}
`;

const ownSettings = `
name: own-settings
nodes:
  client1:
    kind: host
    exec: ["echo ready > /run/ready", [ip, link, set, eth1, txqueuelen, "100"]]
  router1:
    kind: router
    frr: |
      interface eth3
       description towards server-a
      exit
      interface eth2
       ip ospf cost 7
       ipv6 ospf6 cost 9
      exit
    sysctls: {net.ipv4.tcp_syncookies: 0, net.ipv4.fib_multipath_hash_policy: "0"}
    exec: ["echo started >> /run/starts"]
  router2:  {kind: router}
  server-a: {kind: host}
  server-b:
    kind: host
    frr: |
      interface eth1
       description towards router2
      exit
links:
  - [client1, router1]
  - [router1, router2]
  - [router1, server-a]
  - [router2, server-b]
${anycast}`;

const announcedByRouters = `
name: announced-by-routers
nodes:
  client1:  {kind: host}
  client2:  {kind: host}
  router1:  {kind: router}
  router2:  {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router1]
  - [client2, router2]
  - [router1, router2]
  - [router1, server-a]
  - [router2, server-b]
anycast:
  service: {addresses: [${ipv4}, "${ipv6}"], instances: [server-a, server-b], announce: router}
`;

/** router1, router2 and router3 on one segment of two switches; client1 behind a switch of its own. */
const switched = `
name: switched
nodes:
  sw1:      {kind: switch}
  sw2:      {kind: switch}
  sw3:      {kind: switch}
  client1:  {kind: host}
  # The designated router is not what is cut off: ospf6d may forget the segment then (0065, a test of its own).
  router1:
    kind: router
    frr: |
      interface eth2
       ipv6 ospf6 priority 200
      exit
  router2:  {kind: router}
  router3:  {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, sw3]
  - [sw3, router1]
  - [router1, sw1]
  - [router2, sw1]
  - [sw1, sw2]
  - [sw2, router3]
  - {endpoints: [router2, server-a], cost: 5}
  - [router3, server-b]
${anycast}`;

const twoGateways = `
name: two-gateways
nodes:
  client1:  {kind: host}
  router1:  {kind: router}
  router2:  {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - {endpoints: [client1, router1], cost: 2}
  - {endpoints: [client1, router2], cost: 10}
  - [router1, router2]
  - [router1, server-a]
  - [router2, server-b]
${anycast}`;

const client1 = (instance: string | null) => everywhere({ client1: instance });
const overBoth = (answer: string) => ({ [`client1 ${ipv4}`]: answer, [`client1 ${ipv6}`]: answer });

// Scenarios are played by `lab test --all` (test-all.test.ts), and every runtime gives the same maps (parity.test.ts): of all but these.
for (const topology of bundledTopologies.filter(
  ({ scenario, nodes }) => scenario.length === 0 || nodes.length > mostComparedNodes,
)) {
  test.serial(`netns: the bundled topology does what its file says: ${topology.name}`, async (t) => {
    const { error, verdicts } = await testTopology({ ...topology, scenario: [] }, { runtime: 'netns' });
    t.is(error, undefined);
    t.true(verdicts.length > 0);
    t.deepEqual(
      verdicts.filter(({ verdict }) => verdict === 'fail'),
      [],
    );
  });
}

forEachRuntime((runtime) => {
  const labOf = (t: ExecutionContext, text: string): Promise<{ lab: Lab; result: UpResult }> =>
    labFor(t, runtime satisfies RuntimeName, topologyOf(text));

  test.serial(
    `${runtime}: a node's own FRR lines, settings and commands take effect, again after a power cut`,
    async (t) => {
      const { lab, result } = await labOf(t, ownSettings);
      t.deepEqual(catchments(result.answers), overBoth('server-a at 1 over router1 > server-a'));
      const check = async (starts: string): Promise<void> => {
        t.is(await inNode(t, lab, 'router1', ['cat', '/proc/sys/net/ipv4/tcp_syncookies']), '0');
        t.is(await inNode(t, lab, 'router1', ['cat', '/proc/sys/net/ipv4/fib_multipath_hash_policy']), '0');
        t.is(await inNode(t, lab, 'router2', ['cat', '/proc/sys/net/ipv4/fib_multipath_hash_policy']), '3');
        t.is(await inNode(t, lab, 'router1', ['cat', '/run/starts']), starts);
        t.regex(
          await inNode(t, lab, 'router1', ['vtysh', '-c', 'show running-config']),
          /description towards server-a/,
        );
        t.regex(
          await inNode(t, lab, 'server-b', ['vtysh', '-c', 'show running-config']),
          /description towards router2/,
        );
        const { routes } = await lab.inspect(['router1']);
        for (const [address, cost] of [
          [ipv4, 8],
          [ipv6, 10],
        ] as const) {
          t.deepEqual(routes.find((route) => route.address === address)?.alternatives, [
            { instance: 'server-a', cost: 1 },
            { instance: 'server-b', cost },
          ]);
        }
      };
      await check('started');
      t.is(await inNode(t, lab, 'client1', ['cat', '/run/ready']), 'ready');
      t.regex(await inNode(t, lab, 'client1', ['ip', 'link', 'show', 'eth1']), /qlen 100\b/);
      t.not(await inNode(t, lab, 'router1', ['sh', '-c', 'ls /run/ready || true']), '/run/ready');

      await lab.fail('router1', settled);
      t.true((await lab.restore('router1', settled)).settled);
      await check('started\nstarted');
      t.deepEqual(catchments(await lab.who()), catchments(result.answers));
    },
  );

  test.serial(`${runtime}: announce: router: plain hosts, announced by their routers while they answer`, async (t) => {
    const { lab, result } = await labOf(t, announcedByRouters);
    const first = everywhere({ client1: 'server-a', client2: 'server-b' });
    t.deepEqual(await whoAnswers(lab), first);
    t.false((await lab.inspect([])).nodes.find(({ name }) => name === 'server-a')?.routing);
    for (const target of ['service@server-a', 'server-a', 'router1/server-a', 'server-a:eth1']) {
      const broken = await lab.fail(target, settled);
      t.deepEqual(broken.pending, [], target);
      t.deepEqual(await whoAnswers(lab), everywhere({ client1: 'server-b', client2: 'server-b' }), target);
      t.deepEqual((await lab.restore(target, settled)).pending, [], target);
      t.deepEqual(catchments(await lab.who()), catchments(result.answers), target);
    }
  });

  test.serial(
    `${runtime}: a segment of switches joins routers; what is behind a switch is noticed by silence`,
    async (t) => {
      const { lab, result } = await labOf(t, switched);
      t.deepEqual(catchments(result.answers), overBoth('server-b at 2 over router1 > router3 > server-b'));
      await lab.fail('server-b', settled);
      t.deepEqual(catchments(await lab.who()), overBoth('server-a at 6 over router1 > router2 > server-a'));
      await lab.restore('server-b', settled);
      t.deepEqual(catchments(await lab.who()), catchments(result.answers));

      const apart = await lab.fail('sw1/sw2', settled);
      t.deepEqual(apart.pending, []);
      t.deepEqual(await whoAnswers(lab), client1('server-a'));
      t.deepEqual((await lab.restore('sw1/sw2', settled)).pending, []);
      t.deepEqual(catchments(await lab.who()), catchments(result.answers));

      const refusal = await t.throwsAsync(lab.fail('sw1'), { code: 'TARGET_UNKNOWN' });
      t.regex(refusal.message, /switch/);
    },
  );

  test.serial(`${runtime}: a client with two gateways falls over to the dearer one, and back`, async (t) => {
    const { lab, result } = await labOf(t, twoGateways);
    t.deepEqual(catchments(result.answers), overBoth('server-a at 1 over router1 > server-a'));
    for (const target of ['client1/router1', 'router1:eth1', 'router1']) {
      t.deepEqual((await lab.fail(target, settled)).pending, [], target);
      t.deepEqual(catchments(await lab.who()), overBoth('server-b at 1 over router2 > server-b'), target);
      t.deepEqual((await lab.restore(target, settled)).pending, [], target);
      t.deepEqual(catchments(await lab.who()), catchments(result.answers), target);
    }
    await lab.fail('client1:eth1', settled);
    await lab.fail('client1:eth2', settled);
    t.deepEqual(await whoAnswers(lab), client1(null));
    await lab.restore('client1:eth2', settled);
    t.deepEqual(await whoAnswers(lab), client1('server-b'));
    await lab.restore('client1:eth1', settled);
    t.deepEqual(catchments(await lab.who()), catchments(result.answers));
  });
});
