import { setTimeout as delay } from 'node:timers/promises';
import { judgeRoute } from '../assert/judge-routes.js';
import { judgeSeen, type Seen } from '../assert/judge-seen.js';
import { withoutRepeats } from '../assert/seen.js';
import { compare, marginOf, marginText, wasOverloaded, type Margin } from '../assert/noise.js';
import { spoken, undecidedByLoad, type Verdict } from '../assert/verdict.js';
import type { Lab } from '../lab/lab.js';
import { hostPrefix } from '../plan/addressing.js';
import type { Noise } from '../protocol/timeline.js';
import { asksOf } from '../topology/model/asks.js';
import type { Service } from '../topology/model/topology.js';
import type { Expectations } from '../topology/model/step.js';
import { judgeFlows, judgeSeenFlows } from './flows.js';

const LOOK_EVERY_MS = 50;
const QUESTION_TIMEOUT_MS = 500;
/** How much longer to look: what holds only after its deadline is reported as late, not as never. */
const LONGEST_GRACE_MS = 5000;

/** For how long past a deadline it is looked still. */
export function graceMs(withinMs: number): number {
  return Math.min(withinMs, LONGEST_GRACE_MS);
}

export interface Looked {
  readonly verdicts: readonly Verdict[];
  readonly seen: readonly Seen[];
  /** From the anchor on; null where it never held. */
  readonly heldMs: number | null;
}

export interface LookOptions {
  readonly services: readonly Pick<Service, 'name' | 'addresses'>[];
  /** What a verdict's text begins with: `after fail server-a, `. */
  readonly prefix: string;
  /** When the deadline began to run, on the agent's clock; now, where it is left out. */
  readonly anchorMs?: number | undefined;
  /** What the machine may have added between the anchor and now, where the anchor is a moment before. */
  readonly noiseBefore?: Pick<Noise, 'stealMs' | 'cpuPressureMs'> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What is looked at in a round; the questions of all clients where it is left out. */
  readonly look?: (() => Promise<readonly Seen[]>) | undefined;
}

/**
 * Looks at a lab until all that is expected holds, first at once and then again and again, until the deadline; and a
 * while longer, so that what holds too late is reported with its time. What must be stable must hold in every look for
 * that long.
 */
export async function lookUntil(lab: Lab, expect: Expectations, options: LookOptions): Promise<Looked> {
  const begun = await lab.load();
  const anchorMs = options.anchorMs ?? begun.nowMs;
  let previousMs = begun.nowMs;
  let holdsSinceMs: number | undefined;
  for (;;) {
    options.signal?.throwIfAborted();
    const round = await lookOnce(lab, expect, options);
    const { nowMs, ...load } = await lab.load();
    const elapsedMs = nowMs - anchorMs;
    const before = options.noiseBefore ?? { stealMs: 0, cpuPressureMs: 0 };
    const noise = {
      stealMs: before.stealMs + load.stealMs - begun.stealMs,
      cpuPressureMs:
        load.cpuPressureMs === null || begun.cpuPressureMs === null
          ? null
          : (before.cpuPressureMs ?? 0) + load.cpuPressureMs - begun.cpuPressureMs,
    };
    const holds = round.verdicts.every(({ verdict }) => verdict === 'pass');
    holdsSinceMs = holds ? (holdsSinceMs ?? elapsedMs) : undefined;
    const isUndecided =
      round.verdicts.some(({ verdict }) => verdict === 'inconclusive') &&
      round.verdicts.every(({ verdict }) => verdict !== 'fail');
    const stayedMs = holdsSinceMs === undefined ? 0 : elapsedMs - holdsSinceMs;
    if (holdsSinceMs !== undefined && stayedMs >= (expect.stableMs ?? 0)) {
      const margin = marginOf(noise, nowMs - previousMs);
      return {
        ...round,
        heldMs: holdsSinceMs,
        verdicts: round.verdicts.map((verdict) => timely(verdict, holdsSinceMs ?? 0, expect.withinMs, margin)),
      };
    }
    if (isUndecided) return { ...round, heldMs: null };
    if (holdsSinceMs === undefined && elapsedMs > expect.withinMs + graceMs(expect.withinMs)) {
      // What holds once routing has settled does not depend on time.
      const isUnclear = wasOverloaded(noise, elapsedMs) && !(await lab.settle(0)).converged;
      return { ...round, heldMs: null, verdicts: isUnclear ? round.verdicts.map(overloaded) : round.verdicts };
    }
    previousMs = nowMs;
    await delay(LOOK_EVERY_MS, undefined, { signal: options.signal });
  }
}

/** One look: sends all queries, reads routes, and judges what came back. */
export async function lookOnce(
  lab: Lab,
  expect: Expectations,
  { services, prefix, look }: LookOptions,
): Promise<Pick<Looked, 'verdicts' | 'seen'>> {
  const asks = asksOf(expect);
  const needsWay = asks.has('ways');
  const needsAnswers = needsWay || asks.has('answers') || look !== undefined;
  const seen: readonly Seen[] = !needsAnswers
    ? []
    : look !== undefined
      ? await look()
      : needsWay
        ? await lab.who()
        : await lab.observe({ kind: 'dns', asServed: true, flows: 1, everyWay: true, timeoutMs: QUESTION_TIMEOUT_MS });
  return {
    seen: withoutRepeats(seen),
    verdicts: [
      ...judgeSeen(expect, seen, prefix),
      ...(await judgeRoutes(lab, expect, services, prefix)),
      ...(look === undefined ? await judgeFlows(lab, expect, prefix) : judgeSeenFlows(expect, seen, prefix)),
    ],
  };
}

async function judgeRoutes(
  lab: Lab,
  { routes }: Expectations,
  services: LookOptions['services'],
  prefix: string,
): Promise<readonly Verdict[]> {
  const prefixesOf = (to: string): readonly string[] =>
    services.find(({ name }) => name === to)?.addresses.map(hostPrefix) ?? [to.includes('/') ? to : hostPrefix(to)];
  const wanted = routes.flatMap(({ table, router, to }) =>
    prefixesOf(to).map((each) => ({ table, router, prefix: each })),
  );
  const found = wanted.length === 0 ? [] : await lab.routes(wanted);
  return routes.map((each) => judgeRoute(each, prefixesOf(each.to), found, prefix));
}

/** What held, but only after its deadline, is not a pass. */
function timely(verdict: Verdict, heldMs: number, withinMs: number, margin: Margin): Verdict {
  if (verdict.verdict !== 'pass' || heldMs <= withinMs) return verdict;
  const seen = `held at ${spoken(heldMs)}, deadline ${spoken(withinMs)}`;
  return compare(heldMs, withinMs, margin) === 'broken'
    ? { ...verdict, verdict: 'fail', seen }
    : { ...verdict, verdict: 'inconclusive', seen: `${seen}, ${marginText(margin)}` };
}

function overloaded(verdict: Verdict): Verdict {
  return verdict.verdict === 'fail' ? undecidedByLoad(verdict.text, verdict.seen ?? '', verdict.measured) : verdict;
}
