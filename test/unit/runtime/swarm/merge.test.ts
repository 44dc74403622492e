import test from 'ava';
import type { LabState } from '../../../../src/protocol/lab-state.js';
import type { RoutingFinding } from '../../../../src/protocol/lacking.js';
import type { ObservedChange, StepObserved } from '../../../../src/protocol/observations.js';
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

test('where the time of an outage went is told by what the nodes of all machines noticed', (t) => {
  const phases = { detectionMs: 30, propagationMs: 0, installationMs: 0, answerMs: 10 };
  const change: ObservedChange = {
    client: 'client1',
    service: 'service',
    address: '192.0.2.53',
    before: 'server-a',
    after: 'server-b',
    switchMs: 40,
    outageMs: 40,
    lost: 4,
    sent: 10,
    maxSendGapMs: 1,
    fates: {},
    wrong: 0,
    duplicates: 0,
    steadySinceMs: 38,
    watchedMs: 100,
    phases,
    isCollateral: false,
  };
  const route = { kind: 'route', text: '192.0.2.53/32 via router2', prefix: '192.0.2.53/32' } as const;
  const merged = mergeSteps(
    plan,
    [
      step({ events: [{ kind: 'link', node: 'router1', text: 'eth1 down', atMs: 1002 }] }),
      // The client's machine: it acts at 900 on its own clock.
      step({
        atMs: 900,
        changes: [change, { ...change, address: '2001:db8:53::53', phases: null }],
        events: [
          { ...route, node: 'router2', atMs: 930 },
          { ...route, node: 'router3', atMs: 935 },
        ],
      }),
    ],
    clocks,
  );
  t.deepEqual(merged.changes[0]?.phases, { detectionMs: 2, propagationMs: 28, installationMs: 5, answerMs: 5 });
  t.is(merged.changes[1]?.phases, null);
});
