import { readFileSync } from 'node:fs';
import test from 'ava';
import { pollUntil } from '../../src/support/poll.js';
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

contractSandbox();

/** client1's default route leads to router1; each instance is behind a router of its own. */
const shared = `
name: shared
nodes:
  switch1:  {kind: switch}
  router1:  {kind: router}
  router2:  {kind: router, sysctls: {net.ipv4.conf.all.send_redirects: 1}}
  client1:  {kind: host}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [router1, switch1]
  - [router2, switch1]
  - [client1, switch1]
  - [router1, server-a]
  - [router2, server-b]
anycast:
  service: {addresses: [${ipv4}, "${ipv6}"], instances: [server-a, server-b]}
`;

forEachRuntime((runtime) => {
  test.serial(
    `${runtime}: on a shared segment a router is known by its link-local address, and redirects nobody to it`,
    async (t) => {
      const { lab } = await labFor(t, runtime, topologyOf(shared));
      const redirects = (await lab.inspect([])).nodes.filter((node) => node.redirects.length > 0);
      t.deepEqual(
        redirects.map((node) => [node.name, node.redirects]),
        [['router2', ['sends']]],
        'what the file asks for is shown, and nothing else is on',
      );

      // Questions go to router1, which sends them back over the segment, to router2: here a router would redirect.
      t.true((await lab.fail('router1/server-a', settled)).settled);
      t.deepEqual(await whoAnswers(lab), everywhere({ client1: 'server-b' }));
      const wanted = (['rib', 'fib'] as const).flatMap((table) =>
        [`${ipv4}/32`, `${ipv6}/128`].map((prefix) => ({ table, router: 'router1', prefix })),
      );
      t.deepEqual(
        await lab.routes(wanted),
        wanted.map((each) => ({ ...each, via: ['router2'] })),
      );
      t.deepEqual(
        (await lab.inspect(['router1'])).routes.map(({ installed }) => installed.map(({ node }) => node)),
        [['router2'], ['router2']],
      );

      t.true((await lab.restore('router1/server-a', settled)).settled);
      t.true((await lab.fail('router2', settled)).settled);
      t.deepEqual(await whoAnswers(lab), everywhere({ client1: 'server-a' }), 'client1 holds to nobody who is gone');
    },
  );
});

test.serial('netns: a router whose ospf6d forgets a segment is told by name, with what brings it back', async (t) => {
  const topology = topologyOf(readFileSync(new URL('../golden/switch/topology.yml', import.meta.url), 'utf8'));
  const { lab } = await labFor(t, 'netns', topology);
  const routers = ['router1', 'router2', 'router3'];
  const shown = async (router: string) => inNode(t, lab, router, ['vtysh', '-c', 'show ipv6 ospf6 interface eth1']);
  const inState = async (state: string): Promise<readonly string[]> => {
    const all = await Promise.all(routers.map(async (name) => ({ name, text: await shown(name) })));
    return all.filter(({ text }) => text.includes(`State ${state},`)).map(({ name }) => name);
  };
  const [[designated = ''], [backup = ''], [third = '']] = await Promise.all([
    inState('DR'),
    inState('BDR'),
    inState('DROther'),
  ]);
  const linkLocal = /fe80::[\da-f:]+/.exec(await shown(designated))?.[0] ?? '';

  // The backup misses the designated router before others do.
  const table = 'add table ip6 deaf; add chain ip6 deaf input { type filter hook input priority 0; }';
  const rules = `${table}; add rule ip6 deaf input ip6 saddr ${linkLocal} drop`;
  await inNode(t, lab, backup, ['nft', rules]);
  const { last } = await pollUntil(
    () => shown(third),
    (text) => text.includes('State BDR,'),
    { everyMs: 100, deadlineMs: 20_000 },
  );
  t.regex(last, /State BDR,/);
  const link = (await lab.plan()).links.find(({ ends }) =>
    ends.some((end) => end.node === designated && end.interface === 'eth1'),
  );
  const { pending } = await lab.fail(link?.id ?? '', { deadlineMs: 8000 });
  t.true(pending.includes(`${third}: its IPv6 Router-LSA describes 0 of its 1 segments`), pending.join('; '));

  const cost = (value: number) => ['-c', 'conf t', '-c', 'interface eth1', '-c', `ipv6 ospf6 cost ${String(value)}`];
  const own = Number(/Cost (\d+)/.exec(await shown(third))?.[1]);
  await inNode(t, lab, third, ['vtysh', ...cost(own + 1)]);
  await inNode(t, lab, third, ['vtysh', ...cost(own)]);
  t.deepEqual((await lab.settle(20_000)).pending, []);
});
