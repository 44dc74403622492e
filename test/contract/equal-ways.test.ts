import test from 'ava';
import { pollUntil } from '../../src/support/poll.js';
import { contractSandbox, forEachRuntime, labFor, settled, topologyOf } from '../support/contract.js';

contractSandbox();

const twoWays = `
name: equal-ways
nodes:
  client1:  {kind: host}
  router1:  {kind: router}
  router2:  {kind: router}
  router3:  {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router3]
  - [router3, router1]
  - [router3, router2]
  - [router1, server-a]
  - [router2, server-b]
anycast:
  service: {addresses: [192.0.2.53, "2001:db8:53::53"], instances: [server-a, server-b]}
`;

forEachRuntime((runtime) => {
  test.serial(`${runtime}: equal ways are both in the kernel, also when one of them was gone for a while`, async (t) => {
    const { lab } = await labFor(t, runtime, topologyOf(twoWays));
    const ways = async (): Promise<readonly string[]> => {
      const routes = await lab.routes(['192.0.2.53/32', '2001:db8:53::53/128'].map((prefix) => ({ table: 'fib', router: 'router3', prefix })));
      return routes.map(({ via }) => via.join(' '));
    };
    const become = async (wanted: string): Promise<void> => {
      const { last } = await pollUntil(ways, (seen) => seen.every((each) => each === wanted), { everyMs: 20, deadlineMs: 10_000 });
      t.deepEqual(last, [wanted, wanted]);
    };
    await become('router1 router2');
    for (const target of ['router1/router3', 'router2/router3']) {
      await lab.fail(target, settled);
      await become(target === 'router1/router3' ? 'router2' : 'router1');
      await lab.restore(target, settled);
      await become('router1 router2');
    }
  });
});
