import type { ObservedChange } from '../protocol/messages.js';
import type { Expectation, Step } from '../topology/model.js';
import { formatDuration } from '../support/duration.js';
import type { Answer } from './answers.js';

export interface Verdict {
  readonly text: string;
  readonly verdict: 'pass' | 'fail';
  /** What was seen instead, where it failed. */
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

/** Judges what a step did: who answers after it, and whether that came in time. */
export function judgeStep(step: Step, changes: readonly ObservedChange[]): readonly Verdict[] {
  return step.expect.map((expectation) => {
    const asked = changes.filter((change) => concerns(expectation, change));
    const wrong = asked
      .filter((change) => (change.after ?? 'nobody') !== expectation.instance)
      .map((change) => seenAt(change.address, change.after));
    const late = asked
      .filter((change) => change.after === expectation.instance && heldAfterMs(change) > step.withinMs)
      .map((change) => `${seenAt(change.address, change.after)} held only after ${formatDuration(Math.round(heldAfterMs(change)))}`);
    const text = `after ${step.action} ${step.target}, ${statement(expectation)} within ${formatDuration(step.withinMs)}`;
    return verdictOf(text, asked.length > 0, [...wrong, ...late]);
  });
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

function verdictOf(text: string, wasAsked: boolean, against: readonly string[]): Verdict {
  if (!wasAsked) return { text, verdict: 'fail', seen: 'no question of that client to that service' };
  return against.length === 0 ? { text, verdict: 'pass' } : { text, verdict: 'fail', seen: against.join(', ') };
}
