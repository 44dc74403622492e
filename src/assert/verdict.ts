import { formatDuration } from '../support/duration.js';

/**
 * Whether an expectation held. It is inconclusive where what was measured lies so near to its bound that the gaps
 * between probes, or what the machine kept its processes from, could decide: that is never a pass or a failure by luck.
 */
export interface Verdict {
  readonly text: string;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  /** What was seen instead, where it did not pass. */
  readonly seen?: string;
  /** Of a time or a count that has a bound: what was measured, the worst of all flows. */
  readonly measured?: number;
}

export function pass(text: string, measured?: number): Verdict {
  return { text, verdict: 'pass', ...(measured === undefined ? {} : { measured }) };
}

/** A failure with what was seen; none where nothing speaks against it. */
export function verdictOf(text: string, against: readonly string[], measured?: number): Verdict {
  return against.length === 0
    ? pass(text, measured)
    : { text, verdict: 'fail', seen: against.join(', '), ...(measured === undefined ? {} : { measured }) };
}

/** The verdict on the contrary of an upper bound: what broke it was measured. */
export function contraryOf({ verdict, seen, measured }: Verdict, text: string): Verdict {
  if (measured === undefined || verdict === 'inconclusive')
    return { text, verdict, ...(seen === undefined ? {} : { seen }) };
  return verdict === 'fail' ? pass(text, measured) : verdictOf(text, [`no more than ${String(measured)}`], measured);
}

export function undecided(text: string, why: string, measured?: number): Verdict {
  return { text, verdict: 'inconclusive', seen: why, ...(measured === undefined ? {} : { measured }) };
}

/** A measured time in the text of a verdict: `34 ms`, `1.2 s`. */
export function spoken(ms: number): string {
  if (!Number.isFinite(ms)) return 'no end';
  return formatDuration(ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms));
}

/** A share in the text of a verdict: `99%`, `0.1%`. */
export function percent(share: number): string {
  return `${String(Math.round(share * 1000) / 10)}%`;
}
