import test from 'ava';
import {
  contractSandbox,
  everywhere,
  forEachRuntime,
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
