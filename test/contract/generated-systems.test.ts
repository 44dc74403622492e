import test from 'ava';
import { generateNetwork, networkText, type GeneratedNetwork, type NetworkShape } from '../../src/generate/network.js';
import { up } from '../../src/index.js';
import { anySystems } from '../support/any-systems.js';
import { contractSandbox, ipv6, settled, topologyOf } from '../support/contract.js';
import { catchments } from '../support/documents.js';
import { differencesOnIslands } from '../support/held-against.js';
import { withoutKnownErrors } from '../support/known-errors.js';
import { islandsOf } from '../support/islands.js';

contractSandbox();

for (const seed of [3, 13]) {
  test.serial(
    `what BGP comes to is what was worked out, with and without faults: generated systems ${String(seed)}`,
    async (t) => {
      const text = anySystems(seed);
      const { lab, result } = await up(topologyOf(text), { runtime: 'netns' });
      t.teardown(() => lab.down());
      for (const [target, how] of [
        ['server-a', undefined],
        ['router1', 'drain'],
        ['router2', 'leak'],
        ['router3', undefined],
      ] as const) {
        t.deepEqual((await lab.fail(target, { ...settled, how })).pending, [], `${target} ${how ?? ''}\n${text}`);
        t.deepEqual((await lab.restore(target, settled)).pending, [], `${target} ${how ?? ''}\n${text}`);
      }
      t.deepEqual(catchments(await lab.who()), catchments(result.answers), text);
    },
  );
}

/** router2 is on the subnet, and does not forward there: its kernel has no anycast address of it. */
const subnet = `
name: subnet
nodes:
  lan:      {kind: switch}
  router1:  {kind: router}
  router2:  {kind: router, exec: [sysctl -qw net.ipv6.conf.eth1.forwarding=0]}
  client1:  {kind: host}
  client2:  {kind: host}
  server-a: {kind: host}
links:
  - {endpoints: [router1, lan], prefix: "2001:db8:1::/64"}
  - [router2, lan]
  - [client1, router1]
  - [client2, router2]
  - [server-a, router1]
anycast:
  service: {addresses: ["${ipv6}"], instances: [server-a]}
`;

test.serial(
  'a router that lacks the anycast address of its subnet is a difference from what was predicted',
  async (t) => {
    const { lab, result } = await up(topologyOf(subnet), { runtime: 'netns' });
    t.teardown(() => lab.down());
    t.deepEqual(
      result.expectations.map(({ verdict, text, seen }) => ({ verdict, text, seen })),
      [
        {
          verdict: 'fail',
          text: 'client2 at 2001:db8:1::, the address of the routers of 2001:db8:1::/64, is answered by router2, as predicted',
          seen: 'router1',
        },
      ],
    );
  },
);

/** Small networks of a shape, as they come; those of systems that use equal routes in one way. */
function networksOf(
  shape: NetworkShape,
  count: number,
  multipath: GeneratedNetwork['multipath'],
): readonly GeneratedNetwork[] {
  return Array.from({ length: 10 * count }, (_, seed) => generateNetwork({ seed, shape, size: 3 + (seed % 2) }))
    .filter((network) => network.multipath === multipath)
    .slice(0, count)
    .map(withoutKnownErrors);
}

/** Forty networks as islands of six labs; `npm run bench -- only=predicted` deploys hundreds, each in a lab of its own. */
for (const [shape, count, multipath] of [
  ['ring', 8, undefined],
  ['tree', 8, undefined],
  ['grid', 8, undefined],
  ['clos', 8, undefined],
  ['ases', 4, 'none'],
  ['ases', 4, 'any-as'],
] as const) {
  test.serial(
    `who answers, over which way and at what cost, is as predicted, with and without failures: ${String(count)} networks, ${shape} ${multipath ?? ''}`,
    async (t) => {
      const islands = islandsOf(networksOf(shape, count, multipath), `islands-${shape}`, multipath ?? 'none');
      const different = await differencesOnIslands(islands, `islands-${shape}`);
      t.deepEqual(
        [...different].map(([island, differences]) => [...differences, networkText(island)].join('\n')),
        [],
      );
    },
  );
}
