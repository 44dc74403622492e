import test from 'ava';
import { LabError } from '../../src/index.js';
import { pollUntil } from '../../src/support/poll.js';
import { contractSandbox, forEachRuntime, inNode, labFor, settled, topologyOf } from '../support/contract.js';

contractSandbox();

/** Lines of a node, as a value of `frr:`. */
const lines = (...text: readonly string[]): string => JSON.stringify(text.join('\n'));

/**
 * Three routers in a row between two hosts. Beside what nearcast routes, static routes, RIP and IS-IS carry one address
 * each of the far router's site to the near one.
 */
const ownRouting = topologyOf(`name: own-routing
nodes:
  client1: {kind: host}
  near:
    kind: router
    frr: ${lines(
      'ip route 198.51.100.1/32 10.0.0.3',
      'ipv6 route 2001:db8:100::1/128 fd00:0:0:2::2 eth2',
      'router rip',
      ' network eth2',
      ' timers basic 5 15 10',
      ' redistribute connected',
      'exit',
      'interface eth2',
      ' ip router isis lab',
      ' isis network point-to-point',
      ' isis circuit-type level-2-only',
      ' isis hello-interval 1',
      'exit',
      'router isis lab',
      ' net 49.0001.0000.0000.0001.00',
      ' is-type level-2-only',
      ' log-adjacency-changes',
      'exit',
    )}
  far:
    kind: router
    exec: ["ip link add site type bridge", "ip link set site up", "ip address add 198.51.100.1/32 dev site", "ip address add 2001:db8:100::1/128 dev site", "ip address add 198.51.100.2/32 dev site", "ip address add 198.51.100.3/32 dev site"]
    frr: ${lines(
      'router rip',
      ' network eth1',
      ' timers basic 5 15 10',
      ' redistribute connected route-map second',
      'exit',
      'ip prefix-list second permit 198.51.100.2/32',
      'route-map second permit 10',
      ' match ip address prefix-list second',
      'exit',
      'interface eth1',
      ' ip router isis lab',
      ' isis network point-to-point',
      ' isis circuit-type level-2-only',
      ' isis hello-interval 1',
      'exit',
      'ip prefix-list third permit 198.51.100.3/32',
      'route-map third permit 10',
      ' match ip address prefix-list third',
      'exit',
      'router isis lab',
      ' net 49.0001.0000.0000.0002.00',
      ' is-type level-2-only',
      ' redistribute ipv4 connected level-2 route-map third',
      ' log-adjacency-changes',
      'exit',
    )}
  server-a: {kind: host}
links:
  - [client1, near]
  - [near, far]
  - [far, server-a]
anycast:
  dns: {addresses: [192.0.2.53, "2001:db8:53::53"], instances: [server-a]}
`);

const carried = { staticd: '198.51.100.1', ripd: '198.51.100.2', isisd: '198.51.100.3' } as const;

/** OSPF is switched off: RIP alone carries the service. */
const ripAlone = topologyOf(`name: rip-alone
forecast: off
nodes:
  client1: {kind: host}
  near: {kind: router, frr: ${lines('no router ospf', 'router rip', ' network eth2', ' timers basic 5 15 10', ' redistribute connected', 'exit')}}
  far: {kind: router, frr: ${lines('no router ospf', 'router rip', ' network eth1', ' network eth2', ' timers basic 5 15 10', 'exit')}}
  server-a: {kind: host, frr: ${lines('no router ospf', 'router rip', ' network eth1', ' timers basic 5 15 10', ' redistribute connected', 'exit')}}
links:
  - [client1, near]
  - [near, far]
  - [far, server-a]
anycast:
  dns: {addresses: [192.0.2.53], instances: [server-a]}
expect:
  client1: server-a
  path: {client1: [near, far, server-a]}
  cost: {client1: 2}
`);

