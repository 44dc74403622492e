import type { Condition } from './condition.js';
import type { LabPlan, Question } from '../plan/model.js';
import { equalWays } from './equal-ways.js';

/** How probable it may be that some way carries none of a client's flows. */
export const RISK = 1e-6;
/** The most flows of a client to an address, whatever its paths would need. */
const MOST_EACH = 256;

/** From how many source ports a question is asked, so that every equal-cost path there and back carries some. */
export interface FlowNumber {
  readonly question: Question;
  readonly flows: number;
  /** Under each condition, the parts of the flows that take each of the equal next hops. */
  readonly shares: readonly (readonly number[])[];
  /** How many of those there are at most. */
  readonly ways: number;
  /** How probable it is at most that one of them carries none. */
  readonly risk: number;
}

/**
 * How many flows each question needs, whichever of these conditions holds; together no more than `most` where there are
 * not more questions than that. Where hashes are even, a way with a share p of the flows carries none of n with a
 * probability of (1 - p)^n.
 */
export function flowNumbers(
  plan: LabPlan,
  questions: readonly Question[],
  conditions: readonly Condition[],
  most: number,
): readonly FlowNumber[] {
  const waysUnder = conditions.map((condition) => equalWays(plan, condition));
  const sharesOf = questions.map((question) => waysUnder.map((waysOf) => waysOf(question).map(({ share }) => share)));
  const wanted = sharesOf.map((each) => Math.min(MOST_EACH, Math.max(...each.map((shares) => flowsFor(shares, RISK)))));
  const granted = allot(wanted, most);
  return questions.map((question, index) => {
    const shares = sharesOf[index] ?? [];
    const flows = granted[index] ?? 1;
    return {
      question,
      flows,
      shares,
      ways: Math.max(...shares.map(({ length }) => length)),
      risk: riskOfAny(shares, flows),
    };
  });
}

/** An upper bound on the probability that some path carries none of the flows (Boole's inequality). */
export function riskOf(shares: readonly number[], flows: number): number {
  return Math.min(
    1,
    shares.reduce((sum, share) => sum + (1 - share) ** flows, 0),
  );
}

/** The same under whichever of several conditions holds. */
export function riskOfAny(shares: FlowNumber['shares'], flows: number): number {
  return Math.max(0, ...shares.map((each) => riskOf(each, flows)));
}

/** The least number of flows with which that is no more probable than `risk`. */
export function flowsFor(shares: readonly number[], risk: number): number {
  let [low, high] = [1, 1];
  while (riskOf(shares, high) > risk && high < 1e9) [low, high] = [high, 2 * high];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (riskOf(shares, middle) > risk) low = middle + 1;
    else high = middle;
  }
  return high;
}

/**
 * Divides `most`: small demands are met, the others share the rest evenly, and each gets at least one.
 */
export function allot(wanted: readonly number[], most: number): readonly number[] {
  const granted = wanted.map(() => 1);
  let left = most;
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  for (const [place, index] of order.entries()) {
    const part = Math.max(1, Math.min(wanted[index] ?? 1, Math.floor(left / (order.length - place))));
    granted[index] = part;
    left -= part;
  }
  return granted;
}
