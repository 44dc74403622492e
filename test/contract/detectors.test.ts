import test from 'ava';
import { pollUntil } from '../../src/support/poll.js';
import {
  bundled,
  contractSandbox,
  everywhere,
  forEachRuntime,
  inNode,
  ipv4,
  ipv6,
  labFor,
  settled,
  topologyOf,
  whoAnswers,
} from '../support/contract.js';
import { catchments } from '../support/documents.js';
import { heldFor, heldTopology, type HeldSession } from '../support/hold-times.js';

contractSandbox();

/**
 * router1 and router2 watch each other by what `link` says; server-a is behind the first, server-b behind the second.
 */
const watched = (link: string): string => `
name: watched
nodes:
  client1:  {kind: host}
  router1:  {kind: router}
  router2:  {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router1]
  - {endpoints: [router1, server-a], ${link}}
  - [router1, router2]
  - [router2, server-b]
anycast:
  service: {addresses: [${ipv4}, "${ipv6}"], instances: [server-a, server-b]}
`;
/** Every router and instance a system of its own. */
const withSystems = (text: string): string =>
  ['router1:  {kind: router', 'router2:  {kind: router', 'server-a: {kind: host', 'server-b: {kind: host'].reduce(
    (whole, node, index) => whole.replace(node, `${node}, asn: ${String(65_001 + index)}`),
    text,
  );
const client1 = (instance: string | null) => everywhere({ client1: instance });

/** Each in a way of its own to lose everything; at the hub, `eth4` is the end towards peer4. */
const held: readonly HeldSession[] = [
  { peer: 'peer1', keepaliveMs: 1000, holdMs: 3000, target: 'hub/peer1', how: 'silence' },
  { peer: 'peer2', keepaliveMs: 2000, holdMs: 7000, target: 'hub/peer2', how: 'silence' },
  { peer: 'peer3', keepaliveMs: 2000, holdMs: 12_000, target: 'hub/peer3', how: 'silence' },
  { peer: 'peer4', keepaliveMs: 2000, holdMs: 12_000, target: 'hub:eth4', how: 'silence' },
  {
    peer: 'peer5',
    keepaliveMs: 2000,
    holdMs: 12_000,
    target: 'hub/peer5',
    how: 'impair',
    settings: { impairment: { loss: 1 } },
  },
];
/** bgpd may have been late with its last keepalive. How late it looks at its clock is a figure of the benchmark. */
const SCHEDULING_MS = 1000;
const WATCH_MS = 22_000;

