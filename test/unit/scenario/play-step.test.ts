import test from 'ava';
import { pointsExpected } from '../../../src/assert/points.js';
import type { Verdict } from '../../../src/assert/verdict.js';

import type { Lab, WithPending } from '../../../src/lab/lab.js';
import type { StepObserved } from '../../../src/protocol/observations.js';
import type { Sighting } from '../../../src/protocol/sighting.js';
import { playStep } from '../../../src/scenario/play-step.js';
import { planOf, topologyOf, twoEqualWays } from '../plan/plan-of.js';

const noise = { sendGapMs: { median: 1, p99: 1, max: 1 }, calibratedGapMs: 1, stealMs: 0, cpuPressureMs: 0 };
const observed: WithPending<StepObserved> = {
  action: 'fail',
  target: 'server-a',
  how: 'crash',
  settled: true,
  settleMs: 20,
  lacking: [],
  pending: [],
  resolutionMs: 1,
  atMs: 0,
  flows: [],
  events: [],
  noise,
  changes: [
    {
      client: 'client1',
      service: 'service',
      address: '192.0.2.53',
      before: 'server-a',
      after: 'server-b',
      switchMs: 16,
      outageMs: 15,
      lost: 15,
      sent: 100,
      maxSendGapMs: 1,
      fates: { silent: 15 },
      wrong: 0,
      duplicates: 0,
      steadySinceMs: 15,
      watchedMs: 100,
      phases: null,
      isCollateral: false,
    },
  ],
};
const sighting: Sighting = {
  kind: 'dns',
  client: 'client1',
  service: 'service',
  address: '192.0.2.53',
  sourcePort: 40_000,
  atMs: 0,
  fate: 'answered',
  instance: 'server-b',
  rttMs: 1,
  status: null,
  output: '',
  path: [],
  cost: null,
};

/** A lab in which a step does what is above, and every question is answered by server-b. */
function labOf(more: object = {}): Lab {
  return {
    together: () => Promise.resolve(observed),
    load: () => Promise.resolve({ nowMs: 20, stealMs: 0, cpuPressureMs: 0 }),
    observe: () => Promise.resolve([sighting]),
    settle: () => Promise.resolve({ converged: true, convergeMs: 7, pending: [] }),
    examine: () => Promise.resolve([]),
    plan: () => Promise.resolve(planOf(twoEqualWays)),
    ...more,
  } as unknown as Lab;
}

async function play(
  step: string,
  lab = labOf(),
): Promise<readonly { readonly text: string; readonly verdict: string }[]> {
  const topology = topologyOf(`${twoEqualWays}scenario: [${step}]\n`);
  const [first] = topology.scenario;
  if (first === undefined) throw new Error('no step');
  const { verdicts } = await playStep(lab, first, topology.services, {});
  if (verdicts.length !== pointsExpected(topology))
    throw new Error(
      `${String(verdicts.length)} verdicts, ${String(pointsExpected(topology))} points: ${JSON.stringify(verdicts)}`,
    );
  return verdicts.map(({ text, verdict }) => ({ text, verdict }));
}

test('a change is judged by the probes of the step, and what these do not tell by a look afterwards: each thing once', async (t) => {
  t.deepEqual(
    await play(
      '{fail: server-a, expect: {client1: server-b, rtt: {client1: 5ms}, fate: {client1: answered}, lost: 20, outage: 1s}}',
    ),
    [
      { text: 'after fail server-a, client1 is answered by server-b within 10s', verdict: 'pass' },
      { text: 'after fail server-a, no outage is longer than 1s', verdict: 'pass' },
      { text: 'after fail server-a, no flow loses more than 20 probes', verdict: 'pass' },
      { text: "after fail server-a, client1's round trips take at most 5ms", verdict: 'pass' },
      { text: "after fail server-a, client1's queries are answered", verdict: 'pass' },
    ],
  );
});

test('what holds too late after a step is late by the network only as far as the machine was not busy in it', async (t) => {
  const late = (cpuPressureMs: number): Lab =>
    labOf({
      together: () => Promise.resolve({ ...observed, settleMs: 15_000, noise: { ...noise, cpuPressureMs } }),
      load: () => Promise.resolve({ nowMs: 15_000, stealMs: 0, cpuPressureMs: 0 }),
    });
  const step = '{fail: server-a, expect: {rtt: {client1: 5ms}}}';
  const text = "after fail server-a, client1's round trips take at most 5ms";
  t.deepEqual(await play(step, late(0)), [{ text, verdict: 'fail' }]);
  t.deepEqual(await play(step, late(6000)), [{ text, verdict: 'inconclusive' }]);
});

test('a look at a lab says what it was waiting for', async (t) => {
  t.deepEqual(await play('{expect: {client1: server-b}}'), [
    { text: 'client1 is answered by server-b', verdict: 'pass' },
  ]);
  t.deepEqual(await play('{wait-for: {client1: server-b}}'), [
    { text: 'waiting until client1 is answered by server-b', verdict: 'pass' },
  ]);
});

test('routing that settles is one verdict, and what it lacks is told where it does not', async (t) => {
  t.deepEqual(await play('{wait-for: settled}'), [{ text: 'routing settles', verdict: 'pass' }]);
  const never = labOf({
    settle: () => Promise.resolve({ converged: false, convergeMs: 9, pending: ['router1: no route'] }),
  });
  t.deepEqual(await play('{wait-for: settled, expect: {within: 1s}}', never), [
    { text: 'routing settles', verdict: 'fail' },
  ]);
});

const wrongStep = '{expect: {client1: server-a, within: 10ms}}';
const drained = { node: 'router2', text: 'bgpd has the line "bgp graceful-shutdown"', healthy: false };

/** The verdicts of a look that does not hold, on a clock that goes on with each look. */
async function wrong(more: object, cpuPressure = 0): Promise<readonly Verdict[]> {
  let nowMs = 0;
  const load = (): Promise<object> => {
    nowMs += 30;
    return Promise.resolve({ nowMs, stealMs: 0, cpuPressureMs: nowMs * cpuPressure });
  };
  const { scenario, services } = topologyOf(`${twoEqualWays}scenario: [${wrongStep}]\n`);
  const [step] = scenario;
  return step === undefined ? [] : (await playStep(labOf({ load, ...more }), step, services, {})).verdicts;
}

test('what failed has its likely causes: what is wrong in the lab', async (t) => {
  t.is((await wrong({}))[0]?.causes, undefined);
  const healthy = { node: 'router1', text: 'bgpd runs', healthy: true };
  const [verdict] = await wrong({ examine: () => Promise.resolve([healthy, drained]) });
  t.deepEqual(verdict?.causes, ['router2: bgpd has the line "bgp graceful-shutdown"']);
});

test('what a busy machine left undecided has failed where something else is certainly wrong', async (t) => {
  const settle = (): Promise<object> => Promise.resolve({ converged: false, convergeMs: 9, pending: [] });
  const examined = (symptom: object) => () => Promise.resolve([symptom]);
  t.is((await wrong({ settle }, 10))[0]?.verdict, 'inconclusive');
  t.is((await wrong({ settle, examine: examined(drained) }, 10))[0]?.verdict, 'inconclusive');
  const [verdict] = await wrong({ settle, examine: examined({ ...drained, certain: true }) }, 10);
  t.deepEqual([verdict?.verdict, verdict?.seen], ['fail', 'server-b at 192.0.2.53']);
});
