import type { ObservedChange } from '../protocol/observations.js';
import type { Noise } from '../protocol/timeline.js';
import type { Expectation, Expectations } from '../topology/step-model.js';
import { concerns, seenAt, statement } from './judge-seen.js';
import { compare, marginOf, marginText, wasOverloaded } from './noise.js';
import { pass, spoken, undecided, verdictOf, type Verdict } from './verdict.js';

/** What a step did, as far as it is judged. */
export interface ChangeSeen {
  readonly changes: readonly ObservedChange[];
  readonly settled: boolean;
  readonly settleMs: number;
  readonly noise: Noise;
  /** TCP connections that were open when the step came, and those that did not live through it. */
  readonly connections?: { readonly open: number; readonly broken: number } | undefined;
}

/** Judges what a change did: who answers after it, whether that came in time and stayed so, and what it cost. */
export function judgeChange(title: string, expect: Expectations, seen: ChangeSeen): readonly Verdict[] {
  const about = (text: string): string => `after ${title}, ${text}`;
  const answers = expect.answers.filter(({ answer }) => answer.kind === 'instances');
  return [
    ...answers.map((expectation) => judgeAnswer(expectation, expect.withinMs, seen, about)),
    ...(expect.stableMs === undefined ? [] : [judgeStable(expect.stableMs, seen, about)]),
    ...judgeLimits(expect.limits, seen, about),
  ];
}

type About = (text: string) => string;

function judgeAnswer(expectation: Expectation, withinMs: number, seen: ChangeSeen, about: About): Verdict {
  const { clients, answer } = expectation;
  const allowed = answer.kind === 'instances' ? answer.instances : [];
  const text = about(`${statement(expectation)} within ${spoken(withinMs)}`);
  const asked = seen.changes.filter((change) => concerns(expectation, change));
  if (asked.length === 0) return verdictOf(text, ['no question of that client to that service']);
  const wrong = asked.filter((change) => !allowed.includes(change.after ?? 'nobody'));
  if (wrong.length > 0) {
    const others = wrong.map((change) => seenAt({ ...change, instance: change.after }, clients));
    return seen.settled || !wasOverloaded(seen.noise, seen.settleMs) ? verdictOf(text, others) : undecided(text, `${others.join(', ')}, on a machine too busy to settle`);
  }
  const heldMs = Math.max(...asked.map(heldAfterMs));
  const late = asked.filter((change) => compare(heldAfterMs(change), withinMs, marginOf(seen.noise, change.maxSendGapMs)) !== 'kept');
  if (late.length === 0) return pass(text, heldMs);
  const surely = late.filter((change) => compare(heldAfterMs(change), withinMs, marginOf(seen.noise, change.maxSendGapMs)) === 'broken');
  const told = (changes: readonly ObservedChange[]): string[] =>
    changes.map((change) => `${seenAt({ ...change, instance: change.after }, clients)} held at ${spoken(heldAfterMs(change))}, deadline ${spoken(withinMs)}`);
  if (surely.length > 0) return verdictOf(text, told(surely), heldMs);
  return undecided(text, `${told(late).join(', ')}, ${marginText(marginOf(seen.noise, Math.max(...late.map(({ maxSendGapMs }) => maxSendGapMs))))}`, heldMs);
}

/** From the step until the answer held: the switch to another instance, or the outage before the same one came back. */
function heldAfterMs({ after, steadySinceMs, switchMs, outageMs, lost }: ObservedChange): number {
  if (after === null) return 0;
  return Math.max(switchMs ?? 0, lost === 0 ? 0 : steadySinceMs ?? 0, outageMs ?? 0);
}

function judgeStable(stableMs: number, { changes, noise }: ChangeSeen, about: About): Verdict {
  const text = about(`answers stay as they are for ${spoken(stableMs)}`);
  const steadyMs = (change: ObservedChange): number => (change.after === null ? change.watchedMs : change.watchedMs - (change.steadySinceMs ?? Infinity));
  const least = Math.min(...changes.map(steadyMs));
  const unsteady = changes.filter((change) => steadyMs(change) < stableMs);
  if (changes.length === 0) return verdictOf(text, ['no client asks']);
  if (unsteady.length === 0) return pass(text, least);
  const told = unsteady.map((change) => `${change.client} at ${change.address} only for the last ${spoken(Math.max(0, steadyMs(change)))}`);
  // Lost probes may be the machine's doing; answers by another instance are not.
  const isByLoss = unsteady.every(({ wrong }) => wrong === 0);
  return isByLoss && wasOverloaded(noise, Math.max(...unsteady.map(({ watchedMs }) => watchedMs))) ? undecided(text, told.join(', '), least) : verdictOf(text, told, least);
}