forEachRuntime((runtime) => {
  test.serial(
    `${runtime}: a silent link ends BGP when the hold time ends, and no sooner: nobody is told that packets are lost`,
    async (t) => {
      const { lab } = await labFor(t, runtime, topologyOf(heldTopology(held)), `held-${runtime}`);
      const outlived = await heldFor(lab, held, WATCH_MS);
      for (const { session, ms } of outlived) {
        const { target, how, holdMs, keepaliveMs } = session;
        const what = `${how} of ${target}, hold ${String(holdMs)} ms: ${String(ms)} ms`;
        t.true(ms >= holdMs - keepaliveMs - SCHEDULING_MS, what);
        t.true(ms <= WATCH_MS, what);
      }
      const byEnd = [...outlived].sort((a, b) => a.ms - b.ms).map(({ session }) => session.holdMs);
      t.deepEqual(
        byEnd,
        [...byEnd].sort((a, b) => a - b),
        'the longer its hold time, the longer a session lives',
      );
    },
  );

  // With these timers of the protocols silence would last longer than the deadline: what is noticed within the deadline
  // is noticed by BFD.
  for (const [protocol, text] of [
    ['OSPF', watched('bfd: {interval: 50ms, multiplier: 3}, ospf: {hello: 2s, dead: 30s}')],
    ['eBGP', withSystems(watched('bfd: {interval: 50ms, multiplier: 3}, bgp: {keepalive: 60s, hold: 180s}'))],
  ] as const) {
    test.serial(
      `${runtime}: BFD sessions of ${protocol} are up when the lab is, and notice whatever no carrier tells`,
      async (t) => {
        const { lab, result } = await labFor(
          t,
          runtime,
          topologyOf(text),
          `watched-${protocol.toLowerCase()}-${runtime}`,
        );
        t.deepEqual(
          Object.values(catchments(result.answers)).map((answer) => answer.split(' ')[0]),
          ['server-a', 'server-a'],
        );
        const sessions = await inNode(t, lab, 'router1', ['vtysh', '-c', 'show bfd peers brief']);
        t.is(sessions.split('\n').filter((line) => / up(?:\s|$)/.test(line)).length, 2, sessions);
        for (const [target, how, settings] of [
          ['router1/server-a', 'silence', undefined],
          ['router1:eth2', 'silence', undefined],
          ['router1+router2/server-a', 'partition', undefined],
          ['router1/server-a', 'impair', { impairment: { loss: 1 } }],
          ['server-a', 'freeze', undefined],
        ] as const) {
          const broken = await lab.fail(target, { how, settings, deadlineMs: 20_000 });
          t.true(broken.settled, `${target} ${how}: ${broken.pending.join('; ')}`);
          t.deepEqual(await whoAnswers(lab), client1('server-b'), `${target} ${how}`);
          const restored = await lab.restore(target, { deadlineMs: 60_000 });
          t.true(restored.settled, `${target} ${how}: ${restored.pending.join('; ')}`);
          t.deepEqual(catchments(await lab.who()), catchments(result.answers), `${target} ${how}`);
        }
      },
    );
  }

  test.serial(
    `${runtime}: with bfdd killed its daemon is listed as ended, and runs again when it is restored`,
    async (t) => {
      const { lab, result } = await labFor(t, runtime, topologyOf(watched('bfd: true')));
      await lab.fail('bfdd@router1', settled);
      t.deepEqual((await lab.inspect([])).nodes.find(({ name }) => name === 'router1')?.endedDaemons, ['bfdd']);
      t.deepEqual(await whoAnswers(lab), client1('server-a'));
      t.true((await lab.restore('bfdd@router1', settled)).settled);
      t.deepEqual(
        (await lab.inspect([])).nodes.flatMap(({ endedDaemons }) => endedDaemons),
        [],
      );
      t.deepEqual(catchments(await lab.who()), catchments(result.answers));
    },
  );

  test.serial(`${runtime}: OSPF has the timers that the file says, on both ends of the link`, async (t) => {
    const { lab } = await labFor(t, runtime, topologyOf(watched('ospf: {hello: 2s, dead: 6s}')));
    for (const [node, device] of [
      ['router1', 'eth2'],
      ['server-a', 'eth1'],
    ] as const) {
      t.regex(await inNode(t, lab, node, ['vtysh', '-c', `show ip ospf interface ${device}`]), /Hello 2s, Dead 6s/);
      t.regex(await inNode(t, lab, node, ['vtysh', '-c', `show ipv6 ospf6 interface ${device}`]), /Hello 2\S*, Dead 6/);
    }
    t.regex(await inNode(t, lab, 'router2', ['vtysh', '-c', 'show ip ospf interface eth1']), /Hello 100ms/);
  });

  test.serial(
    `${runtime}: an instance is announced while its own check succeeds; the last resort stays when all fail`,
    async (t) => {
      const { lab, result } = await labFor(t, runtime, await bundled('health'));
      t.deepEqual(
        Object.values(catchments(result.answers)).map((answer) => answer.split(' ')[0]),
        ['server-a', 'server-a'],
      );
      const answeredBy = async (instance: string | null, when: string): Promise<void> => {
        const wanted = JSON.stringify(client1(instance));
        const { last } = await pollUntil(
          async () => JSON.stringify(await whoAnswers(lab)),
          (answers) => answers === wanted,
          { everyMs: 100, deadlineMs: 20_000 },
        );
        t.is(last, wanted, when);
      };
      await inNode(t, lab, 'server-a', ['rm', '/run/well']);
      await answeredBy('server-b', 'server-a is not well');
      await inNode(t, lab, 'server-b', ['rm', '/run/well']);
      t.deepEqual(
        (await lab.inspect([])).announcements.map(({ instance, announced }) => [instance, announced]),
        [
          ['server-a', false],
          ['server-b', true],
        ],
      );
      await answeredBy('server-b', 'nobody is well');
      await inNode(t, lab, 'server-a', ['touch', '/run/well']);
      await answeredBy('server-a', 'server-a is well again');
      const { last } = await pollUntil(
        async () => (await lab.inspect([])).announcements.find(({ instance }) => instance === 'server-b')?.announced,
        (announced) => announced === false,
        { everyMs: 100, deadlineMs: 20_000 },
      );
      t.false(last, 'the last resort is no longer needed');
      await inNode(t, lab, 'server-b', ['touch', '/run/well']);
      const stopped = await lab.fail('service@server-a', settled);
      t.deepEqual(stopped.pending, [], 'its check does not see that it stopped: routing stays, and that is settled');
      await answeredBy(null, 'server-a is announced and does not answer');
      t.deepEqual((await lab.restore('service@server-a', settled)).pending, []);
    },
  );

  test.serial(`${runtime}: a node whose check never ends loses its power all the same`, async (t) => {
    const topology = await bundled('health');
    const { lab } = await labFor(t, runtime, {
      ...topology,
      services: topology.services.map((service) => ({
        ...service,
        health: {
          ...service.health,
          check: ['sh', '-c', 'test -e /run/well || exec sleep 60'],
          timeoutMs: 200,
          lastResort: undefined,
        },
      })),
    });
    await inNode(t, lab, 'server-a', ['rm', '/run/well']);
    const { last } = await pollUntil(
      async () => (await lab.inspect([])).announcements.find(({ instance }) => instance === 'server-a')?.announced,
      (announced) => announced === false,
      { everyMs: 50, deadlineMs: 20_000 },
    );
    t.false(last, 'its check has not ended in time');
    await lab.fail('server-a');
    t.deepEqual(
      (await lab.inspect([])).nodes.filter(({ state }) => state === 'crashed').map(({ name }) => name),
      ['server-a'],
    );
  });
});
