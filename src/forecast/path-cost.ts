import { healthy, isLinkUp, type Condition } from './condition.js';
import type { LabPlan } from '../plan/model.js';

/**
 * The cost of a way through the network as a client's query took it: the sum of the link costs from the client's
 * first router to the instance. Null where a hop is unknown, or two nodes on the way have no link or switch in
 * common that is up.
 */
export function pathCost(
  plan: LabPlan,
  path: readonly (string | null)[],
  condition: Condition = healthy,
): number | null {
  return pathCosts(plan, condition)(path);
}

/** The same for many ways through one network. */
export function pathCosts(plan: LabPlan, condition: Condition): (path: readonly (string | null)[]) => number | null {
  const usable = new Set(plan.links.filter((link) => isLinkUp(link, condition)).map((link) => link.id));
  const interfacesOf = new Map(plan.nodes.map((node) => [node.name, node.interfaces]));
  return (path) => {
    let cost = 0;
    for (const [index, from] of path.entries()) {
      const to = path[index + 1];
      if (to === undefined) break;
      const there = new Set(interfacesOf.get(to ?? '')?.map((item) => item.segment));
      const shared =
        interfacesOf.get(from ?? '')?.filter((item) => there.has(item.segment) && usable.has(item.link)) ?? [];
      if (shared.length === 0) return null;
      cost += Math.min(...shared.map((item) => item.cost));
    }
    return path.length === 0 ? null : cost;
  };
}
