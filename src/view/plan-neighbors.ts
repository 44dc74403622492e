import { conditionOf, type ActiveFault } from '../fault/active-fault.js';
import { sessionsUp } from '../forecast/bgp-forecast.js';
import type { Condition } from '../forecast/condition.js';
import { terrainOf } from '../forecast/terrain.js';
import type { LabPlan } from '../plan/model.js';
import { interiorProtocol, protocols, routingProtocols, type RoutingProtocol } from '../plan/protocols.js';
import { lossKey, type Losses, type Neighbors } from './neighbors.js';

/** All that should be neighbors in a healthy lab. */
export function neighborsOf(plan: LabPlan): readonly Neighbors[] {
  const all = [...countsIn(plan, conditionOf([])).values()].filter(({ node, neighbor }) => node < neighbor);
  return routingProtocols.flatMap((protocol) => {
    const { title, daemon } = protocols[protocol];
    return all
      .filter((each) => each.protocol === protocol)
      .map(({ node, neighbor, count }): Neighbors => ({ ends: [node, neighbor], protocol: title, daemon, count }));
  });
}

/** What neighbors have lost of each other once all have noticed what is broken. */
export function lossesIn(plan: LabPlan, faults: readonly ActiveFault[]): Losses {
  if (faults.length === 0) return new Map();
  const now = countsIn(plan, conditionOf(faults));
  return new Map(
    [...countsIn(plan, conditionOf([]))].flatMap(([key, { count }]) => {
      const lost = count - (now.get(key)?.count ?? 0);
      return lost > 0 ? [[key, lost] as const] : [];
    }),
  );
}

interface Count {
  readonly node: string;
  readonly neighbor: string;
  readonly protocol: RoutingProtocol;
  readonly count: number;
}

/** How many neighbors of which protocol each node has in each other one. */
function countsIn(plan: LabPlan, condition: Condition): ReadonlyMap<string, Count> {
  const counts = new Map<string, Count>();
  const add = (node: string, neighbor: string, protocol: RoutingProtocol): void => {
    const key = lossKey(node, neighbor, protocols[protocol].daemon);
    counts.set(key, { node, neighbor, protocol, count: (counts.get(key)?.count ?? 0) + 1 });
  };
  const speakers = plan.nodes.filter(({ routing }) => routing?.bgp !== undefined);
  const { interiorOf } = terrainOf(plan, condition);
  for (const family of plan.families) {
    const { graph, paths } = interiorOf(family);
    const interior = interiorProtocol(plan, family);
    // IS-IS has one adjacency for both families.
    if (protocols[interior].families.find((each) => plan.families.includes(each)) === family)
      for (const [node, edges] of graph.edges) for (const { to } of edges) add(node, to, interior);
    const isUp = sessionsUp(plan, condition, (from, to) => paths(from).has(to));
    for (const { name, routing } of speakers)
      for (const session of routing?.bgp?.sessions ?? [])
        if (session.family === family && isUp(name, session)) add(name, session.neighbor, 'bgp');
  }
  return counts;
}
