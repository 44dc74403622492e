/** A probe as far as outages go. */
export interface ProbeRecord {
  readonly sentAtMs: number;
  readonly instance: string | null;
}

export interface Outage {
  /** How long nobody answered, in all; null where the last probe was not answered either. */
  readonly outageMs: number | null;
  readonly lost: number;
  readonly sent: number;
  readonly maxSendGapMs: number;
}

/**
 * The loss-derived outage (RFC 6412 section 3.5): for each run of lost probes, the time from the first lost to the next
 * one that was answered; the runs add up. Exact to one probing interval.
 */
export function measureOutage(probes: readonly ProbeRecord[]): Outage {
  let outageMs = 0;
  let lost = 0;
  let maxSendGapMs = 0;
  let lostSinceMs: number | undefined;
  let previousMs: number | undefined;
  for (const { sentAtMs, instance } of probes) {
    if (previousMs !== undefined) maxSendGapMs = Math.max(maxSendGapMs, sentAtMs - previousMs);
    previousMs = sentAtMs;
    if (instance === null) {
      lost += 1;
      lostSinceMs ??= sentAtMs;
    } else if (lostSinceMs !== undefined) {
      outageMs += sentAtMs - lostSinceMs;
      lostSinceMs = undefined;
    }
  }
  return { outageMs: lostSinceMs === undefined ? outageMs : null, lost, sent: probes.length, maxSendGapMs };
}
