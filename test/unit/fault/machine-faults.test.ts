import test from 'ava';
import { LabError } from '../../../src/errors.js';
import { conditionOf, nodesAround } from '../../../src/fault/active-fault.js';
import { resolveFault } from '../../../src/fault/resolve-fault.js';
import type { LabPlan } from '../../../src/plan/model.js';
import { conditionAfter } from '../../../src/predict/changes.js';
import { predict } from '../../../src/predict/prediction.js';
import { refuseUnknownMachines } from '../../../src/scenario/machines.js';
import { bundled } from '../../support/contract.js';
import { planOf } from '../plan/plan-of.js';

const text = `
name: row
nodes:
  client:   {kind: host}
  router1:  {kind: router}
  router2:  {kind: router}
  near:     {kind: host}
  far:      {kind: host}
links:
  - [client, router1]
  - [router1, near]
  - [router1, router2]
  - [router2, far]
anycast:
  service: {addresses: [192.0.2.53], instances: [near, far]}
`;
const whole = planOf(text);
/** As it is placed: the near instance has a machine of its own. */
const plan: LabPlan = {
  ...whole,
  machines: [
    { name: 'manager', nodes: ['client', 'router1', 'router2'] },
    { name: 'worker1', nodes: ['near'] },
    { name: 'worker2', nodes: ['far'] },
  ],
};
const answers = (...after: Parameters<typeof conditionAfter>[1]): string =>
  predict(plan, conditionAfter(plan, after))
    .predictions.map(({ instances }) => instances.map(({ instance }) => instance).join(' or ') || 'nobody')
    .join(', ');
const refusal = (of: LabPlan, target: string, how?: 'crash' | 'partition' | 'freeze'): LabError => {
  try {
    resolveFault(of, target, how);
  } catch (error) {
    if (error instanceof LabError) return error;
  }
  throw new Error(`${target} is not refused`);
};

test('all nodes of a machine lose their power, or all its links to others are cut', (t) => {
  const crash = resolveFault(plan, 'machine@manager', undefined);
  t.like(crash, { how: 'crash', target: 'machine@manager' });
  t.deepEqual([...conditionOf([crash]).crashedNodes].sort(), ['client', 'router1', 'router2']);
  t.deepEqual([...nodesAround(crash.effect, plan)].sort(), ['client', 'far', 'near', 'router1', 'router2']);
  const cut = resolveFault(plan, 'machine@manager', 'partition');
  t.deepEqual([...conditionOf([cut]).silentEnds].sort(), ['far:eth1', 'near:eth1', 'router1:eth2', 'router2:eth2']);
  t.deepEqual([...conditionOf([cut]).crashedNodes], []);
  t.not(crash.key, cut.key, 'both may be there at once');
  t.is(crash.targetKey, cut.targetKey);
});

test('what a lost machine moves is predicted', (t) => {
  t.is(answers(), 'near');
  t.is(answers({ action: 'fail', target: 'machine@worker1' }), 'far');
  t.is(answers({ action: 'fail', target: 'machine@worker1', how: 'partition' }), 'far');
  t.is(answers({ action: 'fail', target: 'machine@worker1' }, { action: 'fail', target: 'machine@worker2' }), 'nobody');
  t.is(
    answers({ action: 'fail', target: 'machine@worker1' }, { action: 'restore', target: 'machine@worker1' }),
    'near',
  );
  t.is(
    answers(
      { action: 'fail', target: 'near' },
      { action: 'fail', target: 'machine@worker1' },
      { action: 'restore', target: 'machine@worker1' },
    ),
    'far',
    'what another fault breaks stays broken',
  );
});

test('a machine that is not there is refused, and so is what cannot happen to it', (t) => {
  t.like(refusal(plan, 'machine@worker3'), {
    code: 'TARGET_UNKNOWN',
    message: 'no machine "worker3" has nodes of this lab',
  });
  t.regex(refusal(plan, 'machine@worker3').hint ?? '', /worker1/);
  t.regex(refusal(whole, 'machine@worker1').hint ?? '', /--runtime swarm/);
  t.is(refusal(plan, 'machine@worker1', 'freeze').code, 'FAULT_UNSUPPORTED');
  const alone = { ...whole, machines: [{ name: 'manager', nodes: whole.nodes.map(({ name }) => name) }] };
  t.regex(refusal(alone, 'machine@manager', 'partition').message, /no link leads from manager/);
});

test('a scenario that breaks a machine is refused before anything is deployed, where there is none of that name', async (t) => {
  const figure = await bundled('figure2');
  const scenario = (target: string) => ({
    scenario: [
      {
        kind: 'change' as const,
        title: '',
        parts: [{ action: 'fail' as const, target, how: undefined, settings: {} }],
        expect: figure.expect,
      },
    ],
  });
  const swarm = {
    name: 'swarm' as const,
    capabilities: {
      machines: async () => Promise.resolve([{ name: 'worker1', labels: {}, cores: 2, memoryMb: 1000 }]),
    },
  };
  const netns = { name: 'netns' as const, capabilities: {} };
  await t.notThrowsAsync(refuseUnknownMachines(netns, scenario('server-a')));
  await t.notThrowsAsync(refuseUnknownMachines(swarm, scenario('machine@worker1')));
  await t.throwsAsync(refuseUnknownMachines(netns, scenario('machine@worker1')), { code: 'RUNTIME_UNFIT' });
  await t.throwsAsync(refuseUnknownMachines(swarm, scenario('machine@worker2')), { code: 'MACHINE_UNKNOWN' });
});
