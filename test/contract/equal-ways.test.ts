import test from 'ava';
import { judgeSeen } from '../../src/assert/judge-seen.js';
import { pollUntil } from '../../src/support/poll.js';
import { playStep } from '../../src/scenario/play-step.js';
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

  test.serial(`${runtime}: over equal ways every flow counts: a verdict is the same each time, whichever way hashes lead`, async (t) => {
    const topology = topologyOf(`${twoWays}
expect: {client1: server-a}
scenario:
  - {expect: {client1: server-b, within: 100ms}}
  - {expect: {client1: [server-a, server-b]}}
  - {fail: router1/router3, how: silence, expect: {client1: server-b, within: 20s, outage: 500ms, brokenFlows: 0}}
  - {restore: router1/router3, expect: {client1: [server-a, server-b]}}
`);
    const { lab, result } = await labFor(t, runtime, topology, `every-flow-${runtime}`);
    t.deepEqual(result.expectations.map(({ verdict }) => verdict), ['fail']);
    const answers = await lab.who();
    for (const { flows } of answers) {
      t.deepEqual(flows?.answers.map(({ instance }) => instance), ['server-a', 'server-b']);
      t.true(flows !== undefined && flows.asked >= 21 && flows.risk <= 1e-6);
    }
    t.is(judgeSeen(topology.expect, answers)[0]?.verdict, 'fail');
    const verdicts: string[] = [];
    for (const step of topology.scenario) {
      const tested = await playStep(lab, step, topology.services);
      // On a busy machine an outage near a bound is inconclusive; what matters here is that it is no pass.
      verdicts.push(tested.verdicts.map(({ text, verdict }) => (text.includes('outage') && verdict !== 'pass' ? 'no pass' : verdict)).join(' '));
      if (tested.report.kind !== 'change' || tested.report.how !== 'silence' || tested.report.action !== 'fail') continue;
      t.is(tested.report.changes.length, 2);
      // Only flows that were on the silent way felt it, and there were some on each.
      for (const { flows, outageMs } of tested.report.changes) {
        t.true(flows !== undefined && flows.felt > 0 && flows.felt < flows.probed, JSON.stringify(flows?.felt));
        t.true((outageMs ?? 0) > 500, String(outageMs));
      }
    }
    t.deepEqual(verdicts, ['fail', 'pass', 'pass no pass fail', 'pass']);
  });
});
