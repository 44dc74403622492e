import { nodesAround, type ActiveFault } from '../fault/active-fault.js';
import { resolveFault, targetKeyOf } from '../fault/resolve-fault.js';
import type { Condition } from '../plan/condition.js';
import type { Forecast } from '../plan/forecast.js';
import { measureOutage } from '../probe/outage.js';
import type { ObservedChange, StepObserved, StepParams } from '../protocol/messages.js';
import { pollUntil, type Polled } from '../support/poll.js';
import { ConvergenceWatch } from './converge.js';
import type { FaultActions } from './fault-actions.js';
import type { Lab } from './lab.js';
import { Prober, type Probe, type ProbeStream } from './prober.js';

/** Every flow is probed once a millisecond, up to this many probes a second in all. */
const MAX_PROBES_PER_SECOND = 16_000;
/** So many answers in a row from where they should come from, and an answer counts as settled. */
const SETTLED_ANSWERS = 20;
/** The last of them must be as young as this: half of what counts as silence. */
const FRESH_ANSWER_MS = 100;
const FRESH_ANSWER_PACES = 5;
const LOSSY_PATIENCE = 20;
const FLAPS_WATCHED = 2;
/** So long without an answer, and nobody counts as settled. */
const SETTLED_SILENCE_MS = 250;
const BASELINE_DEADLINE_MS = 2000;
const STRAGGLER_DEADLINE_MS = 200;

/**
 * Breaks or mends one thing while every client keeps asking, and reports what they saw: who answered before and after,
 * for how long nobody did, how many probes were lost. It goes on until the answers and every router's kernel are as
 * routing should come to, or until the deadline; what is reported is what was seen.
 */
export async function performStep(lab: Lab, actions: FaultActions, params: StepParams, visitor?: object): Promise<StepObserved> {
  const { target, how, settings } = params;
  const fault =
    params.action === 'restore'
      ? lab.faultToRestore(targetKeyOf(lab.plan, target), how, target)
      : resolveFault(lab.plan, target, how, settings);
  const prober = await Prober.open(lab.plan.questions, lab.namespaceOf, paceMs(lab.plan.questions.length));
  try {
    prober.start();
    const forecastBefore = lab.forecast();
    await pollUntil(
      () => prober.streams.every((stream) => isSettled(stream, 0, lab.condition, forecastBefore, prober.intervalMs)),
      (settled) => settled,
      { everyMs: 2, deadlineMs: BASELINE_DEADLINE_MS },
    );
    const atMs = performance.now();
    await (params.action === 'fail' ? actions.break(fault, { visitor, restarts: params.restarts === true }) : actions.mend(fault));
    const settled = await untilSettled(lab, fault, prober, atMs, params.deadlineMs);
    prober.stop();
    await stragglers(prober);
    const changes = prober.streams.map((stream) => changeOf(stream, atMs));
    return {
      action: params.action,
      target: params.target,
      how: fault.how,
      settled: settled.held,
      pending: settled.last,
      settleMs: Math.round(performance.now() - atMs),
      resolutionMs: Math.max(prober.intervalMs, ...changes.map((change) => change.maxSendGapMs)),
      changes,
      atMs,
      flows: [],
      events: [],
      noise: { sendGapMs: { median: 0, p99: 0, max: 0 }, calibratedGapMs: 0, stealMs: 0, cpuPressureMs: null },
    };
  } finally {
    prober.close();
  }
}

/** Until answers and routes are what they should come to; where something goes up and down, for two rounds of it. */
async function untilSettled(lab: Lab, fault: ActiveFault, prober: Prober, atMs: number, deadlineMs: number): Promise<Polled<readonly string[]>> {
  const { condition } = lab;
  const forecast = lab.forecast();
  if (condition.flapPeriodMs > 0) {
    const untilMs = atMs + FLAPS_WATCHED * condition.flapPeriodMs;
    return pollUntil(() => (performance.now() < untilMs ? ['it goes up and down'] : []), (pending) => pending.length === 0, { everyMs: 5, deadlineMs });
  }
  const watch = new ConvergenceWatch(lab, nodesAround(fault.effect, lab.plan));
  return pollUntil(
    async () => [...(await watch.look()), ...unsettledAnswers(prober, atMs, condition, forecast)],
    (pending) => pending.length === 0,
    { everyMs: 5, deadlineMs },
  );
}

function paceMs(flows: number): number {
  return Math.max(1, Math.ceil((1000 * flows) / MAX_PROBES_PER_SECOND));
}

