import type { LabPlan, PlanNode } from '../../plan/model.js';
import { internalHop, type BgpRoute, type BgpTable } from './route.js';

/** What a speaker's choice depends on, besides the routes that it has heard. */
export interface DecisionWorld {
  readonly plan: Pick<LabPlan, 'multipath'>;
  /** Router-ids as numbers, by node. */
  readonly ids: ReadonlyMap<string, number>;
  /** The cost within the autonomous system to another of its nodes; undefined if there is no path. */
  readonly internalCost: (node: string, to: string) => number | undefined;
}

/**
 * The decision process of RFC 4271 section 9.1.2.2, in the order of FRR, for every prefix of what a speaker has heard.
 */
export function choose(
  node: PlanNode,
  heard: readonly BgpRoute[],
  { plan, ids, internalCost }: DecisionWorld,
): BgpTable {
  const costTo = (route: BgpRoute): number | undefined => {
    const hop = internalHop(route);
    return hop === undefined ? 0 : internalCost(node.name, hop);
  };
  const byPrefix = new Map<string, BgpRoute[]>();
  for (const route of heard) {
    if (costTo(route) !== undefined) byPrefix.set(route.prefix, [...(byPrefix.get(route.prefix) ?? []), route]);
  }
  const igp = (route: BgpRoute): number => costTo(route) ?? 0;
  const idOf = ({ session, reflection }: BgpRoute): number =>
    ids.get(reflection?.originator ?? session?.neighbor ?? '') ?? 0;
  const isExternal = ({ session }: BgpRoute): number => (session?.kind === 'internal' ? 1 : 0);
  const beforeMed = (a: BgpRoute, b: BgpRoute): number =>
    Number(a.session !== undefined) - Number(b.session !== undefined) ||
    b.localPreference - a.localPreference ||
    a.asPath.length - b.asPath.length;
  const afterMed = (a: BgpRoute, b: BgpRoute): number => isExternal(a) - isExternal(b) || igp(a) - igp(b);
  const last = (a: BgpRoute, b: BgpRoute): number =>
    idOf(a) - idOf(b) ||
    (a.reflection?.clusters.length ?? 0) - (b.reflection?.clusters.length ?? 0) ||
    (a.session?.neighborAddress ?? '').localeCompare(b.session?.neighborAddress ?? '', 'en', { numeric: true });
  const table = new Map<string, readonly BgpRoute[]>();
  for (const [prefix, routes] of byPrefix) {
    const groups = new Map<number, BgpRoute[]>();
    for (const route of routes) groups.set(neighborAs(route), [...(groups.get(neighborAs(route)) ?? []), route]);
    // MEDs of different neighboring systems cannot be compared: the best of each first, then the best of those.
    const leaders = [...groups.values()].flatMap((group) =>
      [...group].sort((a, b) => beforeMed(a, b) || a.med - b.med || afterMed(a, b) || last(a, b)).slice(0, 1),
    );
    const [best] = leaders.sort((a, b) => beforeMed(a, b) || afterMed(a, b) || last(a, b));
    if (best === undefined) continue;
    const isEqual = (route: BgpRoute): boolean =>
      beforeMed(route, best) === 0 &&
      afterMed(route, best) === 0 &&
      (neighborAs(route) !== neighborAs(best) || route.med === best.med) &&
      sharesWith(route, best, plan.multipath);
    const others =
      plan.multipath === 'none' || best.session === undefined
        ? []
        : routes.filter((route) => route !== best && isEqual(route));
    table.set(prefix, byHop([best, ...others]));
  }
  return table;
}

function sharesWith(route: BgpRoute, best: BgpRoute, multipath: LabPlan['multipath']): boolean {
  if (multipath === 'any-as') return true;
  return best.session?.kind === 'internal'
    ? route.asPath.join() === best.asPath.join()
    : neighborAs(route) === neighborAs(best);
}

/** The system that a route came from; within one's own, where it goes to next. */
function neighborAs({ asPath: [first = 0] }: BgpRoute): number {
  return first;
}

/** Several reflectors tell the same route: its next hop counts once. */
function byHop(routes: readonly BgpRoute[]): readonly BgpRoute[] {
  const hops = new Set<string>();
  return routes.filter((route) => {
    const hop = internalHop(route);
    if (hop === undefined) return true;
    const isNew = !hops.has(hop);
    hops.add(hop);
    return isNew;
  });
}
