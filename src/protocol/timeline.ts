import type { FaultKind } from '../topology/model/fault.js';

/*
 * What happened in a lab, on one clock: the agent's monotonic one, in milliseconds since the agent started. Probes of all
 * clients, reports of every node's kernel and daemons, faults and repairs share it.
 */

/**
 * The fate of a probe. `loop`: its hop limit ran out (ICMP time exceeded). `refused`: a host was there and would
 * not (ICMP port unreachable, a DNS error, a reset). `unreachable`: a router or the client itself had no route.
 * `silent`: nothing came back, which is what a blackhole looks like.
 */
export type Fate = 'answered' | 'silent' | 'loop' | 'refused' | 'unreachable';

/** Probes of one flow that had the same fate one after the other, and the same instance where they were answered. */
export interface FlowRun {
  readonly fate: Fate;
  readonly instance: string | null;
  /** When the first of them was sent, and the last. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly probes: number;
}

/** Everything that one flow (a client, an address, a source port) saw. */
export interface FlowRecord {
  readonly client: string;
  readonly service: string;
  readonly address: string;
  readonly sourcePort: number;
  readonly runs: readonly FlowRun[];
  /** Each probe in the order they were sent: when, and the round trip, null where no answer came. */
  readonly sentAtMs: readonly number[];
  readonly rttMs: readonly (number | null)[];
}

/** Something other than a probe. `fault` and `repair` are what a step did; the others are what nodes said. */
export interface TimelineEvent {
  readonly atMs: number;
  readonly kind: 'fault' | 'repair' | 'link' | 'route' | 'daemon' | 'service';
  /** Null for what is not one node's. */
  readonly node: string | null;
  /** For people, short: `eth1 down`, `192.0.2.53/32 via router2`, `ospfd: neighbor router2 down`. */
  readonly text: string;
  /** For a fault or a repair: of what, and of which kind. */
  readonly target?: string | undefined;
  readonly how?: FaultKind | undefined;
  /** For a route: the prefix that changed. */
  readonly prefix?: string | undefined;
}

/**
 * From a fault to a client's first good answer, in four parts that add up: until anything noticed; until the first
 * router changed its route to the address; until the last route had changed on which that answer depended; until the
 * answer came.
 */
export interface OutagePhases {
  readonly detectionMs: number;
  readonly propagationMs: number;
  readonly installationMs: number;
  readonly answerMs: number;
}

/** What the machine kept processes from in some time. */
export interface NoiseWithin {
  /** CPU time that the hypervisor gave to others. */
  readonly stealMs: number;
  /** For how long some process of the machine waited for a CPU (PSI); null where the kernel does not say. */
  readonly cpuPressureMs: number | null;
  /**
   * For how long the lab's own processes but for the agent waited for a CPU, all of them together; null where the
   * kernel does not say.
   */
  readonly waitedMs: number | null;
}

/** How much the machine itself may have added to what was measured, from the fault until all had settled. */
export interface Noise {
  /** Between two probes of one flow. */
  readonly sendGapMs: { readonly median: number; readonly p99: number; readonly max: number };
  /** The longest such gap while nothing was broken, before the scenario. */
  readonly calibratedGapMs: number;
  /** CPU time that the hypervisor gave to others meanwhile. */
  readonly stealMs: number;
  /** For how long some process of the machine waited for a CPU meanwhile (PSI); null where the kernel does not say. */
  readonly cpuPressureMs: number | null;
  /** How far the clocks of machines may have been apart, once their offset was taken off; left out where all is on one machine. */
  readonly clockMs?: number | undefined;
}