function unsettledAnswers(prober: Prober, sinceMs: number, condition: Condition, forecast: Forecast): readonly string[] {
  return prober.streams
    .filter((stream) => !isSettled(stream, sinceMs, condition, forecast, prober.intervalMs))
    .map(({ question }) => `${question.client}: answers from ${question.address} are not steady yet`);
}

/** Whether the last answers, and no others between them, came from where the forecast has them come from. */
function isSettled({ question, probes }: ProbeStream, sinceMs: number, condition: Condition, forecast: Forecast, intervalMs: number): boolean {
  const expected = forecast.answer(question);
  const recent = probes.slice(-1000).filter((probe) => probe.sentAtMs >= sinceMs);
  if (expected.size === 0) {
    const lastAnswer = recent.findLast((probe) => probe.instance !== null);
    const silentSinceMs = lastAnswer?.sentAtMs ?? recent[0]?.sentAtMs ?? Infinity;
    return performance.now() - silentSinceMs >= SETTLED_SILENCE_MS;
  }
  const answered = recent.findLastIndex((probe) => probe.instance !== null);
  // Answers that came for a while and then stopped are no steady answers.
  const freshMs = Math.max(FRESH_ANSWER_MS, FRESH_ANSWER_PACES * intervalMs) * (condition.isLossy ? LOSSY_PATIENCE : 1);
  if (performance.now() - (recent[answered]?.sentAtMs ?? -Infinity) > freshMs) return false;
  // Where packets are lost on purpose, a question that is lost says nothing of routing.
  const telling = condition.isLossy ? recent.filter(({ instance }) => instance !== null) : recent.slice(0, answered + 1);
  const tail = telling.slice(-SETTLED_ANSWERS);
  return tail.length === SETTLED_ANSWERS && tail.every(({ instance }) => instance !== null && expected.has(instance));
}

/** Answers to the last probes may still be on their way. */
async function stragglers(prober: Prober): Promise<void> {
  await pollUntil(
    () => prober.streams.every(({ probes }) => probes.at(-1)?.instance !== null),
    (arrived) => arrived,
    { everyMs: 2, deadlineMs: STRAGGLER_DEADLINE_MS },
  );
}

function changeOf({ question, probes }: ProbeStream, atMs: number): ObservedChange {
  const before = probes.findLast((probe) => probe.sentAtMs < atMs && probe.instance !== null)?.instance ?? null;
  const after = lastSeen(probes, atMs);
  const { outageMs, lost, sent, maxSendGapMs } = measureOutage(probesOfStep(probes, atMs, before !== null, after !== null));
  return {
    client: question.client,
    service: question.service,
    address: question.address,
    before,
    after,
    switchMs: after === null || after === before ? null : round(switchedAtMs(probes, after) - atMs),
    outageMs: outageMs === null ? null : round(outageMs),
    lost,
    sent,
    maxSendGapMs: round(maxSendGapMs),
    fates: {},
    wrong: 0,
    duplicates: 0,
    steadySinceMs: null,
    watchedMs: 0,
    phases: null,
    isCollateral: false,
  };
}

/**
 * The probes since the step, and those that were under way when it came and were lost to it. Where somebody answers in
 * the end, those after the last answer are left out: their answers may be on their way still.
 */
function probesOfStep(probes: readonly Probe[], atMs: number, wasAnswered: boolean, isAnswered: boolean): readonly Probe[] {
  let first = probes.findIndex((probe) => probe.sentAtMs >= atMs);
  if (first < 0) first = probes.length;
  while (wasAnswered && first > 0 && probes[first - 1]?.instance === null) first -= 1;
  const end = isAnswered ? probes.findLastIndex((probe) => probe.instance !== null) + 1 : probes.length;
  return probes.slice(first, Math.max(first, end));
}

/** When the last unbroken run of answers from `after` began; lost probes do not break it. */
function switchedAtMs(probes: readonly Probe[], after: string): number {
  const other = probes.findLastIndex(({ instance }) => instance !== null && instance !== after);
  const first = probes.slice(other + 1).find(({ instance }) => instance === after);
  return first === undefined ? NaN : first.sentAtMs + first.rttMs;
}

/** Who answered last, unless nobody did for longer than a straggler may take. */
function lastSeen(probes: readonly Probe[], atMs: number): string | null {
  const last = probes.findLast((probe) => probe.sentAtMs >= atMs && probe.instance !== null);
  const endMs = probes.at(-1)?.sentAtMs ?? 0;
  return last === undefined || endMs - last.sentAtMs >= SETTLED_SILENCE_MS / 2 ? null : last.instance;
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
