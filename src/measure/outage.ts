/** A probe as far as outages go. */
export interface ProbeRecord {
  readonly sentAtMs: number;
  readonly instance: string | null;
}

export interface Outage {
  /** The time without an answer, in all; null if the last probe had no answer either. */
  readonly outageMs: number | null;
  readonly lost: number;
  readonly sent: number;
  readonly maxSendGapMs: number;
  /** From the first lost probe of each run to the last one, added up. */
  readonly leastMs: number;
  /** From the last answered probe before each run to the next one after it, added up. */
  readonly mostMs: number;
  /** The longest time between two probes in the runs and around them. */
  readonly sendGapMs: number;
  /** The runs as `outageMs` counts them; one that has not ended is not there. */
  readonly runs: readonly { readonly fromMs: number; readonly toMs: number }[];
}

/**
 * The loss-derived outage (RFC 6412 section 3.5): for each run of lost probes, the time from the first lost to the next
 * one that was answered; the runs add up. Exact to one probing interval.
 */
export function measureOutage(probes: readonly ProbeRecord[], answeredBeforeMs?: number): Outage {
  let outageMs = 0;
  let lost = 0;
  let maxSendGapMs = 0;
  let leastMs = 0;
  let mostMs = 0;
  let sendGapMs = 0;
  let lostSinceMs: number | undefined;
  let beforeMs: number | undefined;
  let previousMs: number | undefined;
  const runs: { readonly fromMs: number; readonly toMs: number }[] = [];
  for (const { sentAtMs, instance } of probes) {
    const gapMs = previousMs === undefined ? 0 : sentAtMs - previousMs;
    maxSendGapMs = Math.max(maxSendGapMs, gapMs);
    if (instance === null || lostSinceMs !== undefined) sendGapMs = Math.max(sendGapMs, gapMs);
    if (instance === null) {
      lost += 1;
      if (lostSinceMs === undefined) beforeMs = previousMs ?? answeredBeforeMs ?? sentAtMs;
      lostSinceMs ??= sentAtMs;
    } else if (lostSinceMs !== undefined) {
      outageMs += sentAtMs - lostSinceMs;
      leastMs += (previousMs ?? lostSinceMs) - lostSinceMs;
      mostMs += sentAtMs - (beforeMs ?? lostSinceMs);
      runs.push({ fromMs: lostSinceMs, toMs: sentAtMs });
      lostSinceMs = undefined;
    }
    previousMs = sentAtMs;
  }
  return {
    outageMs: lostSinceMs === undefined ? outageMs : null,
    lost,
    sent: probes.length,
    maxSendGapMs,
    leastMs,
    mostMs,
    sendGapMs,
    runs,
  };
}
