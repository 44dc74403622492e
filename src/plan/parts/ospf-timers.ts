/** OSPF's timers; they follow the size of the lab, since two cores must carry them all. */
export interface OspfTimers {
  /** Hellos in each second of OSPFv2 (the dead interval is then one second), or 0 for whole-second hellos. */
  readonly helloMultiplier: number;
  readonly helloIntervalS: number;
  readonly deadIntervalS: number;
  /** OSPFv3 has no hello under a second. */
  readonly hello6IntervalS: number;
  readonly dead6IntervalS: number;
  /** After how long what a neighbor has not acknowledged is sent again. */
  readonly retransmitIntervalS: number;
  readonly lsaThrottleMs: number;
  readonly lsaMinArrivalMs: number;
  readonly spfDelayMs: number;
  readonly spfInitialHoldMs: number;
  readonly spfMaxHoldMs: number;
}
