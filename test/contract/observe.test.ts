import test, { type ExecutionContext } from 'ava';
import {
  commandSightings,
  LabError,
  up,
  type Lab,
  type ObserveOptions,
  type ProbeKind,
  type RuntimeName,
  type Sighting,
} from '../../src/index.js';
import { pollUntil } from '../../src/support/poll.js';
import { contractSandbox, forEachRuntime, inNode, ipv4, ipv6, settled, topologyOf } from '../support/contract.js';

/** server-a and server-b are equally far. Whatever their service does, their address stays announced. */
const topology = topologyOf(`
name: seen
nodes:
  client1:  {kind: host}
  client2:  {kind: host}
  router1:  {kind: router}
  router2:  {kind: router}
  router3:  {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router1]
  - [client2, router1]
  - [router1, router2]
  - [router1, router3]
  - [router2, server-a]
  - [router3, server-b]
anycast:
  service:
    addresses: [${ipv4}, "${ipv6}"]
    instances: [server-a, server-b]
    http: true
    health: {check: ["true"], interval: 2s, timeout: 1s}
`);
const instances = ['server-a', 'server-b'];
const kinds: readonly ProbeKind[] = ['dns', 'udp', 'tcp', 'http', 'icmp', 'poll', 'trace'];
/** Documentation addresses (RFC 5737, RFC 3849) that nobody here has. */
const nowhere = ['198.51.100.1', '2001:db8:ffff::1'];
const looping = ['203.0.113.1', '2001:db8:eeee::1'];
const labs = new Map<RuntimeName, Lab>();

contractSandbox();

