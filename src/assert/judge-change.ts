import type { Expectation, Expectations } from '../topology/model/step.js';
import { byTime, judgedFlows, tellFlows, unlessMissed, type ChangeSeen, type JudgedFlow } from './judged-flows.js';
import { concerns, seenAt, statement } from './judge-seen.js';
import { judgeLimits } from './limits/judge-limits.js';
import { placeOf } from './seen.js';
import { compare, marginOf, marginText, wasOverloaded, type Margin } from './noise.js';
import { pass, spoken, undecided, undecidedByLoad, verdictOf, type Verdict } from './verdict.js';

export type { ChangeSeen } from './judged-flows.js';

/** Judges what a change did: who answers after it, whether that came in time and stayed so, and what it cost. */
export function judgeChange(title: string, expect: Expectations, seen: ChangeSeen): readonly Verdict[] {
  const about = (text: string): string => `after ${title}, ${text}`;
  const answers = expect.answers.filter(({ answer }) => answer.kind === 'instances');
  return [
    ...answers.map((expectation) => judgeAnswer(expectation, expect.withinMs, seen, about)),
    ...(expect.stableMs === undefined ? [] : [unlessMissed(judgeStable(expect.stableMs, seen, about), seen.changes)]),
    ...judgeLimits(expect.limits, seen, about),
  ];
}

type About = (text: string) => string;

function judgeAnswer(expectation: Expectation, withinMs: number, seen: ChangeSeen, about: About): Verdict {
  const { clients, answer } = expectation;
  const allowed = answer.kind === 'instances' ? answer.instances : [];
  const text = about(`${statement(expectation)} within ${spoken(withinMs)}`);
  const changes = seen.changes.filter((change) => concerns(expectation, change));
  const asked = judgedFlows(changes);
  if (asked.length === 0) return verdictOf(text, ['no query from that client to that service']);
  const wrong = asked.filter((flow) => !allowed.includes(flow.after ?? 'nobody'));
  if (wrong.length > 0) {
    const others = tellFlows(
      wrong,
      (flow) => seenAt({ ...flow, instance: flow.after }, clients, changes),
      ({ after }) => after ?? '',
    );
    return seen.settled || !wasOverloaded(seen.noise, seen.settleMs)
      ? verdictOf(text, others)
      : undecidedByLoad(text, others.join(', '));
  }
  const heldMs = Math.max(...asked.map(heldAfterMs));
  const late = asked.filter((flow) => compare(heldAfterMs(flow), withinMs, heldMargin(seen, flow)) !== 'kept');
  if (late.length === 0) return unlessMissed(pass(text, heldMs), changes);
  const surely = late.filter((flow) => compare(heldAfterMs(flow), withinMs, heldMargin(seen, flow)) === 'broken');
  const told = (flows: readonly JudgedFlow[]): readonly string[] =>
    tellFlows(
      byTime(flows, heldAfterMs),
      (flow) =>
        `${seenAt({ ...flow, instance: flow.after }, clients, changes)} held at ${spoken(heldAfterMs(flow))}, deadline ${spoken(withinMs)}`,
    );
  if (surely.length > 0) return verdictOf(text, told(surely), heldMs);
  return undecided(
    text,
    `${told(late).join(', ')}, ${late[0] === undefined ? '' : marginText(heldMargin(seen, late[0]))}`,
    heldMs,
  );
}

/** From the step until the answer held: the switch to another instance, or the outage before the same one came back. */
function heldAfterMs({ after, steadySinceMs, switchMs, outageMs, lost }: JudgedFlow): number {
  if (after === null) return 0;
  return Math.max(switchMs ?? 0, lost === 0 ? 0 : (steadySinceMs ?? 0), outageMs ?? 0);
}

/**
 * What the machine may have added to the time until an answer held; of the whole step where it is not known of that
 * time. The change may have been made on another machine than the client's: alone of all that is judged, this time is of two clocks.
 */
function heldMargin({ noise }: ChangeSeen, { noiseUntilSteady, maxSendGapMs }: JudgedFlow): Margin {
  return { ...marginOf(noiseUntilSteady ?? noise, maxSendGapMs), clockMs: noise.clockMs };
}

function judgeStable(stableMs: number, { changes, noise }: ChangeSeen, about: About): Verdict {
  const text = about(`answers stay as they are for ${spoken(stableMs)}`);
  const steadyMs = (flow: JudgedFlow): number =>
    flow.after === null ? flow.watchedMs : flow.watchedMs - (flow.steadySinceMs ?? Infinity);
  const flows = judgedFlows(changes);
  const least = Math.min(...flows.map(steadyMs));
  const unsteady = byTime(
    flows.filter((flow) => steadyMs(flow) < stableMs),
    (flow) => -steadyMs(flow),
  );
  if (changes.length === 0) return verdictOf(text, ['no client asks']);
  if (unsteady.length === 0) return pass(text, least);
  const told = tellFlows(
    unsteady,
    (flow) => `${flow.client} at ${placeOf(flow, changes)} only for the last ${spoken(Math.max(0, steadyMs(flow)))}`,
  );
  // Lost probes may be the machine's doing; answers by another instance are not.
  const isByLoss = unsteady.every(({ wrong }) => wrong === 0);
  return isByLoss && wasOverloaded(noise, Math.max(...unsteady.map(({ watchedMs }) => watchedMs)))
    ? undecided(text, told.join(', '), least)
    : verdictOf(text, told, least);
}
