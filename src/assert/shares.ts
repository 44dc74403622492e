import jstat from 'jstat';
import type { Expectation, ExpectedShare } from '../topology/model/step.js';
import { statement } from './judge-seen.js';
import { pass, percent, undecided, verdictOf, type Verdict } from './verdict.js';

/** How many flows each instance answered; null stands for no answer. */
export interface FlowCounts {
  readonly flows: number;
  readonly byInstance: ReadonlyMap<string, number>;
}

/** The numbers of flows after which shares are judged: each is twice the one before. */
export const looks: readonly number[] = [256, 512, 1024, 2048, 4096, 8192];

/**
 * Whether flows are shared as expected, by two one-sided exact binomial tests for each share: it holds when a share
 * outside of its tolerance would show itself so only with a probability of less than 1 - confidence, fails when one
 * inside would, and is undecided in between. Since the flows are looked at several times, and for several shares, each
 * test gets its part of that probability (Bonferroni). A share of 100% or 0% without a tolerance must hold for every
 * flow.
 */
export function judgeShares(
  expectation: Expectation,
  { flows, byInstance }: FlowCounts,
  confidence: number,
  prefix = '',
): Verdict {
  const { answer } = expectation;
  const shares = answer.kind === 'shares' ? answer.shares : [];
  const text = `${prefix}${statement(expectation)}, at a confidence of ${percent(confidence)}`;
  const told = [...byInstance].map(([instance, count]) => `${instance} ${String(count)}`).join(', ');
  const seen = `${told === '' ? 'no answers' : told} of ${String(flows)} flows`;
  if (flows === 0) return verdictOf(text, ['no query from that client to that service']);
  const risk = (1 - confidence) / (looks.length * shares.length);
  const verdicts = shares.map((share) => judgeShare(share, byInstance.get(share.instance) ?? 0, flows, risk));
  if (verdicts.includes('fail')) return verdictOf(text, [seen], flows);
  return verdicts.includes('undecided') ? undecided(text, seen, flows) : pass(text, flows);
}

function judgeShare(
  { share, tolerance }: ExpectedShare,
  count: number,
  flows: number,
  risk: number,
): 'pass' | 'fail' | 'undecided' {
  const least = Math.max(0, share - tolerance);
  const most = Math.min(1, share + tolerance);
  if (least === most) return count === Math.round(share * flows) ? 'pass' : 'fail';
  // How probable it is to see so few, or so many, if the share were at the edge of what is tolerated.
  const fewAt = (p: number): number => jstat.binomial.cdf(count, flows, p);
  const manyAt = (p: number): number => (count === 0 ? 1 : 1 - jstat.binomial.cdf(count - 1, flows, p));
  if ((least > 0 && fewAt(least) < risk) || (most < 1 && manyAt(most) < risk)) return 'fail';
  const isAbove = least === 0 || manyAt(least) < risk;
  const isBelow = most === 1 || fewAt(most) < risk;
  return isAbove && isBelow ? 'pass' : 'undecided';
}
