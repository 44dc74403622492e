import type { PlanMachine } from '../plan/model.js';
import type { FaultKind } from '../topology/model/fault.js';
import type { ConnectionsSeen } from './connections.js';
import type { Lacking } from './lacking.js';
import type { Fate, FlowRecord, Noise, NoiseWithin, OutagePhases, TimelineEvent } from './timeline.js';

/* What probes, readings of routes, and steps saw: the agent reports it, `assert/` judges it. */

/** One query sent, and what came back. */
export interface Observation {
  readonly client: string;
  readonly service: string;
  readonly address: string;
  readonly sourcePort: number;
  /** The instance as it named itself, or null if there was no answer in time. */
  readonly instance: string | null;
  readonly rttMs: number | null;
  /** The nodes that the query passed, the answering instance last; null for a hop that stayed silent. */
  readonly path: readonly (string | null)[];
  /** The sum of the link costs along that path, from the client's first router on; null where it is not known. */
  readonly cost: number | null;
  /**
   * Only over equal-cost paths: what all flows saw. The fields above are then those of the first path.
   */
  readonly flows?: AskedFlows | undefined;
}

/** The answers to several flows of a client at an address, each from its own source port. */
export interface AskedFlows {
  readonly asked: number;
  /** How many next hops there are where a node has several of equal cost, there and back. */
  readonly ways: number;
  /** How probable it is at most that one of those carried none of the flows. */
  readonly risk: number;
  readonly answers: readonly AnswerCount[];
  /** By instance and way; without an answer last. */
  readonly paths: readonly AnswerPath[];
}

export interface AnswerPath extends AnswerCount {
  readonly path: readonly (string | null)[];
  readonly cost: number | null;
}

export interface RouteWanted {
  readonly table: 'rib' | 'fib';
  readonly router: string;
  readonly prefix: string;
}

/** Nowhere, where the list is empty. */
export interface RouteReading extends RouteWanted {
  readonly via: readonly string[];
  /** Why the table could not be read, in words: then nothing is known of the route. */
  readonly unread?: string | undefined;
}

/** What a stream of probes from one client to one address saw, run-length encoded: who answered, from when to when. */
export interface ProbeSeries {
  readonly client: string;
  readonly service: string;
  readonly address: string;
  readonly sourcePort: number;
  readonly sent: number;
  readonly lost: number;
  readonly rttMs: { readonly median: number; readonly max: number } | null;
  /** The longest time between two sends: a shorter outage cannot be distinguished from the prober's noise. */
  readonly maxSendGapMs: number;
  /** The times between two sends; their maximum is above. */
  readonly sendGapMs: { readonly median: number; readonly p99: number } | null;
  readonly runs: readonly ProbeRun[];
}

export interface ProbeRun {
  readonly instance: string | null;
  readonly fromMs: number;
  readonly toMs: number;
  readonly probes: number;
}

/** What a fault or a repair did, as the clients saw it. */
export interface StepObserved {
  readonly action: 'fail' | 'restore' | 'together';
  /** For several at once, all of them, as in `fail server-a, restore server-b`. */
  readonly target: string;
  /** The first one's, where there are several. */
  readonly how: FaultKind;
  /** Whether the answers became those of the forecast, within the deadline. */
  readonly settled: boolean;
  readonly settleMs: number;
  /** What still differed from the forecast; empty if it settled. */
  readonly lacking: readonly Lacking[];
  /** The longest time between two probes of one flow: no shorter outage is sure to be seen. */
  readonly resolutionMs: number;
  readonly changes: readonly ObservedChange[];
  /** When the fault, or the repair, was done, on the agent's clock. */
  readonly atMs: number;
  /** Every probe of the step, before it and after it. */
  readonly flows: readonly FlowRecord[];
  /** In the order of time. */
  readonly events: readonly TimelineEvent[];
  readonly noise: Noise;
  /** TCP connections that were open when the step came, and those of them that did not live through it. */
  readonly connections?: ConnectionsSeen | undefined;
  /** Which machines have nodes of a lost machine now, with these nodes: it was restored, and has not come back. */
  readonly moved?: readonly PlanMachine[] | undefined;
}

export interface ObservedChange {
  readonly client: string;
  readonly service: string;
  readonly address: string;
  readonly before: string | null;
  readonly after: string | null;
  /** From the step to the first answer of `after`, where that is another than `before`. */
  readonly switchMs: number | null;
  /** The time without an answer; null if there is still none. */
  readonly outageMs: number | null;
  readonly lost: number;
  readonly sent: number;
  readonly maxSendGapMs: number;
  /** How many of those that got no good answer had which fate. */
  readonly fates: Readonly<Partial<Record<Exclude<Fate, 'answered'>, number>>>;
  /** Answers by another instance than the one that answered before, and the one that did in the end. */
  readonly wrong: number;
  /** Second answers to one probe. */
  readonly duplicates: number;
  /** From here on, on the same scale as `switchMs`, `after` answered every probe; null if there is no answer. */
  readonly steadySinceMs: number | null;
  /** Until when it was watched, on the same scale. */
  readonly watchedMs: number;
  /** Where the time without an answer went; null if no probe was lost, or there is no answer. */
  readonly phases: OutagePhases | null;
  /**
   * It moved without need: the instance that answered it before could still be reached, and the other one could before.
   */
  readonly isCollateral: boolean;
  /** Of an outage that ended. */
  readonly outageBounds?: OutageBounds | undefined;
  /** From the step until every probe was answered by `after`. */
  readonly noiseUntilSteady?: NoiseWithin | undefined;
  /** Only over equal-cost paths. The fields above are then those of the worst flow. */
  readonly flows?: FlowsSeen | undefined;
}

/**
 * The bounds of an outage, as far as probes show it, and what the machine may have added to it.
 */
export interface OutageBounds {
  /** From the first lost probe to the last one. */
  readonly leastMs: number;
  /** From the last answered probe before to the first one after. */
  readonly mostMs: number;
  /** The longest time between two probes in it. */
  readonly sendGapMs: number;
  readonly noise: NoiseWithin;
  /** For so long the watcher that ended it waited for nothing but its timer: no machine would have been faster. */
  readonly timersMs?: number | undefined;
}

/** What several flows of a client to an address saw, each from a source port of its own. */
interface FlowsSeen {
  readonly probed: number;
  /** How many of them lost a probe, or were answered by another instance in the end. */
  readonly felt: number;
  /** How many next hops there are where a node has several of equal cost, there and back. */
  readonly ways: number;
  /** How probable it is at most that one of those carried none of the flows. */
  readonly risk: number;
  readonly before: readonly AnswerCount[];
  readonly after: readonly AnswerCount[];
  readonly each: readonly FlowSeen[];
}

export type FlowSeen = Omit<ObservedChange, 'flows'> & { readonly sourcePort: number };

/** How many flows an instance answered; null stands for no answer. */
export interface AnswerCount {
  readonly instance: string | null;
  readonly flows: number;
}
