import type { Question } from '../plan/model.js';
import type { ObservedChange } from '../protocol/observations.js';
import type { Fate, TimelineEvent } from '../protocol/timeline.js';
import { round } from '../support/round.js';
import type { ProbeSeen } from './flow-record.js';
import { noiseWithin, type LoadSample } from './noise-within.js';
import { measureOutage } from './outage.js';
import { phasesOf } from './phases.js';

/** How long without an answer at the end, beyond a round trip, until the client counts as without one. */
const SILENT_END_MS = 125;

export interface ChangeQuestion {
  readonly question: Question;
  readonly probes: readonly ProbeSeen[];
  /** When the fault, or the repair, was done. */
  readonly atMs: number;
  readonly events: readonly TimelineEvent[];
  /**
   * Whether the client could have stayed with one instance, and could have gone to the other before, whatever routing
   * says.
   */
  readonly hadChoice: (before: string, after: string | null) => boolean;
  /** How much of the outage was the timers of who ended it, by who answered before and after; 0 where that is not known. */
  readonly timersMs?: ((before: string | null, after: string | null) => number) | undefined;
  /** What the machine kept processes from meanwhile. */
  readonly samples?: readonly LoadSample[] | undefined;
  /** Packets are lost on purpose: a lost query does not say who answers. */
  readonly isLossy?: boolean | undefined;
}

/** What one flow saw of a step: who answered before and after, what was lost in between, and where the time went. */
export function observedChange({
  question,
  probes,
  atMs,
  events,
  hadChoice,
  timersMs: timersOf = () => 0,
  samples = [],
  isLossy = false,
}: ChangeQuestion): ObservedChange {
  const before = probes.findLast((probe) => isAnsweredBy(probe, atMs))?.instance ?? null;
  const after = lastSeen(probes, atMs);
  const own = probesOfStep(probes, atMs, before !== null, after !== null);
  const { outageMs, lost, sent, maxSendGapMs, leastMs, mostMs, sendGapMs, runs } = measureOutage(
    own,
    own[0] === undefined ? undefined : probes[probes.indexOf(own[0]) - 1]?.sentAtMs,
  );
  const timersMs = timersOf(before, after);
  const steady =
    after === null ? undefined : steadyFrom(isLossy ? own.filter(({ instance }) => instance !== null) : own, after);
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
    fates: fatesOf(own),
    wrong: own.filter(({ instance }) => instance !== null && instance !== before && instance !== after).length,
    duplicates: own.reduce((sum, { duplicates }) => sum + duplicates, 0),
    steadySinceMs: steady === undefined ? null : Math.max(0, round(steady.sentAtMs - atMs)),
    watchedMs: round((own.at(-1)?.sentAtMs ?? atMs) - atMs),
    phases:
      steady === undefined || lost === 0
        ? null
        : phasesOf({
            address: question.address,
            faultAtMs: atMs,
            goodAtMs: Math.max(atMs, steady.sentAtMs + steady.rttMs),
            events,
          }),
    isCollateral: before !== null && after !== before && hadChoice(before, after),
    ...(outageMs === null || lost === 0 || samples.length === 0
      ? {}
      : {
          outageBounds: {
            leastMs: round(leastMs),
            mostMs: round(mostMs),
            sendGapMs: round(sendGapMs),
            noise: noiseWithin(samples, runs),
            // A shorter outage was ended by something else.
            ...(timersMs > 0 && timersMs <= leastMs ? { timersMs: round(timersMs) } : {}),
          },
        }),
    ...(steady === undefined || samples.length === 0
      ? {}
      : {
          noiseUntilSteady: noiseWithin(samples, [
            { fromMs: atMs, toMs: Math.max(atMs, steady.sentAtMs + steady.rttMs) },
          ]),
        }),
  };
}

/** Another instance may answer what was under way when the step came. */
function isAnsweredBy({ instance, sentAtMs, rttMs }: ProbeSeen, atMs: number): boolean {
  return instance !== null && sentAtMs + rttMs <= atMs;
}

/**
 * The probes since the step, and those that were under way when it came. If there are answers in the end, the probes after
 * the last one are left out: their answers may still be on their way.
 */
function probesOfStep(
  probes: readonly ProbeSeen[],
  atMs: number,
  wasAnswered: boolean,
  isAnswered: boolean,
): readonly ProbeSeen[] {
  let first = probes.findIndex((probe) => probe.sentAtMs >= atMs);
  if (first < 0) first = probes.length;
  if (wasAnswered) first = probes.slice(0, first).findLastIndex((probe) => isAnsweredBy(probe, atMs)) + 1;
  const end = isAnswered ? probes.findLastIndex((probe) => probe.instance !== null) + 1 : probes.length;
  return probes.slice(first, Math.max(first, end));
}

/** When the last unbroken run of answers from `after` began; lost probes do not break it. */
function switchedAtMs(probes: readonly ProbeSeen[], after: string): number {
  const other = probes.findLastIndex(({ instance }) => instance !== null && instance !== after);
  const first = probes.slice(other + 1).find(({ instance }) => instance === after);
  return first === undefined ? NaN : first.sentAtMs + first.rttMs;
}

/** The first of the probes at the end that were all answered by the same instance. */
function steadyFrom(probes: readonly ProbeSeen[], after: string): ProbeSeen | undefined {
  return probes[probes.findLastIndex(({ instance }) => instance !== after) + 1];
}

/** Who answered last, unless there was no answer for longer than a late one may take. */
function lastSeen(probes: readonly ProbeSeen[], atMs: number): string | null {
  const last = probes.findLast((probe) => probe.sentAtMs >= atMs && probe.instance !== null);
  const endMs = probes.at(-1)?.sentAtMs ?? 0;
  return last === undefined || endMs - last.sentAtMs >= SILENT_END_MS + last.rttMs ? null : last.instance;
}

function fatesOf(probes: readonly ProbeSeen[]): ObservedChange['fates'] {
  const fates: Partial<Record<Exclude<Fate, 'answered'>, number>> = {};
  for (const { fate, instance } of probes) {
    if (instance === null && fate !== 'answered') fates[fate] = (fates[fate] ?? 0) + 1;
  }
  return fates;
}
