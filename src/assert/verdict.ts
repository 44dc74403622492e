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
  /** Of one that failed in a lab: what there is not as the lab was made, or what in the file may have caused it. */
  readonly causes?: readonly string[];
  /** How many points it is worth, where it is graded and not all are worth one. */
  readonly points?: number;
}

/** What was seen, with the likely causes: `server-b; likely cause: router2: bgpd has ended`. */
export function seenWithCauses({
  seen,
  causes = [],
}: {
  readonly [K in 'seen' | 'causes']?: Verdict[K] | undefined;
}): string | undefined {
  return causes.length === 0 ? seen : `${seen ?? ''}; likely cause: ${causes.join('; ')}`;
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

const TOO_BUSY = ', but the machine was too busy to decide';

/** A verdict on what did not happen in time, where the machine was so busy that this says nothing of the network. */
export function undecidedByLoad(text: string, seen: string, measured?: number): Verdict {
  return undecided(text, `${seen}${TOO_BUSY}`, measured);
}

/** What such a verdict is where the lab has something that no load of a machine explains; undefined for any other verdict. */
export function withoutLoad(verdict: Verdict): Verdict | undefined {
  const { seen = '' } = verdict;
  return verdict.verdict === 'inconclusive' && seen.endsWith(TOO_BUSY)
    ? { ...verdict, verdict: 'fail', seen: seen.slice(0, -TOO_BUSY.length) }
    : undefined;
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