forEachRuntime((runtime) => {
  const the = (): Lab => {
    const lab = labs.get(runtime);
    if (lab === undefined) throw new Error('the lab did not come up');
    return lab;
  };
  const client1 = (options: ObserveOptions): Promise<readonly Sighting[]> =>
    the().observe({ clients: ['client1'], ...options });

  test.before(`${runtime}: a lab to look at`, async () => {
    labs.set(runtime, (await up(topology, { runtime, name: `observe-${runtime}` })).lab);
  });

  test.afterEach.always(`${runtime}: a test that failed leaves no fault to the next one`, async () => {
    for (const { target } of (await the().inspect([])).faults) await the().restore(target, settled);
  });

  for (const kind of kinds) {
    test.serial(`${runtime}: ${kind}: every client sees every address, in a stable order`, async (t) => {
      const seen = await the().observe({ kind });
      t.deepEqual(
        seen.map(({ client, service, address, fate }) => [client, service, address, fate]),
        ['client1', 'client2'].flatMap((client) =>
          [ipv4, ipv6].map((address) => [client, 'service', address, 'answered']),
        ),
      );
      for (const each of seen) {
        t.is(each.kind, kind);
        t.is(each.sourcePort === null, kind === 'icmp' || kind === 'poll');
        t.true(each.rttMs !== null && each.rttMs >= 0);
        t.is(each.status, kind === 'http' ? 200 : null);
        t.deepEqual(each.replies, kind === 'poll' ? ['service'] : undefined);
        if (kind === 'icmp' || kind === 'poll' || kind === 'tcp') t.is(each.instance, null, 'nobody said who answers');
        else t.true(instances.includes(each.instance ?? ''));
        if (kind === 'http') t.is(each.output, `${each.instance ?? ''}\n`);
        if (kind === 'trace') {
          t.deepEqual(each.path, ['router1', each.instance === 'server-a' ? 'router2' : 'router3', each.instance]);
          t.is(each.cost, 2);
        }
      }
    });

    test.serial(`${runtime}: ${kind}: no route, a loop, and a link that loses everything`, async (t) => {
      await makeLoop(t, the());
      for (const to of nowhere) t.deepEqual(await untilTold(() => client1({ kind, to })), ['unreachable'], to);
      for (const [to, fate] of looping.map((address) => [address, 'loop'] as const)) {
        const [sighting, ...others] = await client1({ kind, to });
        t.like(sighting, { address: to, service: null, fate, instance: null, rttMs: null });
        t.is(others.length, 0);
      }
      await the().fail('client1/router1', { how: 'silence', ...settled });
      t.deepEqual(fates(await client1({ kind, timeoutMs: 300 })), ['silent', 'silent']);
      await the().restore('client1/router1', settled);
    });
  }

  test.serial(
    `${runtime}: a service that stopped refuses; a node without it too; one that hangs is silent, but for its kernel`,
    async (t) => {
      for (const instance of instances) await the().fail(`service@${instance}`, { deadlineMs: 500 });
      for (const kind of ['dns', 'udp', 'tcp', 'http', 'trace'] as const)
        t.deepEqual(fates(await client1({ kind })), ['refused', 'refused'], kind);
      t.deepEqual(fates(await client1({ kind: 'icmp' })), ['answered', 'answered']);
      for (const instance of instances) await the().restore(`service@${instance}`, { deadlineMs: 500 });
      for (const kind of ['udp', 'tcp', 'http'] as const)
        t.deepEqual(fates(await client1({ kind, to: 'router3', port: 9 })), ['refused', 'refused'], kind);

      for (const instance of instances) await the().fail(`service@${instance}`, { how: 'hang', deadlineMs: 500 });
      for (const kind of ['dns', 'udp', 'http'] as const)
        t.deepEqual(fates(await client1({ kind, timeoutMs: 300 })), ['silent', 'silent'], kind);
      t.deepEqual(fates(await client1({ kind: 'tcp' })), ['answered', 'answered'], 'connected');
      for (const instance of instances) await the().restore(`service@${instance}`, { deadlineMs: 500 });
      t.deepEqual(fates(await client1({ kind: 'http' })), ['answered', 'answered']);
    },
  );

  test.serial(`${runtime}: source ports are those on the wire, again and again`, async (t) => {
    const ports = [40_000, 40_001, 40_002];
    // By number: a container may have no file of their names.
    for (const [kind, protocol] of [
      ['dns', '17'],
      ['udp', '17'],
      ['trace', '17'],
      ['tcp', '6'],
      ['http', '6'],
    ] as const) {
      const rule = ['from', 'all', 'ipproto', protocol, 'sport', '40001', 'blackhole'];
      for (const family of ['-4', '-6']) await inNode(t, the(), 'router1', ['ip', family, 'rule', 'add', ...rule]);
      for (let round = 0; round < 2; round++) {
        const seen = await client1({ kind, sourcePorts: ports, timeoutMs: 400 });
        t.deepEqual(
          seen.map(({ address, sourcePort }) => [address, sourcePort]),
          [ipv4, ipv6].flatMap((address) => ports.map((port) => [address, port])),
        );
        t.deepEqual(
          fates(seen),
          [ipv4, ipv6].flatMap(() => ['answered', 'silent', 'answered']),
          kind,
        );
      }
      for (const family of ['-4', '-6']) await inNode(t, the(), 'router1', ['ip', family, 'rule', 'del', ...rule]);
    }
  });

  test.serial(`${runtime}: many flows reach both of two equal instances, and each stays with its own`, async (t) => {
    const sourcePorts = Array.from({ length: 64 }, (_, index) => 30_000 + index);
    const byPort = async (kind: ProbeKind): Promise<readonly (string | null)[]> =>
      (await client1({ kind, to: ipv4, sourcePorts })).map(({ instance }) => instance);
    const first = await byPort('dns');
    t.deepEqual([...new Set(first)].sort(), instances);
    t.deepEqual(await byPort('dns'), first);
    t.deepEqual(await byPort('trace'), first);
    const seen = await client1({ kind: 'dns', to: 'service', flows: 2000 });
    t.is(seen.length, 4000);
    t.true(seen.every(({ fate }) => fate === 'answered'));
    t.is(new Set(seen.filter(({ address }) => address === ipv4).map(({ sourcePort }) => sourcePort)).size, 2000);
  });

  test.serial(`${runtime}: what is sent, and what comes back`, async (t) => {
    const dnsOverTcp = 'not DNS at all';
    t.deepEqual(fates(await client1({ kind: 'tcp', send: dnsOverTcp, timeoutMs: 300 })), ['silent', 'silent']);
    const [page] = await client1({ kind: 'tcp', port: 80, send: 'GET / HTTP/1.1\r\nHost: service\r\n\r\n', to: ipv4 });
    t.regex(page?.output ?? '', /^HTTP\/1\.1 200 OK\r\n[^]*X-Instance: server-[ab]\r\n[^]*\r\n\r\nserver-[ab]\n$/);
    t.true(instances.includes(page?.instance ?? ''));
    const ran = await commandSightings(the(), ['client2', 'client1'], ['sh', '-c', 'hostname; echo no >&2; exit 3']);
    t.deepEqual(
      ran.map(({ kind, client, fate, status, output }) => [kind, client, fate, status, output]),
      [
        ['command', 'client2', 'answered', 3, 'client2\nno\n'],
        ['command', 'client1', 'answered', 3, 'client1\nno\n'],
      ],
    );
  });

  test.serial(`${runtime}: a frozen client neither sends nor hears`, async (t) => {
    await the().fail('client2', { how: 'freeze', deadlineMs: 1000 });
    for (const kind of kinds)
      t.deepEqual(
        fates(await the().observe({ kind, clients: ['client2'], timeoutMs: 300 })),
        ['silent', 'silent'],
        kind,
      );
    await the().restore('client2', settled);
  });

  test.serial(`${runtime}: a client without power has no route`, async (t) => {
    await the().fail('client2', { how: 'crash', deadlineMs: 1000 });
    for (const kind of kinds)
      t.deepEqual(
        fates(await the().observe({ kind, clients: ['client2'], timeoutMs: 300 })),
        ['unreachable', 'unreachable'],
        kind,
      );
    await the().restore('client2', settled);
  });

  test.serial(`${runtime}: wrong words are refused with what they could have been`, async (t) => {
    const wrong = [
      [{ kind: 'dns', clients: ['cleint1'] }, 'NODE_UNKNOWN', /client1/],
      [{ kind: 'dns', to: 'sevice' }, 'NODE_UNKNOWN', /service/],
      [{ kind: 'icmp', to: 'server-c' }, 'NODE_UNKNOWN', /server-a/],
      [{ kind: 'dns', flows: 0 }, 'USAGE', /1 to/],
      [{ kind: 'dns', sourcePorts: [40_000, 40_000] }, 'USAGE', /1 to 65535/],
    ] as const;
    for (const [options, code, hint] of wrong) {
      const error = await t.throwsAsync(the().observe(options), { instanceOf: LabError });
      t.is(error.code, code);
      t.regex(error.hint ?? '', hint);
    }
  });
});

