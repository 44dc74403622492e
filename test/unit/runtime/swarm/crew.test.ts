import test from 'ava';
import { FaultActions } from '../../../../src/agent/fault/fault-actions.js';
import { LabFaults } from '../../../../src/agent/lab/lab-faults.js';
import type { RunningLab } from '../../../../src/agent/lab/running-lab.js';
import { partHandlers } from '../../../../src/agent/part-handlers.js';
import { Turns } from '../../../../src/agent/step/turns.js';
import { resolveFault } from '../../../../src/fault/resolve-fault.js';
import type { PlanLinkEnd } from '../../../../src/plan/model.js';
import { Crew } from '../../../../src/runtime/swarm/conductor/crew.js';
import type { Agent } from '../../../../src/runtime/runtime.js';
import { twoRouters as plan } from './two-routers.js';

const between = 'router1/router2';

/** The agent of one machine, whose kernel is a set of ends that are down. */
function machine(...nodes: readonly string[]) {
  const down = new Set<string>();
  const setEnds = (ends: readonly PlanLinkEnd[], up: boolean): void => {
    for (const { node } of ends)
      if (up) down.delete(node);
      else down.add(node);
  };
  const kernelOf = (node: string) => ({
    hasCarrier: () => !down.has(node),
    isRunning: true,
  });
  const lab = {
    plan,
    faults: new LabFaults(plan),
    nodes: new Map(nodes.map((name) => [name, kernelOf(name)])),
    node: kernelOf,
    setEnds,
    raiseEnds: (ends: readonly PlanLinkEnd[]) => {
      setEnds(ends, true);
    },
  } as unknown as RunningLab;
  const actions = new FaultActions(lab);
  const turns = new Turns();
  const handlers = partHandlers(
    () => lab,
    () => actions,
    turns,
    () => undefined,
  );
  const agent = {
    call: (method: 'faults' | 'learn', params: never): Promise<unknown> =>
      handlers[method](params, () => undefined, undefined as never),
  };
  return {
    member: { machine: nodes.join(), agent: agent as unknown as Agent, nodes },
    turns,
    down,
    fail: () => actions.break(resolveFault(plan, between, 'down', {})),
    restore: () => actions.repairAlone(lab.faults.all),
    get broken() {
      return lab.faults.all.map(({ target }) => target);
    },
  };
}

function twoMachines() {
  const one = machine('client1', 'router1');
  const two = machine('router2');
  return { one, two, crew: new Crew([one.member, two.member], plan) };
}

test('a link that is broken at both ends stays so', async (t) => {
  const { one, two, crew } = twoMachines();
  await Promise.all([one.fail(), two.fail()]);
  await crew.shareFaults();
  t.deepEqual([[...one.down], [...two.down]], [['router1'], ['router2']]);
});

test('a step that was undone on one machine alone is undone on all', async (t) => {
  const { one, two, crew } = twoMachines();
  await Promise.all([one.fail(), two.fail()]);
  await two.restore();
  await crew.shareFaults();
  t.deepEqual([one.broken, two.broken, [...one.down]], [[], [], []]);
  await Promise.all([one.fail(), two.fail()]);
  await crew.shareFaults();
  t.deepEqual([one.broken, two.broken], [[between], [between]], 'and can be made again');
});

test('what was broken while a machine was away is broken there, too, when it is back', async (t) => {
  const { one, two, crew } = twoMachines();
  await Promise.all([one.fail(), two.fail()]);
  await Promise.all([one.restore(), two.restore()]);
  await crew.shareFaults();
  await one.fail();
  await crew.shareFaults();
  t.deepEqual([one.broken, two.broken], [[between], [between]]);
  t.deepEqual([...two.down], ['router2']);
});

test('a step that is under way is left alone', async (t) => {
  const { one, two, crew } = twoMachines();
  let end: () => void = () => undefined;
  const step = one.turns.take(async () => {
    await one.fail();
    await new Promise<void>((resolve) => (end = resolve));
  });
  await crew.shareFaults();
  t.deepEqual([one.broken, two.broken], [[between], []]);
  await two.fail();
  end();
  await step;
  await crew.shareFaults();
  t.deepEqual([one.broken, two.broken], [[between], [between]]);
});
