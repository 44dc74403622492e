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

/**
 * The result of routing under a condition, computed from the plan alone. It only says when to stop waiting;
 * what is reported is always what was observed.
 */
export interface Forecast {
  /** The instances that may answer: several where costs tie, none where none can. */
  answer(question: Question): ReadonlySet<string>;
  /**
   * The prefixes that a speaker must have a route to: services, speakers, clients. Its kernel has each of these ways,
   * and no other.
   */
  routes(node: string): Routes;
  /** Prefixes of services that a speaker must have no route to, since no instance can be reached. */
  unroutable(node: string): readonly string[];
}
