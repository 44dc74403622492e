import type { Question } from '../plan/model.js';
import type { Way } from '../plan/way.js';

/** What a kernel should have for a destination. */
export interface Route {
  /** Every way that a packet may take next: as many as cost the same; none where it is discarded. */
  readonly ways: ReadonlySet<Way>;
  /** Of each of these, a daemon that loses some of several equal-cost paths has one at least. */
  readonly least: readonly ReadonlySet<Way>[];
  /** By what the ways share the load, where that is not evenly. */
  readonly weights?: ReadonlyMap<Way, number> | undefined;
}

/** Destination -> route. */
export type Routes = ReadonlyMap<string, Route>;

/** What is computed: all routes, or those alone that queries of clients may take, which is less work. */
export type ForecastScope = 'all' | 'services';

/** What a node does with the packets of a question. */
export interface Hops {
  /** The instances that it hands them to: itself, one that is linked to it, or those at the end of a tunnel. */
  readonly ends: readonly WalkEnd[];
  readonly next: readonly NextHop[];
}

export interface WalkEnd {
  readonly instance: string;
  /** The nodes that a tunnel leads through. */
  readonly through: readonly string[];
}

export interface NextHop {
  readonly node: string;
  /** Its part of the load is this by the sum of all. */
  readonly weight: number;
}

/** How the packets of a question go through the network. */
export interface Walk {
  /** The client's first router; undefined where it has none that it can reach. */
  readonly start: string | undefined;
  readonly hops: (node: string) => Hops;
  /** The instances that may answer. */
  readonly answering: ReadonlySet<string>;
  /** False if BGP does not come to rest: then it is not known which of them does. */
  readonly isStable: boolean;
}

/** Why a node sends the packets of a question where it does: what it knows, best first. */
export interface Decision {
  readonly node: string;
  /** An address of a service, or a prefix that covers it. */
  readonly prefix: string;
  readonly candidates: readonly Candidate[];
}

export interface Candidate {
  /** An instance, or a neighbor that announces the route. */
  readonly by: string;
  /** Its properties, in the order in which they count: `cost 3`, `AS path 65001 65002, MED 10`. */
  readonly says: string;
  readonly isChosen: boolean;
}

/**
 * The result of routing under a condition, computed from the plan alone. It says when to stop waiting, and
 * what to expect; what is reported of a lab is always what was observed.
 */
export interface Forecast {
  /** The instances that may answer: several where costs tie, none where none can. */
  answer(question: Question): ReadonlySet<string>;
  /** The same, with the way there. */
  walk(question: Question): Walk;
  /** What a node knows of the address of a question; undefined where it knows nothing, or has no say. */
  decision(node: string, question: Question): Decision | undefined;
  /**
   * The prefixes that a speaker must have a route to: services, speakers, clients. Its kernel has each of these ways,
   * and no other.
   */
  routes(node: string): Routes;
  /** Prefixes of services that a speaker must have no route to, since no instance can be reached. */
  unroutable(node: string): readonly string[];
}
