import type { Question } from './model.js';

/**
 * What routing should come to under a condition, worked out from the plan alone. It only says when to stop waiting;
 * what is reported is always what was observed.
 */
export interface Forecast {
  /** The instances that may answer: none where nobody can, several where costs tie. */
  answer(question: Question): ReadonlySet<string>;
  /** Prefix -> interfaces it may leave by, for each that a speaker must have a route to: services, speakers, clients. */
  routes(node: string): ReadonlyMap<string, ReadonlySet<string>>;
  /** Prefixes of services that a speaker must have no route to, since no instance can be reached. */
  unroutable(node: string): readonly string[];
}
