import { endKey, isLinkUp, speaks, type Condition } from './condition.js';
import type { Family, LabPlan, PlanInterface, PlanNode } from './model.js';
import { segmentsOf } from './segments.js';

/** The routing graph: who leads to whom, through which interface and at which OSPF cost. */
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

/** What a way through a node costs that asks not to be used (RFC 6987: the largest metric of a link). */
export const DRAINED_COST = 65_535;

/**
 * The cost that a node tells of one of its interfaces. A host on several links is no way from one to another (RFC 6987), yet
 * must find its own: with OSPFv3's cleared R-bit, FRR works out no routes for the host itself either, and OSPFv2's max-metric
 * leaves the prefixes of its links as cheap as they are. So all its interfaces cost the most that there is.
 */
export function toldCost({ routing, interfaces }: Pick<PlanNode, 'routing' | 'interfaces'>, item: Pick<PlanInterface, 'cost'>): number {
  const isOneOfSeveral = routing?.transit === false && interfaces.filter(speaksOspf).length > 1;
  return isOneOfSeveral ? DRAINED_COST : item.cost;
}

/** Whether the node has OSPF neighbors to look for on an interface. */
export function speaksOspf({ ospfNetwork }: Pick<PlanInterface, 'ospfNetwork'>): boolean {
  return ospfNetwork !== 'none' && ospfNetwork !== 'passive';
}

/** The graph of all nodes that speak a family's routing protocol now, over the links that carry packets. */
export function routingGraph(plan: LabPlan, condition: Condition, family: Family): RoutingGraph {
  const switches = new Set(plan.nodes.filter((node) => node.kind === 'switch').map((node) => node.name));
  const speakers = new Set(plan.nodes.filter((node) => node.routing !== undefined && speaks(node.name, family, condition)).map((node) => node.name));
  const costs = new Map(
    plan.nodes.flatMap((node) => node.interfaces.filter(({ ospfNetwork }) => ospfNetwork !== 'none').map((item) =>
      [endKey({ node: node.name, interface: item.name }), condition.drainedNodes.has(node.name) ? DRAINED_COST : toldCost(node, item)] as const)),
  );
  const usable = plan.links.filter((link) => isLinkUp(link, condition));
  const edges = new Map<string, Edge[]>([...speakers].map((name) => [name, []]));
  for (const segment of segmentsOf(usable, switches)) {
    const members = segment.members.filter((member) => speakers.has(member.node));
    for (const from of members) {
      const cost = costs.get(endKey(from));
      for (const to of cost === undefined ? [] : members) {
        if (from.node !== to.node && costs.has(endKey(to))) edges.get(from.node)?.push({ to: to.node, interface: from.interface, cost: cost ?? 0 });
      }
    }
  }
  return { edges, transit: speakers };
}
