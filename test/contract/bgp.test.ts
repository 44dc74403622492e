import test from 'ava';
import { playScenario, up } from '../../src/index.js';
import { frrDoes } from '../../src/frr/differences.js';
import { runtimeNamed } from '../../src/runtime/registry.js';
import {
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
import { changesOf } from '../support/documents.js';

contractSandbox();

const addresses = `[${ipv4}, "${ipv6}"]`;

/** A router between the client and two instances in systems of their own. */
const fork = (settings: string, a = '', b = ''): string => `
name: fork
bgp: {${settings}}
nodes:
  router1:  {kind: router, asn: 65001}
  router2:  {kind: router, asn: 65002}
  router3:  {kind: router, asn: 65003}
  client1:  {kind: host}
  client2:  {kind: host}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router1]
  - [client2, router2]
  - {endpoints: [router1, router2]${a}}
  - {endpoints: [router1, router3]${b}}
  - [router2, server-a]
  - [router3, server-b]
anycast:
  service: {addresses: ${addresses}, instances: [server-a, server-b]}
`;

/** The client's router hears of both instances from borders of its own system. */
const borders = `
name: borders
bgp: {multipath: any-as}
nodes:
  router1:  {kind: router, asn: 65001}
  router2:  {kind: router, asn: 65001}
  router3:  {kind: router, asn: 65001}
  client1:  {kind: host}
  server-a: {kind: host, asn: 65100}
  server-b: {kind: host, asn: 65200}
links:
  - [client1, router1]
  - [router1, router2]
  - [router1, router3]
  - {endpoints: [router2, server-a], policy: {server-a: {bandwidth: 300mbit}}}
  - {endpoints: [router3, server-b], policy: {server-b: {bandwidth: 100mbit}}}
anycast:
  service: {addresses: ${addresses}, instances: [server-a, server-b]}
`;

/** The shares of a route's next hops, in percent: versions of FRRouting give the kernel weights on different scales. */
function sharesIn(route: string): readonly number[] {
  const weights = [...route.matchAll(/weight (\d+)/g)].map(([, weight]) => Number(weight));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => Math.round((100 * weight) / sum)).sort((x, y) => x - y);
}

