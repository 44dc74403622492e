import { RISK } from '../forecast/flow-numbers.js';
import type { ConnectionsSeen, ObservedChange, StepObserved } from '../protocol/observations.js';
import type { Expected, LimitWord } from '../topology/model/expectation.js';
import type { Expectation, Expectations } from '../topology/model/step.js';
import { judgedFlows, tellFlows, unlessMissed, type JudgedFlow } from './judged-flows.js';
import { concerns, seenAt, statement } from './judge-seen.js';
import { placeOf } from './seen.js';
import {
  compare,
  compareOutage,
  doubtText,
  marginOf,
  marginOfOutage,
  marginText,
  wasOverloaded,
  type Margin,
} from './noise.js';
import { contraryOf, pass, spoken, undecided, undecidedByLoad, verdictOf, type Verdict } from './verdict.js';

/** What a step did, as far as it is judged. */
export type ChangeSeen = Pick<StepObserved, 'changes' | 'settled' | 'settleMs' | 'noise'> &
  Partial<Pick<StepObserved, 'connections'>>;

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

/** One function for each limit, in the order of their verdicts. */
const limitJudges: {
  readonly [W in LimitWord]: (bound: Expected<W>, seen: ChangeSeen, about: About) => Verdict;
} = {
  outage: (bound, seen, about) => unlessMissed(judgeOutage(bound, seen, about), seen.changes),
  lost: (bound, seen, about) => unlessMissed(judgeLost(bound, seen, about), seen.changes),
  minOutage: (bound, seen, about) =>
    contraryOf(judgeOutage(bound, seen, about), about(`an outage is longer than ${spoken(bound)}`)),
  minLost: (bound, seen, about) =>
    contraryOf(judgeLost(bound - 1, seen, about), about(`a flow loses ${String(bound)} or more probes`)),
  duplicates: judgeDuplicates,
  moved: (bound, seen, about) => unlessMissed(judgeMoved(bound, seen, about), seen.changes),
  collateral: (bound, seen, about) => unlessMissed(judgeCollateral(bound, seen, about), seen.changes),
  brokenFlows: (bound, { connections }, about) => judgeBroken(bound, connections, about),
  minBrokenFlows: (bound, { connections }, about) => judgeLeastBroken(bound, connections, about),
};

function judgeLimits(limits: Expectations['limits'], seen: ChangeSeen, about: About): readonly Verdict[] {
  return (Object.keys(limitJudges) as LimitWord[]).flatMap((word) => judgeLimit(word, limits[word], seen, about));
}

function judgeLimit<W extends LimitWord>(
  word: W,
  bound: Expected<W> | undefined,
  seen: ChangeSeen,
  about: About,
): readonly Verdict[] {
  return bound === undefined ? [] : [limitJudges[word](bound, seen, about)];
}

function judgeDuplicates(bound: number, { changes }: ChangeSeen, about: About): Verdict {
  const duplicated = changes.reduce((sum, change) => sum + change.duplicates, 0);
  return verdictOf(
    about(`${atMost(bound, 'query is', 'queries are')} answered twice`),
    duplicated <= bound ? unlessAsked(changes) : [String(duplicated)],
    duplicated,
  );
}

function judgeCollateral(bound: number, { changes }: ChangeSeen, about: About): Verdict {
  const stray = [...new Set(changes.filter(({ isCollateral }) => isCollateral).map(({ client }) => client))];
  return verdictOf(
    about(`${atMost(bound, 'client moves', 'clients move')} without need`),
    stray.length <= bound ? unlessAsked(changes) : [`${String(stray.length)}: ${stray.join(', ')}`],
    stray.length,
  );
}

/** What speaks against a limit that no client could break. */
function unlessAsked(changes: readonly ObservedChange[]): readonly string[] {
  return changes.length === 0 ? ['no client asks'] : [];
}

function judgeBroken(
  bound: number,
  { open, broken, risk }: ConnectionsSeen = { open: 0, broken: 0, risk: 0 },
  about: About,
): Verdict {
  const text = about(atMost(bound, 'TCP connection breaks', 'TCP connections break'));
  if (open === 0) return verdictOf(text, ['no connection was open'], broken);
  if (broken > bound) return verdictOf(text, [`${String(broken)} of ${String(open)}`], broken);
  return risk > RISK
    ? undecided(text, `${String(broken)} of ${String(open)}, too few to cover every equal path with certainty`, broken)
    : pass(text, broken);
}

function judgeLeastBroken(
  bound: number,
  { open = 0, broken = 0 }: Partial<ConnectionsSeen> = {},
  about: About,
): Verdict {
  const text = about(`${String(bound)} or more TCP connections break`);
  return verdictOf(text, broken >= bound ? [] : [`${String(broken)} of ${String(open)}`], broken);
}

/** The longest first. */
function byTime(flows: readonly JudgedFlow[], timeOf: (flow: JudgedFlow) => number): readonly JudgedFlow[] {
  return [...flows].sort((a, b) => timeOf(b) - timeOf(a));
}

function atMost(bound: number, one: string, many: string): string {
  return `no more than ${String(bound)} ${bound === 1 ? one : many}`;
}

