import { isLinkUp, speaks, type Condition } from './condition.js';
import type { Family, LabPlan, PlanNode } from '../plan/model.js';
import { interiorProtocol } from '../plan/protocols.js';
import { DRAINED_COST, toldCost } from '../plan/ospf-costs.js';
import { segmentsOf, type Segment } from '../plan/segments.js';

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

/** The segments of which links carry packets now. */
export function segmentsUp(plan: LabPlan, condition: Condition): readonly Segment[] {
  const switches = new Set(plan.nodes.filter((node) => node.kind === 'switch').map((node) => node.name));
  return segmentsOf(
    plan.links.filter((link) => isLinkUp(link, condition)),
    switches,
  );
}

/** The nodes that speak a family's routing protocol within their system now. */
export function speakersNow(plan: LabPlan, condition: Condition, family: Family): ReadonlySet<string> {
  const protocol = interiorProtocol(plan, family);
  return new Set(
    plan.nodes
      .filter((node) => node.routing !== undefined && speaks(node.name, protocol, condition))
      .map((node) => node.name),
  );
}

/** The graph of speakers, over the segments that carry packets. */
export function routingGraph(
  plan: LabPlan,
  condition: Condition,
  speakers: ReadonlySet<string>,
  segments: readonly Segment[],
): RoutingGraph {
  const costs = new Map<string, ReadonlyMap<string, number>>();
  const edges = new Map<string, Edge[]>();
  for (const node of plan.nodes) {
    if (!speakers.has(node.name)) continue;
    edges.set(node.name, []);
    costs.set(node.name, costsAt(node, condition.drainedNodes.has(node.name)));
  }
  for (const { members } of segments) {
    for (const from of members) {
      const cost = costs.get(from.node)?.get(from.interface);
      if (cost === undefined) continue;
      for (const to of members) {
        if (from.node !== to.node && costs.get(to.node)?.has(to.interface) === true)
          edges.get(from.node)?.push({ to: to.node, interface: from.interface, cost });
      }
    }
  }
  return { edges, transit: speakers };
}

/** What each interface of a node costs on which it takes part in routing. */
function costsAt(node: PlanNode, isDrained: boolean): ReadonlyMap<string, number> {
  const costs = new Map<string, number>();
  for (const item of node.interfaces)
    if (item.ospfNetwork !== 'none') costs.set(item.name, isDrained ? DRAINED_COST : toldCost(node, item));
  return costs;
}