forEachRuntime((runtime) => {
  test.serial(
    `${runtime}: routes by different systems share the load where the file says so, by the bandwidth that they were told; FRRouting that cannot among internal ones is refused by name`,
    async (t) => {
      const weights = [
        ', policy: {router2: {bandwidth: 300mbit}}',
        ', policy: {router3: {bandwidth: 100mbit}}',
      ] as const;
      const { lab } = await labFor(t, runtime, topologyOf(fork('multipath: any-as', ...weights)));
      for (const [family, address] of [
        ['-4', ipv4],
        ['-6', ipv6],
      ] as const) {
        const route = await inNode(t, lab, 'router1', ['ip', family, 'route', 'show', address]);
        t.deepEqual(sharesIn(route), [25, 75], route);
      }
      const [, version = ''] =
        /FRRouting (\d+\.\d+[.\d]*)/.exec(await inNode(t, lab, 'router1', ['vtysh', '-c', 'show version'])) ?? [];
      const among = topologyOf(borders);
      if (!frrDoes('weights', version)) {
        const error = await t.throwsAsync(up(among, { runtime }), { code: 'RUNTIME_UNFIT' });
        t.true(
          error.message.startsWith(`router1 has internal routes to ${ipv4} with different bandwidths`),
          error.message,
        );
        t.true(error.message.includes(`FRRouting ${version} shares evenly`), error.message);
        t.regex(
          (error as Error & { hint?: string }).hint ?? '',
          /server-a and server-b.*multipath: none.*10\.2 or newer/,
        );
        t.deepEqual(
          (await runtimeNamed(runtime).list()).map((record) => record.lab),
          ['fork'],
        );
      } else {
        const { lab: newer } = await labFor(t, runtime, among);
        t.deepEqual(sharesIn(await inNode(t, newer, 'router1', ['ip', 'route', 'show', ipv4])), [25, 75]);
      }
    },
  );

  test.serial(
    `${runtime}: what carries BLACKHOLE is discarded by who hears it, and what carries NO_EXPORT goes no further`,
    async (t) => {
      const { lab, result } = await labFor(
        t,
        runtime,
        topologyOf(
          fork(
            'timers: fast',
            ', policy: {router2: {communities: [BLACKHOLE, "65002:7"]}}',
            ', policy: {router1: {localPreference: 1}}',
          ),
        ),
      );
      t.deepEqual(
        Object.fromEntries(result.answers.map((answer) => [`${answer.client} ${answer.address}`, answer.instance])),
        everywhere({ client1: null, client2: 'server-a' }),
      );
      t.regex(await inNode(t, lab, 'router1', ['ip', 'route', 'show', ipv4]), /^blackhole/);
      t.regex(await inNode(t, lab, 'router1', ['ip', '-6', 'route', 'show', ipv6]), /^blackhole/);
      const [route] = (await lab.inspect(['router1'])).routes;
      t.deepEqual(
        route?.paths.map(({ via, asPath, best, communities }) => [via, asPath, best, [...communities].sort()]),
        [
          ['router2', '65002', true, ['65002:7', 'blackhole', 'noExport']],
          ['router3', '65003', false, []],
        ],
      );
    },
  );

  test.serial(
    `${runtime}: a covering prefix takes over where nobody announces the address any more, and a longer one is believed`,
    async (t) => {
      const topology = topologyOf(`
name: covering
nodes:
  router1:  {kind: router, asn: 65001}
  router2:  {kind: router, asn: 65002}
  router3:  {kind: router, asn: 65001}
  client1:  {kind: host}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router1]
  - [router1, router2]
  - [router1, router3]
  - [router2, server-a]
  - [router3, server-b]
anycast:
  service:
    addresses: ${addresses}
    instances: [server-a, server-b]
    covering: {prefixes: [192.0.2.0/24, "2001:db8:53::/48"], instances: [server-b]}
expect: {client1: server-a}
scenario:
  - {fail: service@router2, how: hijack, announce: 192.0.2.0/25, expect: {client1: server-a, within: 20s}}
  - {fail: service@server-a, how: withdraw}
  - {restore: service@router2, expect: {client1: server-b, within: 20s}}
  - {restore: service@server-a, expect: {client1: server-a, within: 20s}}
`);
      const { lab } = await labFor(t, runtime, topology);
      t.deepEqual(
        (await lab.inspect(['router1'])).routes.map(({ installed, covering }) => [
          installed.map(({ node }) => node),
          covering,
        ]),
        [
          [['router2'], null],
          [['router2'], null],
        ],
      );
      await lab.fail('service@server-a', { ...settled, how: 'withdraw' });
      t.deepEqual(
        (await lab.inspect(['router1'])).routes.map(({ installed, covering }) => [
          installed,
          covering?.prefix,
          covering?.installed.map(({ node }) => node),
        ]),
        [
          [[], '192.0.2.0/24', ['router3']],
          [[], '2001:db8:53::/48', ['router3']],
        ],
      );
      await lab.restore('service@server-a', settled);
      const { steps, verdicts } = await playScenario(lab, topology);
      t.deepEqual(
        verdicts.filter(({ verdict }) => verdict !== 'pass'),
        [],
      );
      t.deepEqual(
        changesOf(steps[1]?.report).map(({ address, after }) => [address, after]),
        [
          [ipv4, 'router2'],
          [ipv6, 'server-b'],
        ],
      );
      t.deepEqual((await lab.inspect([])).faults, []);
    },
  );

  test.serial(
    `${runtime}: inside a system OSPF leads to what BGP names, over as many routers as it takes`,
    async (t) => {
      const { lab } = await labFor(
        t,
        runtime,
        topologyOf(`
name: inside
nodes:
  router1:  {kind: router, asn: 65001}
  router2:  {kind: router, asn: 65001}
  router3:  {kind: router, asn: 65001}
  router4:  {kind: router, asn: 65002}
  client1:  {kind: host}
  client4:  {kind: host}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router1]
  - [router1, router2]
  - [router2, router3]
  - [router3, router4]
  - [client4, router4]
  - [router3, server-a]
  - {endpoints: [router1, server-b], cost: 10}
anycast:
  service: {addresses: ${addresses}, instances: [server-a], announce: host}
  web: {addresses: [198.51.100.80], instances: [server-b], announce: router}
`),
      );
      t.deepEqual(await whoAnswers(lab), {
        ...everywhere({ client1: 'server-a', client4: 'server-a' }),
        'client1 198.51.100.80': 'server-b',
        'client4 198.51.100.80': 'server-b',
      });
      const ospf = await inNode(t, lab, 'router1', [
        'vtysh',
        '-c',
        'show ip route ospf',
        '-c',
        'show ipv6 route ospf6',
      ]);
      t.notRegex(ospf, /192\.0\.2\.53|198\.51\.100\.80|2001:db8:53/, 'services are told by BGP alone');
      const failed = await lab.fail('web@server-b', settled);
      t.true(failed.settled, failed.pending.join('; '));
      t.is((await whoAnswers(lab))['client4 198.51.100.80'], null);
      t.true((await lab.restore('web@server-b', settled)).settled);
    },
  );

  test.serial(`${runtime}: a leak sends a peer's client the wrong way, until it is restored`, async (t) => {
    const topology = topologyOf(
      fork('timers: fast', ', relation: peer', ', relation: peer')
        .replace('  - [router3, server-b]\n', '  - [router3, server-b]\n  - [client3, router3]\n')
        .replace('  server-a:', '  client3:  {kind: host}\n  server-a:'),
    );
    const { lab } = await labFor(t, runtime, topology);
    const withdrawn = await lab.fail('service@server-b', { ...settled, how: 'withdraw' });
    t.true(withdrawn.settled);
    t.is((await whoAnswers(lab))[`client3 ${ipv4}`], null, 'a peer does not tell what another peer told');
    t.true((await lab.fail('router1', { ...settled, how: 'leak' })).settled);
    t.is((await whoAnswers(lab))[`client3 ${ipv4}`], 'server-a');
    t.true((await lab.restore('router1', settled)).settled);
    t.is((await whoAnswers(lab))[`client3 ${ipv4}`], null);
  });

  test.serial(
    `${runtime}: sessions have the timers that the file says; BFD notices what the hold time would not for minutes`,
    async (t) => {
      const { lab, result } = await labFor(
        t,
        runtime,
        topologyOf(
          fork(
            'timers: datacenter',
            // Long enough that a busy machine does not look silent: a session that BFD has ended is not watched until BFD is up again.
            ', bgp: {timers: internet}, bfd: {interval: 100ms, multiplier: 10}',
            ', bgp: {keepalive: 2s, hold: 20s}',
          ),
        ),
      );
      const neighbors = JSON.parse(
        await inNode(t, lab, 'router1', ['vtysh', '-c', 'show bgp neighbors json']),
      ) as Record<string, Record<string, unknown>>;
      const timers = Object.values(neighbors).map((neighbor) => [
        neighbor['nbrDesc'],
        neighbor['bgpTimerHoldTimeMsecs'],
        neighbor['bgpTimerKeepAliveIntervalMsecs'],
      ]);
      t.deepEqual(timers.sort(), [
        ['router2', 180_000, 60_000],
        ['router2', 180_000, 60_000],
        ['router3', 20_000, 2000],
        ['router3', 20_000, 2000],
      ]);
      const silent = await lab.fail('router1/router2', { ...settled, how: 'silence' });
      t.true(silent.settled, silent.pending.join('; '));
      t.is((await whoAnswers(lab))[`client1 ${ipv4}`], 'server-b');
      t.is(
        result.answers.find(({ client, address }) => client === 'client1' && address === ipv4)?.instance,
        'server-a',
      );
    },
  );

  test.serial(`${runtime}: doctor names the session that is wrong, on which router, and why`, async (t) => {
    const { lab } = await labFor(t, runtime, topologyOf(fork('timers: fast')));
    t.deepEqual(
      (await lab.examine()).filter(({ healthy }) => !healthy),
      [],
    );
    const [v4] = [
      ...(await inNode(t, lab, 'router1', ['vtysh', '-c', 'show bgp ipv4 unicast summary'])).matchAll(/^(10\.\S+)\s/gm),
    ].map(([, peer]) => peer ?? '');
    await inNode(t, lab, 'router1', [
      'vtysh',
      '-c',
      'configure terminal',
      '-c',
      'router bgp 65001',
      '-c',
      `neighbor ${v4 ?? ''} remote-as 65009`,
    ]);
    const asn = (await lab.examine())
      .filter(({ healthy }) => !healthy)
      .map(({ node, text, hint }) => `${node}: ${text}; ${hint ?? ''}`)
      .join('\n');
    t.regex(
      asn,
      /router1: the BGP session with router2 .* expects AS 65009, and router2 is AS 65002; neighbor \S+ remote-as 65002/,
    );
    await inNode(t, lab, 'router3', [
      'vtysh',
      '-c',
      'configure terminal',
      '-c',
      'router bgp 65003',
      '-c',
      'address-family ipv6 unicast',
      '-c',
      'no neighbor fd00:0:0:4::1 route-map from-neighbor-ipv6 in',
    ]);
    const policy = (await lab.examine())
      .filter(({ node, healthy }) => !healthy && node === 'router3')
      .map(({ text }) => text)
      .join('\n');
    t.regex(policy, /the BGP session with router1 \(fd00:0:0:4::1\) is up but accepts nothing: it has no policy/);
    await inNode(t, lab, 'router3', ['vtysh', '-c', 'configure terminal', '-c', 'no router bgp 65003']);
    const none = (await lab.examine())
      .filter(({ node, healthy }) => !healthy && node === 'router3')
      .map(({ text }) => text)
      .join('\n');
    t.regex(none, /the BGP session with router1 .* is not configured/);
  });
});
