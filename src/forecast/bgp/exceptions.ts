import type { PolicyException, RoutePolicy } from '../../topology/model/topology.js';
import type { BgpRoute } from './route.js';

/** What a policy does otherwise with a route: by its prefix, whatever that is, or by a community, where policies are for it. */
export function exceptionFor(
  { except = [] }: RoutePolicy,
  on: PolicyException['on'],
  { prefix, communities }: Pick<BgpRoute, 'prefix' | 'communities'>,
  anycast: ReadonlySet<string>,
): PolicyException | undefined {
  return except.find(
    (each) =>
      each.on === on &&
      (each.prefix === undefined
        ? anycast.has(prefix) && communities.has(each.community ?? '')
        : each.prefix === prefix),
  );
}
