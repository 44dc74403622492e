import type { ObservedChange } from '../protocol/messages.js';
import type { Expectation, Step } from '../topology/model.js';
import { formatDuration } from '../support/duration.js';
import type { Answer } from './answers.js';

/**
 * Whether an expectation held. It is inconclusive where what was measured lies so near to its bound that the gaps between
 * probes could decide: that is never a pass or a failure by luck.
 */
export interface Verdict {
  readonly text: string;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  /** What was seen instead, where it did not pass. */
  readonly seen?: string;
}

/** Judges who answers: an expectation holds when it holds at every address of every service it speaks of. */
export function judgeAnswers(expectations: readonly Expectation[], answers: readonly Answer[]): readonly Verdict[] {
  return expectations.map((expectation) => {
    const asked = answers.filter((answer) => concerns(expectation, answer));
    const others = asked.filter((answer) => (answer.instance ?? 'nobody') !== expectation.instance);
    return verdictOf(statement(expectation), asked.length > 0, others.map((answer) => seenAt(answer.address, answer.instance)));
  });
}

/** Judges what a step did: who answers after it, whether that came in time, and what it cost. */
export function judgeStep(step: Step, changes: readonly ObservedChange[], noiseMs = 0): readonly Verdict[] {
  return [...step.expect.map((expectation) => judgeExpectation(step, expectation, changes, noiseMs)), ...judgeLimits(step, changes, noiseMs)];
}

function judgeExpectation(step: Step, expectation: Expectation, changes: readonly ObservedChange[], noiseMs: number): Verdict {
  const asked = changes.filter((change) => concerns(expectation, change));
  const wrong = asked
    .filter((change) => (change.after ?? 'nobody') !== expectation.instance)
    .map((change) => seenAt(change.address, change.after));
  const timed = asked.filter((change) => change.after === expectation.instance);
  const late = timed
    .filter((change) => heldAfterMs(change) > step.withinMs)
    .map((change) => `${seenAt(change.address, change.after)} held only after ${spoken(heldAfterMs(change))}`);
  const text = `after ${step.action} ${step.target}, ${statement(expectation)} within ${formatDuration(step.withinMs)}`;
  if (asked.length > 0 && wrong.length === 0 && timed.some((change) => isTooClose(heldAfterMs(change), step.withinMs, noiseMs))) {
    return undecided(text, Math.max(...timed.map(heldAfterMs)), noiseMs);
  }
  return verdictOf(text, asked.length > 0, [...wrong, ...late]);
}

function judgeLimits({ action, target, limits: { outageMs, lost } }: Step, changes: readonly ObservedChange[], noiseMs: number): readonly Verdict[] {
  const verdicts: Verdict[] = [];
  const answered = changes.filter(({ after }) => after !== null);
  if (outageMs !== undefined) {
    const text = `after ${action} ${target}, no outage is longer than ${formatDuration(outageMs)}`;
    const longer = answered.filter((change) => (change.outageMs ?? Infinity) > outageMs);
    const longest = Math.max(0, ...answered.map((change) => change.outageMs ?? 0));
    verdicts.push(outageMs > 0 && isTooClose(longest, outageMs, noiseMs)
      ? undecided(text, longest, noiseMs)
      : verdictOf(text, changes.length > 0, longer.map((change) => `${spoken(change.outageMs ?? Infinity)} for ${change.client} at ${change.address}`)));
  }
  if (lost !== undefined) {
    const more = answered.filter((change) => change.lost > lost);
    verdicts.push(verdictOf(`after ${action} ${target}, no flow loses more than ${String(lost)} probes`, changes.length > 0, more.map((change) => `${String(change.lost)} for ${change.client} at ${change.address}`)));
  }
  return verdicts;
}

/** Whether the gaps between two probes could have put what was measured on the other side of the bound. */
function isTooClose(measuredMs: number, boundMs: number, noiseMs: number): boolean {
  return Math.abs(measuredMs - boundMs) < noiseMs;
}

function undecided(text: string, measuredMs: number, noiseMs: number): Verdict {
  return { text, verdict: 'inconclusive', seen: `${spoken(measuredMs)}, with up to ${spoken(noiseMs)} between two probes` };
}

/** From the step until the answer held: the switch to another instance, or the outage before the same one came back. */
function heldAfterMs({ switchMs, outageMs }: ObservedChange): number {
  return Math.max(switchMs ?? 0, outageMs ?? 0);
}

function concerns(expectation: Expectation, seen: { readonly client: string; readonly service: string }): boolean {
  return expectation.client === seen.client && (expectation.service ?? seen.service) === seen.service;
}

function statement({ client, service, instance }: Expectation): string {
  const of = service === undefined ? '' : ` for ${service}`;
  return instance === 'nobody' ? `${client} is answered by nobody${of}` : `${client} is answered by ${instance}${of}`;
}

function seenAt(address: string, instance: string | null): string {
  return `${instance ?? 'nobody'} at ${address}`;
}

function spoken(ms: number): string {
  return formatDuration(Math.round(ms));
}

function verdictOf(text: string, wasAsked: boolean, against: readonly string[]): Verdict {
  if (!wasAsked) return { text, verdict: 'fail', seen: 'no question of that client to that service' };
  return against.length === 0 ? { text, verdict: 'pass' } : { text, verdict: 'fail', seen: against.join(', ') };
}