function judgeLimits(limits: Expectations['limits'], seen: ChangeSeen, about: About): readonly Verdict[] {
  const { changes } = seen;
  const none = changes.length === 0 ? ['no client asks'] : [];
  const { outageMs, lost, duplicates, brokenFlows, moved, collateral } = limits;
  const duplicated = changes.reduce((sum, change) => sum + change.duplicates, 0);
  const stray = [...new Set(changes.filter(({ isCollateral }) => isCollateral).map(({ client }) => client))];
  const { open, broken } = seen.connections ?? { open: 0, broken: 0 };
  return [
    ...(outageMs === undefined ? [] : [judgeOutage(outageMs, seen, about)]),
    ...(lost === undefined ? [] : [judgeLost(lost, seen, about)]),
    ...(duplicates === undefined ? [] : [verdictOf(about(`${atMost(duplicates, 'question is', 'questions are')} answered twice`), duplicated <= duplicates ? none : [String(duplicated)], duplicated)]),
    ...(moved === undefined ? [] : [judgeMoved(moved, seen, about)]),
    ...(collateral === undefined
      ? []
      : [verdictOf(about(`${atMost(collateral, 'client moves', 'clients move')} without need`), stray.length <= collateral ? none : [`${String(stray.length)}: ${stray.join(', ')}`], stray.length)]),
    ...(brokenFlows === undefined
      ? []
      : [verdictOf(about(atMost(brokenFlows, 'TCP connection breaks', 'TCP connections break')), open === 0 ? ['no connection was open'] : broken <= brokenFlows ? [] : [`${String(broken)} of ${String(open)}`], broken)]),
  ];
}

function atMost(bound: number, one: string, many: string): string {
  return `no more than ${String(bound)} ${bound === 1 ? one : many}`;
}

/** Who ends without an answer was cut off on purpose, or an expectation of its own speaks of it. */
function answered({ changes }: ChangeSeen): readonly ObservedChange[] {
  return changes.filter(({ after }) => after !== null);
}

function judgeOutage(boundMs: number, seen: ChangeSeen, about: About): Verdict {
  const text = about(`no outage is longer than ${spoken(boundMs)}`);
  const flows = answered(seen).map((change) => ({ change, measuredMs: change.outageMs ?? Infinity, margin: marginOf(seen.noise, change.maxSendGapMs) }));
  if (seen.changes.length === 0) return verdictOf(text, ['no client asks']);
  const worst = Math.max(0, ...flows.map(({ measuredMs }) => measuredMs));
  const over = flows.filter(({ measuredMs, margin }) => compare(measuredMs, boundMs, margin) === 'broken');
  const near = flows.filter(({ measuredMs, margin }) => compare(measuredMs, boundMs, margin) === 'undecided');
  const told = (some: typeof flows): string[] => some.map(({ change, measuredMs }) => `${spoken(measuredMs)} for ${change.client} at ${change.address}`);
  if (over.length > 0) return verdictOf(text, told(over), worst);
  const [first] = near;
  return first === undefined ? pass(text, worst) : undecided(text, `${told(near).join(', ')}, ${marginText(first.margin)}`, worst);
}

/** Probes that were lost while the machine kept everybody waiting may be the machine's. */
function judgeLost(bound: number, seen: ChangeSeen, about: About): Verdict {
  const text = about(`no flow loses more than ${String(bound)} ${bound === 1 ? 'probe' : 'probes'}`);
  if (seen.changes.length === 0) return verdictOf(text, ['no client asks']);
  const more = answered(seen).filter((change) => change.lost > bound);
  const worst = Math.max(0, ...answered(seen).map(({ lost }) => lost));
  const told = more.map((change) => `${String(change.lost)} for ${change.client} at ${change.address}`);
  const spareMs = (change: ObservedChange): number => ((change.lost - bound) * change.watchedMs) / Math.max(1, change.sent);
  const isNear = more.length > 0 && more.every((change) => {
    const { gapMs, disturbanceMs } = marginOf(seen.noise, change.maxSendGapMs);
    return spareMs(change) <= gapMs + disturbanceMs;
  });
  return isNear ? undecided(text, `${told.join(', ')}, while processes were kept waiting for ${spoken(seen.noise.stealMs + (seen.noise.cpuPressureMs ?? 0))}`, worst) : verdictOf(text, told, worst);
}

function judgeMoved(wanted: number | readonly string[], seen: ChangeSeen, about: About): Verdict {
  const moved = [...new Set(seen.changes.filter(({ before, after }) => before !== after).map(({ client }) => client))];
  const isExact = typeof wanted !== 'number';
  const text = about(isExact
    ? wanted.length === 0 ? 'nobody moves' : `${wanted.join(', ')} move${wanted.length === 1 ? 's' : ''} and nobody else`
    : atMost(wanted, 'client moves', 'clients move'));
  const holds = isExact ? moved.every((client) => wanted.includes(client)) && wanted.every((client) => moved.includes(client)) : moved.length <= wanted;
  if (holds) return pass(text, moved.length);
  const told = moved.length === 0 ? 'nobody moved' : `${moved.join(', ')} moved`;
  return !seen.settled && wasOverloaded(seen.noise, seen.settleMs) ? undecided(text, `${told}, on a machine too busy to settle`, moved.length) : verdictOf(text, [told], moved.length);
}
