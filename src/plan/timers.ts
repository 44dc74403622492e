import type { OspfTimers } from './model.js';

/** Up to this many speakers two cores carry sub-second hellos and unthrottled flooding; measured by the benchmark. */
const SMALL_LAB_SPEAKERS = 80;

/**
 * OSPF timers for a lab of this many speakers. Small labs converge as fast as FRR can: hellos every 200 ms, no wait
 * before a new LSA (the defaults hold a second change back for 5 s, RFC 2328 appendix B) and none before SPF. In large
 * ones the same timers would spend all CPU time on hellos and on an SPF run for each LSA, so they batch.
 */
export function ospfTimers(speakers: number): OspfTimers {
  if (speakers <= SMALL_LAB_SPEAKERS) {
    return {
      helloMultiplier: 5,
      helloIntervalS: 1,
      deadIntervalS: 1,
      hello6IntervalS: 1,
      dead6IntervalS: 4,
      lsaThrottleMs: 0,
      lsaMinArrivalMs: 0,
      spfDelayMs: 0,
      spfInitialHoldMs: 20,
      spfMaxHoldMs: 1000,
    };
  }
  return {
    helloMultiplier: 0,
    helloIntervalS: 2,
    deadIntervalS: 20,
    hello6IntervalS: 2,
    dead6IntervalS: 20,
    lsaThrottleMs: 200,
    lsaMinArrivalMs: 0,
    spfDelayMs: 100,
    spfInitialHoldMs: 400,
    spfMaxHoldMs: 2000,
  };
}
