import test from 'ava';
import { playStep } from '../../src/scenario/play-step.js';
import { pollUntil } from '../../src/support/poll.js';
import {
  contractSandbox,
  forEachRuntime,
  inNode,
  ipv4,
  ipv6,
  labFor,
  settled,
  topologyOf,
} from '../support/contract.js';

contractSandbox();

/** One service for each way of choosing, all with the same instances, which cost 1, 2 and 3. */
const network = `
name: selection
nodes:
  client1:  {kind: host}
  router1:  {kind: router, selection: {hash: hash, random: random, round: round-robin}}
  router2:  {kind: router}
  router3:  {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
  server-c: {kind: host}
links:
  - [client1, router1]
  - [router1, router2]
  - [router2, router3]
  - [router1, server-a]
  - [router2, server-b]
  - [router3, server-c]
anycast:
  nearest: {addresses: [${ipv4}, "${ipv6}"], instances: [server-a, server-b, server-c]}
  hash:    {addresses: [192.0.2.54, "2001:db8:53::54"], instances: [server-a, server-b, server-c]}
  random:  {addresses: [192.0.2.55, "2001:db8:53::55"], instances: [server-a, server-b, server-c]}
  round:   {addresses: [192.0.2.56, "2001:db8:53::56"], instances: [server-a, server-b, server-c]}
`;
const thirds = '{server-a: 33.3% +- 6%, server-b: 33.3% +- 6%, server-c: 33.3% +- 6%}';
const halves = '{server-a: 50% +- 6%, server-b: 50% +- 6%}';
const chosen = (shares: string): string =>
  `expect: {client1: {nearest: server-a, hash: ${shares}, random: ${shares}, round: ${shares}}, within: 20s}`;

forEachRuntime((runtime) => {
  test.serial(
    `${runtime}: a router shares among instances of unequal cost, and leaves out those that are gone`,
    async (t) => {
      const topology = topologyOf(`${network}
scenario:
  - {${chosen(thirds)}}
  - {fail: server-c, ${chosen(halves)}}
  - {restore: server-c, ${chosen(thirds)}}
`);
      const { lab } = await labFor(t, runtime, topology, `selection-${runtime}`);
      for (const step of topology.scenario) {
        const { title, verdicts } = await playStep(lab, step, topology.services);
        t.deepEqual(
          verdicts.filter(({ verdict }) => verdict === 'fail'),
          [],
          title,
        );
      }
      // Only the service that stopped leaves its choice: its address is withdrawn, and what it is chosen by.
      await lab.fail('hash@server-b', settled);
      const { routes } = await lab.inspect();
      const among = (service: string): readonly string[] =>
        routes
          .filter((route) => route.router === 'router1' && route.service === service)
          .map(({ selection }) => selection?.among.join(' ') ?? 'its route');
      t.deepEqual(
        ['nearest', 'hash', 'round'].map((service) => [...new Set(among(service))]),
        [['its route'], ['server-a server-c'], ['server-a server-b server-c']],
      );
      // Between routers a packet is longer by the headers of its tunnel, however much fits between machines.
      const mtusOf = async (node: string): Promise<readonly number[]> =>
        [...(await inNode(t, lab, node, ['ip', 'link'])).matchAll(/eth\d.* mtu (\d+)/g)].map(([, mtu]) => Number(mtu));
      const [sent = 0] = await mtusOf('client1');
      const carried = (await Promise.all(['router1', 'router2', 'router3'].map(mtusOf))).flat();
      t.is(Math.min(...carried.filter((mtu) => mtu > sent)) - sent, 64);
      t.is(sent, runtime === 'swarm' ? 1386 : 1500);
    },
  );

  test.serial(
    `${runtime}: by load, an instance with other work gets less, within five seconds, and its part again later`,
    async (t) => {
      const text = network
        .replace('round: round-robin', 'round: load')
        .replace('nodes:', 'nodes:\n  client2: {kind: host}')
        .replace('links:', 'links:\n  - [client2, router3]');
      const { lab } = await labFor(t, runtime, topologyOf(text), `load-${runtime}`);
      const partOfC = async (): Promise<number> => {
        const { routes } = await lab.inspect(['router1']);
        const { among = [], weights = [] } =
          routes.find(({ service, address }) => service === 'round' && address.includes('.'))?.selection ?? {};
        return (weights[among.indexOf('server-c')] ?? NaN) / weights.reduce((sum, weight) => sum + weight, 0);
      };
      const answeredByC = async (): Promise<number> => {
        const seen = await lab.observe({ kind: 'dns', clients: ['client1'], to: 'round', flows: 400 });
        return seen.filter(({ instance }) => instance === 'server-c').length / seen.length;
      };
      // What was asked while the lab came up is load, too.
      const atFirst = await pollUntil(partOfC, (part) => part > 0.28, { everyMs: 100, deadlineMs: 15_000 });
      t.true(atFirst.held, `server-c gets only ${String(atFirst.last)}`);
      // client2 is behind router3, which does not choose: all that it asks goes to server-c.
      const asking = lab.probe({ client: 'client2', service: 'nearest', rate: 500, forMs: 9000 });
      const busy = await pollUntil(partOfC, (part) => part < 0.12, { everyMs: 100, deadlineMs: 5000 });
      t.true(busy.held, `server-c still gets ${String(busy.last)}`);
      const answered = await answeredByC();
      t.true(answered < 0.2, String(answered));
      await asking;
      const idle = await pollUntil(partOfC, (part) => part > 0.25, { everyMs: 100, deadlineMs: 15_000 });
      t.true(idle.held, `server-c gets only ${String(idle.last)}`);
    },
  );
});