forEachRuntime((runtime) => {
  test.serial(`${runtime}: where nothing is forecast, routing has settled when it is quiet`, async (t) => {
    const { lab, result } = await labFor(t, runtime, ripAlone);
    t.is(result.timings.quietMs, 5000);
    t.deepEqual(
      result.expectations.map(({ verdict }) => verdict),
      result.expectations.map(() => 'pass'),
    );
    t.regex(await inNode(t, lab, 'near', ['vtysh', '-c', 'show ip route 192.0.2.53/32']), /Known via "rip"/);
    const failed = await lab.fail('dns@server-a', { how: 'stop', ...settled });
    t.true(failed.settled, failed.pending.join());
    t.like(failed.changes[0], { before: 'server-a', after: null });
    const lastHeardMs = Math.max(...failed.events.map(({ atMs }) => atMs)) - failed.atMs;
    t.true(
      failed.settleMs <= lastHeardMs + 1,
      `${String(failed.settleMs)} ms, and the last event at ${String(lastHeardMs)} ms`,
    );
    const restored = await lab.restore('dns@server-a', settled);
    t.true(restored.settled, restored.pending.join());
    t.like(restored.changes[0], { after: 'server-a' });
    t.like(await lab.settle(settled.deadlineMs), { converged: true, quietMs: 5000 });
    t.deepEqual(
      (await lab.examine()).filter(({ healthy }) => !healthy),
      [],
    );
    const { routes } = await lab.inspect([]);
    t.true(routes.every(({ installed }) => installed.length <= 1));
  });

  // Most of its time it waits for timers of RIP and IS-IS: on all runtimes at once.
  test(`${runtime}: static routes, RIP and IS-IS of a file really route, and come back with their daemons`, async (t) => {
    const { lab } = await labFor(t, runtime, ownRouting, `own-routing-${runtime}`);
    const comesTo = (fate: 'answered' | 'not', to: string): Promise<{ held: boolean }> =>
      pollUntil(
        async () =>
          (await lab.observe({ kind: 'icmp', clients: ['client1'], to, timeoutMs: 500 })).every(
            (sighting) => (sighting.fate === 'answered') === (fate === 'answered'),
          ),
        (came) => came,
        { everyMs: 50, deadlineMs: settled.deadlineMs },
      );
    const answers = (address: string): Promise<{ held: boolean }> => comesTo('answered', address);
    for (const [daemon, address] of Object.entries(carried))
      t.true((await answers(address)).held, `${daemon} carries ${address}`);
    t.true((await answers('2001:db8:100::1')).held, 'staticd carries IPv6');
    for (const [daemon, address] of Object.entries(carried)) {
      t.regex(
        await inNode(t, lab, 'near', ['vtysh', '-c', `show ip route ${address}/32`]),
        new RegExp(`Known via "${daemon.replace(/d$/, '')}"`),
      );
      t.true((await lab.fail(`${daemon}@near`, { how: 'kill', ...settled })).settled);
      t.true((await comesTo('not', address)).held, `nobody carries ${address} without ${daemon}`);
      t.true((await lab.restore(`${daemon}@near`, settled)).settled);
      t.true((await answers(address)).held, `${daemon} has its lines again`);
    }
    t.true((await lab.fail('near', settled)).settled);
    t.true((await lab.restore('near', settled)).settled);
    for (const [daemon, address] of Object.entries(carried))
      t.true((await answers(address)).held, `${daemon} has its lines after a crash`);
  });

  for (const [what, text, message, hint] of [
    [
      'a line of a daemon that nothing starts',
      lines('ip prefix-list x permit 10.0.0.0/8', 'debug rip events'),
      'no daemon on near accepts the line "debug rip events"',
      /ripd would accept it/,
    ],
    [
      'a line that is cut short',
      lines('rou rip', ' network eth2'),
      'no daemon on near accepts the line "rou rip"',
      /ripd would accept it/,
    ],
    [
      'a line that is none',
      lines('router isis lab', ' no such words'),
      /refused the node's own lines: line 2: % Unknown command\[\d+\]: {2}no such words$/,
      /correct "frr:"/,
    ],
  ] as const) {
    test.serial(`${runtime}: ${what} is refused by name`, async (t) => {
      const topology = topologyOf(`name: refused
nodes:
  near: {kind: router, frr: ${text}}
  far: {kind: router}
links: [[near, far]]
`);
      const error = await t.throwsAsync(labFor(t, runtime, topology), { instanceOf: LabError });
      t.is(error.code, 'CONFIG_REJECTED');
      if (typeof message === 'string') t.is(error.message, message);
      else t.regex(error.message, message);
      t.regex(error.hint ?? '', hint);
    });
  }

  test.serial(
    `${runtime}: a daemon that only newer FRRouting has runs there, and is refused by name elsewhere`,
    async (t) => {
      const topology = topologyOf(`name: newer
nodes:
  near: {kind: router, frr: ${lines('router pim6')}}
  far: {kind: router}
links: [[near, far]]
`);
      try {
        const { lab } = await labFor(t, runtime, topology);
        const [near] = (await lab.inspect([])).nodes.filter(({ name }) => name === 'near');
        // Debian's packages have it from 9 on.
        t.true(Number(near?.frrVersion?.split('.')[0]) >= 9, near?.frrVersion);
        t.deepEqual(near?.endedDaemons, []);
        t.regex(await inNode(t, lab, 'near', ['sh', '-c', 'cat /proc/$(cat /run/frr/pim6d.pid)/comm']), /^pim6d$/);
      } catch (error) {
        t.true(error instanceof LabError);
        const { code, message, hint } = error as LabError;
        t.is(code, 'CONFIG_REJECTED');
        t.regex(message, /this FRR has no pim6d, which the line "router pim6" of near needs/);
        t.regex(hint ?? '', /pim6d/);
      }
    },
  );
});
