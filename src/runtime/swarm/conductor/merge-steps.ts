import { phasesOf, type PhaseQuestion } from '../../../measure/phases.js';
import type { LabPlan } from '../../../plan/model.js';
import { allConnections } from '../../../protocol/connections.js';
import type { ObservedChange, StepObserved } from '../../../protocol/observations.js';
import type { FlowRecord, Noise, TimelineEvent } from '../../../protocol/timeline.js';
import { round } from '../../../support/round.js';
import { clocksApartMs } from '../../agent-clock.js';
import type { MemberClock } from './crew.js';

/** What several agents saw of one step, as one, in the time of the first agent. */
export function mergeSteps(
  plan: Pick<LabPlan, 'questions'>,
  seen: readonly StepObserved[],
  clocks: readonly MemberClock[],
): StepObserved {
  const [first] = seen;
  if (first === undefined) throw new RangeError('a step that nobody played');
  const shift = (index: number): number => clocks[index]?.toLeadMs ?? 0;
  const actedAtMs = seen.map(({ atMs }, index) => atMs + shift(index));
  const clockMs = clocksApartMs(clocks.map(({ own }) => own));
  const events = mergeEvents(seen.map((each, index) => shiftEvents(each.events, shift(index))));
  // Agents that act at one moment do so as exactly as their timers are.
  const apartMs = clockMs + Math.max(...actedAtMs) - Math.min(...actedAtMs);
  return {
    action: first.action,
    target: first.target,
    how: first.how,
    settled: seen.every(({ settled }) => settled),
    settleMs: Math.max(...seen.map(({ settleMs }) => settleMs)),
    lacking: seen.flatMap(({ lacking }) => lacking),
    resolutionMs: Math.max(...seen.map(({ resolutionMs }) => resolutionMs)),
    changes: inOrder(
      plan,
      seen.flatMap(({ changes }, index) =>
        changes.map((change) => withPhases(change, { faultAtMs: actedAtMs[index] ?? 0, events, apartMs })),
      ),
    ),
    atMs: first.atMs,
    flows: inOrder(
      plan,
      seen.flatMap(({ flows }, index) => flows.map((flow) => shiftFlow(flow, shift(index)))),
    ),
    events,
    noise: {
      ...worstNoise(seen.map(({ noise }) => noise)),
      clockMs: round(clockMs),
    },
    ...connectionsOf(seen),
  };
}

/** As the questions stand in the plan; those of one question as they came. */
export function inOrder<T extends { readonly client: string; readonly address: string }>(
  { questions }: Pick<LabPlan, 'questions'>,
  items: readonly T[],
): readonly T[] {
  const places = new Map(questions.map(({ client, address }, place) => [`${client} ${address}`, place]));
  const placeOf = ({ client, address }: T): number => places.get(`${client} ${address}`) ?? questions.length;
  return [...items].sort((a, b) => placeOf(a) - placeOf(b));
}

function shiftEvents(events: readonly TimelineEvent[], byMs: number): readonly TimelineEvent[] {
  return events.map((event) => ({ ...event, atMs: round(event.atMs + byMs) }));
}

/**
 * An agent divides an outage by what its own nodes noticed. The whole of it is right, and is divided again by what those of all
 * machines noticed.
 */
function withPhases(change: ObservedChange, all: Omit<PhaseQuestion, 'address' | 'goodAtMs'>): ObservedChange {
  const again = <T extends Omit<ObservedChange, 'flows'>>(one: T): T => {
    if (one.phases === null) return one;
    const { detectionMs, propagationMs, installationMs, answerMs } = one.phases;
    const goodAtMs = all.faultAtMs + detectionMs + propagationMs + installationMs + answerMs;
    return { ...one, phases: phasesOf({ ...all, address: one.address, goodAtMs }) };
  };
  const { flows } = change;
  return { ...again(change), ...(flows === undefined ? {} : { flows: { ...flows, each: flows.each.map(again) } }) };
}

function shiftFlow(flow: FlowRecord, byMs: number): FlowRecord {
  return {
    ...flow,
    runs: flow.runs.map((run) => ({ ...run, fromMs: round(run.fromMs + byMs), toMs: round(run.toMs + byMs) })),
    sentAtMs: flow.sentAtMs.map((atMs) => round(atMs + byMs)),
  };
}

/** Each agent notes what the step does: it is told once. */
function mergeEvents(all: readonly (readonly TimelineEvent[])[]): readonly TimelineEvent[] {
  return all
    .flatMap((events, index) =>
      index === 0 ? events : events.filter(({ kind }) => kind !== 'fault' && kind !== 'repair'),
    )
    .sort((a, b) => a.atMs - b.atMs);
}

/** Of several machines, the worst: any of them may have added to what was measured. */
export function worstNoise(all: readonly Noise[]): Noise {
  const most = (of: (noise: Noise) => number): number => Math.max(...all.map(of));
  return {
    sendGapMs: {
      median: most(({ sendGapMs }) => sendGapMs.median),
      p99: most(({ sendGapMs }) => sendGapMs.p99),
      max: most(({ sendGapMs }) => sendGapMs.max),
    },
    calibratedGapMs: most(({ calibratedGapMs }) => calibratedGapMs),
    stealMs: most(({ stealMs }) => stealMs),
    cpuPressureMs: all.some(({ cpuPressureMs }) => cpuPressureMs === null)
      ? null
      : most(({ cpuPressureMs }) => cpuPressureMs ?? 0),
  };
}

function connectionsOf(seen: readonly StepObserved[]): Pick<StepObserved, 'connections'> {
  const counted = seen.flatMap(({ connections }) => connections ?? []);
  if (counted.length === 0) return {};
  return { connections: allConnections(counted.flatMap(({ each }) => each)) };
}