function fates(seen: readonly Sighting[]): readonly string[] {
  return seen.map(({ fate }) => fate);
}

/**
 * Linux says at most once a second to each sender that it has no route (IPv4), and not so soon after it said something
 * else.
 */
async function untilTold(look: () => Promise<readonly Sighting[]>): Promise<readonly string[]> {
  const { last } = await pollUntil(
    async () => fates(await look()),
    (seen) => !seen.includes('silent'),
    { everyMs: 100, deadlineMs: 10_000 },
  );
  return last;
}

/** router1 and router2 each send some addresses to the other one. */
async function makeLoop(t: ExecutionContext, lab: Lab): Promise<void> {
  const { nodes } = await lab.inspect([]);
  const addressesOf = (name: string): readonly string[] =>
    nodes.find((node) => node.name === name)?.interfaces.flatMap(({ addresses }) => addresses) ?? [];
  for (const [node, other] of [
    ['router1', 'router2'],
    ['router2', 'router1'],
  ] as const) {
    for (const [family, target] of [
      ['-4', looping[0]],
      ['-6', looping[1]],
    ] as const) {
      const hop = await sharedAddress(t, lab, node, addressesOf(other), family);
      await inNode(t, lab, node, ['ip', family, 'route', 'replace', target ?? '', ...hop]);
    }
  }
}

/**
 * The one of another node's addresses that a node has on a link of its own, as a next hop for ip(8): on that link, even
 * where OSPFv3 has a route to the address itself (FRRouting 10).
 */
async function sharedAddress(
  t: ExecutionContext,
  lab: Lab,
  node: string,
  others: readonly string[],
  family: '-4' | '-6',
): Promise<readonly string[]> {
  for (const address of others.map((each) => each.split('/')[0] ?? each)) {
    if (address.startsWith('fe80') || address.includes(':') !== (family === '-6')) continue;
    const network = ['ip', family, 'route', 'show', 'proto', 'kernel', 'match', address];
    const [, device] = / dev (\S+)/.exec(await inNode(t, lab, node, network)) ?? [];
    if (device !== undefined) return ['via', address, 'dev', device, 'onlink'];
  }
  throw new Error(`${node} shares no link with it`);
}
