import test from 'ava';
import { judgeSeen } from '../../src/assert/judge-seen.js';
import { playStep } from '../../src/scenario/play-step.js';
import { contractSandbox, forEachRuntime, inNode, labFor, settled, topologyOf } from '../support/contract.js';

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

interface KernelHop {
  readonly dev?: string | undefined;
}

interface KernelRoute extends KernelHop {
  readonly nexthops?: readonly KernelHop[];
}

forEachRuntime((runtime) => {
  test.serial(`${runtime}: what is settled has every equal way, two links to one neighbor as two, also after one was gone for a while`, async (t) => {
    const { lab } = await labFor(t, runtime, topologyOf(twoWays.replace('anycast:', '  - [router3, router2]\nanycast:')));
    const waysOut = async (family: '-4' | '-6', address: string): Promise<string> => {
      const routes = JSON.parse(await inNode(t, lab, 'router3', ['ip', '-j', family, 'route', 'show', address])) as readonly KernelRoute[];
      return routes.flatMap((route): readonly KernelHop[] => route.nexthops ?? [route]).map(({ dev }) => dev ?? '?').sort().join(' ');
    };
    const isOver = async (devices: string, when: string): Promise<void> => {
      t.deepEqual([await waysOut('-4', '192.0.2.53'), await waysOut('-6', '2001:db8:53::53')], [devices, devices], when);
    };
    await isOver('eth2 eth3 eth4', 'at first');
    for (const [end, left] of [['router3:eth2', 'eth3 eth4'], ['router3:eth4', 'eth2 eth3']] as const) {
      await lab.fail(end, settled);
      await isOver(left, `without ${end}`);
      await lab.restore(end, settled);
      await isOver('eth2 eth3 eth4', `${end} is back`);
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
