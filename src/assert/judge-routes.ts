import type { RouteReading } from '../protocol/observations.js';
import type { RouteExpectation } from '../topology/model/step.js';
import { verdictOf, type Verdict } from './verdict.js';

/**
 * Judges a route by all its next hops, over parallel links once each; `prefixes` are those that the expectation speaks
 * of.
 */
export function judgeRoute(
  expectation: RouteExpectation,
  prefixes: readonly string[],
  routes: readonly RouteReading[],
  prefix = '',
): Verdict {
  const { table, router, to, via } = expectation;
  const text = `${prefix}${router} ${via.length === 0 ? `has no route to ${to}` : `routes ${to} via ${via.join(' and ')}`} in its ${table.toUpperCase()}`;
  const wrong = prefixes.flatMap((each) => {
    const { via: found = [], unread } =
      routes.find((route) => route.table === table && route.router === router && route.prefix === each) ?? {};
    if (unread !== undefined) return [`${each} unknown: ${unread}`];
    const isSame = found.every((hop) => via.includes(hop)) && via.every((hop) => found.includes(hop));
    return isSame ? [] : [`${each} ${found.length === 0 ? 'nowhere' : `via ${[...new Set(found)].join(' and ')}`}`];
  });
  return verdictOf(text, wrong);
}
