import { endKey, isLinkUp, speaks, type Condition } from './condition.js';
import type { Family, LabPlan } from '../plan/model.js';
import { interiorProtocol } from '../plan/protocols.js';
import { DRAINED_COST, toldCost } from '../plan/ospf-costs.js';
import { segmentsOf } from '../plan/segments.js';

/** The routing graph: the neighbors of each node, by interface and cost. */
export interface RoutingGraph {
  readonly edges: ReadonlyMap<string, readonly Edge[]>;
  /** Nodes that a shortest path may lead through. */
  readonly transit: ReadonlySet<string>;
}

export interface Edge {
  readonly to: string;
  readonly interface: string;
  /** The output cost of the interface (RFC 2328 section 16.1). */
  readonly cost: number;
}

/** The graph of all nodes that speak a family's routing protocol now, over the links that carry packets. */
export function routingGraph(plan: LabPlan, condition: Condition, family: Family): RoutingGraph {
  const switches = new Set(plan.nodes.filter((node) => node.kind === 'switch').map((node) => node.name));
  const speakers = new Set(
    plan.nodes
      .filter((node) => node.routing !== undefined && speaks(node.name, interiorProtocol(plan, family), condition))
      .map((node) => node.name),
  );
  const costs = new Map(
    plan.nodes.flatMap((node) =>
      node.interfaces
        .filter(({ ospfNetwork }) => ospfNetwork !== 'none')
        .map(
          (item) =>
            [
              endKey({ node: node.name, interface: item.name }),
              condition.drainedNodes.has(node.name) ? DRAINED_COST : toldCost(node, item),
            ] as const,
        ),
    ),
  );
  const usable = plan.links.filter((link) => isLinkUp(link, condition));
  const edges = new Map<string, Edge[]>([...speakers].map((name) => [name, []]));
  for (const segment of segmentsOf(usable, switches)) {
    const members = segment.members.filter((member) => speakers.has(member.node));
    for (const from of members) {
      const cost = costs.get(endKey(from));
      for (const to of cost === undefined ? [] : members) {
        if (from.node !== to.node && costs.has(endKey(to)))
          edges.get(from.node)?.push({ to: to.node, interface: from.interface, cost: cost ?? 0 });
      }
    }
  }
  return { edges, transit: speakers };
}
