import { RISK } from '../../forecast/flow-numbers.js';
import { allConnections, type ConnectionsCount } from '../../protocol/connections.js';
import type { ObservedChange } from '../../protocol/observations.js';
import type { Expected, LimitWord } from '../../topology/model/expectation.js';
import { isAbout, type Expectations } from '../../topology/model/step.js';
import { byTime, judgedFlows, tellFlows, unlessMissed, type ChangeSeen, type JudgedFlow } from '../judged-flows.js';
import {
  compare,
  compareOutage,
  doubtText,
  marginOf,
  marginOfOutage,
  marginText,
  wasOverloaded,
  type Margin,
} from '../noise.js';
import { ofSubject, placeOf } from '../seen.js';
import { contraryOf, pass, spoken, undecided, undecidedByLoad, verdictOf, type Verdict } from '../verdict.js';

type About = (text: string) => string;

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

/** Judges what a step cost by each limit that it has, of all services or of one. */
export function judgeLimits(limits: Expectations['limits'], seen: ChangeSeen, about: About): readonly Verdict[] {
  return (Object.keys(limitJudges) as LimitWord[]).flatMap((word) => judgeLimit(word, limits[word], seen, about));
}

function judgeLimit<W extends LimitWord>(
  word: W,
  limits: Expectations['limits'][W],
  seen: ChangeSeen,
  about: About,
): readonly Verdict[] {
  return limits.map(({ to, bound }) =>
    limitJudges[word](bound, seenOf(seen, to), (text) => about(`${text}${ofSubject({ to })}`)),
  );
}

/** What a step did to one service, or at one address. */
function seenOf(seen: ChangeSeen, to: string | undefined): ChangeSeen {
  if (to === undefined) return seen;
  const { changes, connections } = seen;
  return {
    ...seen,
    changes: changes.filter((change) => isAbout({ to }, change)),
    connections:
      connections === undefined
        ? undefined
        : allConnections(connections.each.filter((count) => isAbout({ to }, count))),
  };
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
  { open, broken, risk }: ConnectionsCount = { open: 0, broken: 0, risk: 0 },
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
  { open = 0, broken = 0 }: Partial<ConnectionsCount> = {},
  about: About,
): Verdict {
  const text = about(`${String(bound)} or more TCP connections break`);
  return verdictOf(text, broken >= bound ? [] : [`${String(broken)} of ${String(open)}`], broken);
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