/**
 * Who ends without an answer was cut off on purpose, or an expectation of its own speaks of it: unless other flows of
 * the client are answered.
 */
function answered({ changes }: ChangeSeen): readonly JudgedFlow[] {
  return judgedFlows(
    changes.filter(
      ({ after, flows }) => after !== null || flows?.after.some(({ instance }) => instance !== null) === true,
    ),
  );
}

function judgeOutage(boundMs: number, seen: ChangeSeen, about: About): Verdict {
  const text = about(`no outage is longer than ${spoken(boundMs)}`);
  const flows = answered(seen).map((flow) => ({
    flow,
    margin: outageMargin(seen, flow),
    kept: keepsBound(seen, flow, boundMs),
  }));
  if (seen.changes.length === 0) return verdictOf(text, ['no client asks']);
  const worst = Math.max(0, ...flows.map(({ flow }) => outageOf(flow)));
  const over = flows.filter(({ kept }) => kept === 'broken');
  const near = flows.filter(({ kept }) => kept === 'undecided');
  const told = (some: typeof flows): readonly string[] =>
    tellFlows(
      byTime(
        some.map(({ flow }) => flow),
        outageOf,
      ),
      (flow) => `${spoken(outageOf(flow))} for ${flow.client} at ${placeOf(flow, seen.changes)}`,
    );
  if (over.length > 0) return verdictOf(text, told(over), worst);
  const [first] = near;
  return first === undefined
    ? pass(text, worst)
    : undecided(
        text,
        `${told(near).join(', ')}, ${first.flow.outageBounds === undefined ? marginText(first.margin) : doubtText(first.flow.outageBounds)}`,
        worst,
      );
}

/**
 * What the machine may have added to the time until an answer held; of the whole step where it is not known of that
 * time. The change may have been made on another machine than the client's: alone of all that is judged, this time is of two clocks.
 */
function heldMargin({ noise }: ChangeSeen, { noiseUntilSteady, maxSendGapMs }: JudgedFlow): Margin {
  return { ...marginOf(noiseUntilSteady ?? noise, maxSendGapMs), clockMs: noise.clockMs };
}

/** What the machine may have added to an outage; the same. */
function outageMargin({ noise }: ChangeSeen, { outageBounds, maxSendGapMs }: JudgedFlow): Margin {
  return outageBounds === undefined ? marginOf(noise, maxSendGapMs) : marginOfOutage(outageBounds);
}

function keepsBound(seen: ChangeSeen, flow: JudgedFlow, boundMs: number): ReturnType<typeof compare> {
  return flow.outageBounds === undefined
    ? compare(outageOf(flow), boundMs, outageMargin(seen, flow))
    : compareOutage(flow.outageBounds, boundMs);
}

function outageOf({ outageMs }: JudgedFlow): number {
  return outageMs ?? Infinity;
}

/** Probes that were lost in no more time than the machine may have added to the outage may be noise. */
function judgeLost(bound: number, seen: ChangeSeen, about: About): Verdict {
  const text = about(`no flow loses more than ${String(bound)} ${bound === 1 ? 'probe' : 'probes'}`);
  if (seen.changes.length === 0) return verdictOf(text, ['no client asks']);
  const more = byTime(
    answered(seen).filter((flow) => flow.lost > bound),
    ({ lost }) => lost,
  );
  const worst = Math.max(0, ...answered(seen).map(({ lost }) => lost));
  const told = tellFlows(more, (flow) => `${String(flow.lost)} for ${flow.client} at ${placeOf(flow, seen.changes)}`);
  const spareMs = (flow: JudgedFlow): number => ((flow.lost - bound) * flow.watchedMs) / Math.max(1, flow.sent);
  const addedMs = (flow: JudgedFlow): number => {
    const { gapMs, disturbanceMs } = outageMargin(seen, flow);
    return gapMs + disturbanceMs;
  };
  const isNear = more.length > 0 && more.every((flow) => spareMs(flow) <= addedMs(flow));
  return isNear
    ? undecided(
        text,
        `${told.join(', ')}, in a time of which the machine may have caused up to ${spoken(Math.max(...more.map(addedMs)))}`,
        worst,
      )
    : verdictOf(text, told, worst);
}

function judgeMoved(wanted: number | readonly string[], seen: ChangeSeen, about: About): Verdict {
  const moved = [
    ...new Set(
      judgedFlows(seen.changes)
        .filter(({ before, after }) => before !== after)
        .map(({ client }) => client),
    ),
  ];
  const isExact = typeof wanted !== 'number';
  const text = about(
    isExact
      ? wanted.length === 0
        ? 'no client moves'
        : `${wanted.join(', ')} move${wanted.length === 1 ? 's' : ''} and no other client`
      : atMost(wanted, 'client moves', 'clients move'),
  );
  const holds = isExact
    ? moved.every((client) => wanted.includes(client)) && wanted.every((client) => moved.includes(client))
    : moved.length <= wanted;
  if (holds) return pass(text, moved.length);
  const told = moved.length === 0 ? 'no client moved' : `${moved.join(', ')} moved`;
  return !seen.settled && wasOverloaded(seen.noise, seen.settleMs)
    ? undecidedByLoad(text, told, moved.length)
    : verdictOf(text, [told], moved.length);
}
