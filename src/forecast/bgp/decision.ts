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

/** The best of the routes that a speaker has heard, for every prefix, and those that share its load. */
export function choose(node: PlanNode, heard: readonly BgpRoute[], world: DecisionWorld): BgpTable {
  const byPrefix = new Map<string, BgpRoute[]>();
  for (const route of heard) {
    const known = byPrefix.get(route.prefix);
    if (known === undefined) byPrefix.set(route.prefix, [route]);
    else known.push(route);
  }
  const table = new Map<string, readonly BgpRoute[]>();
  for (const [prefix, routes] of byPrefix) {
    const chosen = chooseAmong(node, routes, world);
    if (chosen.length > 0) table.set(prefix, chosen);
  }
  return table;
}

/** The routes of one prefix, best first; those that are used before all others. */
export function ranked(node: PlanNode, routes: readonly BgpRoute[], world: DecisionWorld): readonly Ranked[] {
  const chosen = chooseAmong(node, routes, world);
  const { beforeMed, afterMed, last } = orderFor(node, world);
  const others = routes
    .filter((route) => !chosen.includes(route))
    .sort((a, b) => beforeMed(a, b) || a.med - b.med || afterMed(a, b) || last(a, b));
  return [
    ...chosen.map((route) => ({ route, isChosen: true })),
    ...others.map((route) => ({ route, isChosen: false })),
  ];
}

export interface Ranked {
  readonly route: BgpRoute;
  readonly isChosen: boolean;
}

type Order = (a: BgpRoute, b: BgpRoute) => number;

/** The order of FRR, apart from MEDs, which cannot be compared between different neighboring systems. */
function orderFor(
  node: PlanNode,
  world: DecisionWorld,
): { readonly beforeMed: Order; readonly afterMed: Order; readonly last: Order } {
  const igp = (route: BgpRoute): number => costTo(node, route, world) ?? 0;
  const idOf = ({ session, reflection }: BgpRoute): number =>
    world.ids.get(reflection?.originator ?? session?.neighbor ?? '') ?? 0;
  const isExternal = ({ session }: BgpRoute): number => (session?.kind === 'internal' ? 1 : 0);
  return {
    beforeMed: (a, b) =>
      Number(a.session !== undefined) - Number(b.session !== undefined) ||
      b.localPreference - a.localPreference ||
      a.asPath.length - b.asPath.length,
    afterMed: (a, b) => isExternal(a) - isExternal(b) || igp(a) - igp(b),
    last: (a, b) =>
      idOf(a) - idOf(b) ||
      (a.reflection?.clusters.length ?? 0) - (b.reflection?.clusters.length ?? 0) ||
      (a.session?.neighborAddress ?? '').localeCompare(b.session?.neighborAddress ?? '', 'en', { numeric: true }),
  };
}

/** The cost to where a route leads within the system; undefined if there is no path. */
function costTo(node: PlanNode, route: BgpRoute, { internalCost }: DecisionWorld): number | undefined {
  const hop = internalHop(route);
  return hop === undefined ? 0 : internalCost(node.name, hop);
}

/**
 * The decision process of RFC 4271 section 9.1.2.2 for the routes of one prefix: the best, and those that share its load.
 */
function chooseAmong(node: PlanNode, heard: readonly BgpRoute[], world: DecisionWorld): readonly BgpRoute[] {
  const routes = heard.filter((route) => costTo(node, route, world) !== undefined);
  const { beforeMed, afterMed, last } = orderFor(node, world);
  const groups = new Map<number, BgpRoute[]>();
  for (const route of routes) groups.set(neighborAs(route), [...(groups.get(neighborAs(route)) ?? []), route]);
  // The best of each neighboring system first, then the best of those.
  const leaders = [...groups.values()].flatMap((group) =>
    [...group].sort((a, b) => beforeMed(a, b) || a.med - b.med || afterMed(a, b) || last(a, b)).slice(0, 1),
  );
  const [best] = leaders.sort((a, b) => beforeMed(a, b) || afterMed(a, b) || last(a, b));
  if (best === undefined) return [];
  if (world.plan.multipath === 'none' || best.session === undefined) return [best];
  const isEqual = (route: BgpRoute): boolean =>
    beforeMed(route, best) === 0 &&
    afterMed(route, best) === 0 &&
    (neighborAs(route) !== neighborAs(best) || route.med === best.med) &&
    sharesWith(route, best, world.plan.multipath);
  return byHop([best, ...routes.filter((route) => route !== best && isEqual(route))]);
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
