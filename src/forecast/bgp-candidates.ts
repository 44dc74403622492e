import { DEFAULT_PREFERENCE } from '../plan/bgp-policy.js';
import type { LabPlan } from '../plan/model.js';
import type { Candidate } from './forecast-model.js';
import type { DecisionWorld, Ranked } from './bgp/decision.js';
import { internalHop, type BgpRoute } from './bgp/route.js';

/** What a speaker knows of a prefix, best first: each route with all that counts, in the order in which it does. */
export function candidatesOf(
  node: string,
  known: readonly Ranked[],
  { plan, internalCost }: Pick<DecisionWorld, 'internalCost'> & { readonly plan: Pick<LabPlan, 'multipath' | 'nodes'> },
): readonly Candidate[] {
  const costTo = (route: BgpRoute): number | undefined => internalCost(node, internalHop(route) ?? node);
  const isEqual = (a: BgpRoute, b: BgpRoute): boolean =>
    a.localPreference === b.localPreference &&
    a.asPath.length === b.asPath.length &&
    (a.asPath[0] !== b.asPath[0] || a.med === b.med) &&
    a.session?.kind === b.session?.kind &&
    costTo(a) === costTo(b);
  return known.map(({ route, isChosen }) => {
    const text = routeText(route, costTo(route), plan);
    // Chosen or not, while all else is equal: the least router-id decides.
    const isDecidedById = known.some((other) => other.isChosen !== isChosen && isEqual(other.route, route));
    const id = isDecidedById ? routerIdOf(route, plan) : undefined;
    return {
      by: route.session?.neighbor ?? node,
      says: id === undefined ? text : `${text}, router-id ${id}`,
      isChosen,
    };
  });
}

function routeText(
  { session, localPreference, asPath, med, communities, bandwidth }: BgpRoute,
  cost: number | undefined,
  { multipath }: Pick<LabPlan, 'multipath'>,
): string {
  if (session === undefined) return 'its own';
  return [
    ...(localPreference === DEFAULT_PREFERENCE ? [] : [`preference ${String(localPreference)}`]),
    `AS path ${asPath.length === 0 ? 'empty' : asPath.join(' ')}`,
    ...(med === 0 ? [] : [`MED ${String(med)}`]),
    ...(session.kind === 'internal' ? [cost === undefined ? 'unreachable' : `internal, cost ${String(cost)}`] : []),
    ...[...communities].sort(),
    ...(bandwidth === undefined || multipath === 'none' ? [] : [`bandwidth ${String(bandwidth.mbps)}mbit`]),
  ].join(', ');
}

function routerIdOf({ session, reflection }: BgpRoute, { nodes }: Pick<LabPlan, 'nodes'>): string | undefined {
  const teller = reflection?.originator ?? session?.neighbor;
  return nodes.find(({ name }) => name === teller)?.routing?.routerId;
}
