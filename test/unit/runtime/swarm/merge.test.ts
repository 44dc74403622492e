import test from 'ava';
import type { LabState } from '../../../../src/protocol/lab-state.js';
import type { RoutingFinding } from '../../../../src/protocol/lacking.js';
import type { StepObserved } from '../../../../src/protocol/observations.js';
import { mergeFindings, mergeStates } from '../../../../src/runtime/swarm/conductor/merge-states.js';
import { mergeSteps } from '../../../../src/runtime/swarm/conductor/merge-steps.js';
import { planOf, twoEqualWays } from '../../plan/plan-of.js';

const plan = planOf(twoEqualWays);
const noise = { sendGapMs: { median: 1, p99: 2, max: 3 }, calibratedGapMs: 2, stealMs: 0, cpuPressureMs: 0 };
const clocks = [
  { toLeadMs: 0, own: { offsetMs: 50, errorMs: 0.25 } },
  { toLeadMs: 100, own: { offsetMs: 150, errorMs: 1 } },
];

function step(more: Partial<StepObserved>): StepObserved {
  return {
    action: 'fail',
    target: 'server-a',
    how: 'crash',
    settled: true,
    settleMs: 5,
    lacking: [],
    resolutionMs: 1,
    changes: [],
    atMs: 1000,
    flows: [],
    events: [],
    noise,
    ...more,
  };
}

test('what agents saw of a step is told in the time of the first, and the step itself once', (t) => {
  const fault = { kind: 'fault', node: null, text: 'server-a loses power' } as const;
  const merged = mergeSteps(
    plan,
    [
      step({
        events: [
          { ...fault, atMs: 1000 },
          { kind: 'link', node: 'router1', text: 'eth1 down', atMs: 1002 },
        ],
      }),
      step({
        settleMs: 9,
        settled: false,
        events: [
          { ...fault, atMs: 900.5 },
          { kind: 'link', node: 'router2', text: 'eth1 down', atMs: 901 },
        ],
        noise: { ...noise, stealMs: 4, cpuPressureMs: null },
      }),
    ],
    clocks,
  );
  t.deepEqual(
    merged.events.map(({ atMs, text }) => [atMs, text]),
    [
      [1000, 'server-a loses power'],
      [1001, 'eth1 down'],
      [1002, 'eth1 down'],
    ],
  );
  t.like(merged, { settled: false, settleMs: 9, noise: { stealMs: 4, cpuPressureMs: null, clockMs: 1.25 } });
});

test('a fault that all agents list is listed once, with what the one that made it knows', (t) => {
  const state = (more: Partial<LabState>): LabState => ({
    topology: 'two-equal-ways',
    nodes: [],
    faults: [],
    routes: [],
    announcements: [],
    ...more,
  });
  const merged = mergeStates(plan, [
    state({ faults: [{ target: 'router1/router2', how: 'silence', by: ['tc'] }] }),
    state({
      faults: [{ target: 'router1/router2', how: 'silence' }],
      announcements: [{ service: 'service', instance: 'server-a', serving: true, announced: true }],
    }),
  ]);
  t.deepEqual(merged.faults, [{ target: 'router1/router2', how: 'silence', by: ['tc'] }]);
  t.is(merged.announcements.length, 1);
});

test('nobody announces a service only where no agent knows an instance that does', (t) => {
  const nobody: RoutingFinding = {
    healthy: false,
    anomaly: { kind: 'nobody-announces', node: 'server-a', service: 'service' },
  };
  const fine: RoutingFinding = { healthy: true, node: 'router1', kind: 'routes' };
  t.deepEqual(mergeFindings([[nobody, fine], []]), [fine]);
  t.deepEqual(mergeFindings([[nobody], [nobody]]), [nobody]);
});
