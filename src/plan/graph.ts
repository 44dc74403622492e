import { endKey, isLinkUp, speaks, type Condition } from './condition.js';
import type { Family, LabPlan, PlanNode } from './model.js';
import { segmentsOf } from './segments.js';

/** The routing graph: who can hand a packet to whom, through which interface and at which OSPF cost. */
export interface RoutingGraph {
  readonly edges: ReadonlyMap<string, readonly Edge[]>;
  /** Nodes that may carry packets of others. */
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

/** Whether a node asks not to be used as a way to others though it could be (RFC 6987): a host with several links that announces. */
export function isStubHost({ routing, interfaces }: PlanNode): boolean {
  return routing?.transit === false && interfaces.length > 1;
}

/** The graph of all nodes that speak a family's routing protocol now, over the links that carry packets. */
export function routingGraph(plan: LabPlan, condition: Condition, family: Family): RoutingGraph {
  const switches = new Set(plan.nodes.filter((node) => node.kind === 'switch').map((node) => node.name));
  const speakers = new Set(plan.nodes.filter((node) => node.routing !== undefined && speaks(node.name, family, condition)).map((node) => node.name));
  const outside = new Set(
    plan.nodes.flatMap((node) => node.interfaces.filter(({ ospfNetwork }) => ospfNetwork === 'none').map((item) => endKey({ node: node.name, interface: item.name }))),
  );
  const usable = plan.links.filter((link) => isLinkUp(link, condition));
  const isStub = new Set(plan.nodes.filter((node) => isStubHost(node)).map((node) => node.name));
  // OSPFv2 counts its own links as it announces them: a host that asks not to be used finds all ways out equally dear.
  const isDear = (node: string): boolean => condition.drainedNodes.has(node) || (family === 'ipv4' && isStub.has(node));
  const edges = new Map<string, Edge[]>([...speakers].map((name) => [name, []]));
  for (const segment of segmentsOf(usable, switches)) {
    const members = segment.members.filter((member) => speakers.has(member.node) && !outside.has(endKey(member)));
    for (const from of members) {
      for (const to of members) {
        if (from.node !== to.node) {
          edges.get(from.node)?.push({ to: to.node, interface: from.interface, cost: isDear(from.node) ? DRAINED_COST : from.cost });
        }
      }
    }
  }
  const transit = plan.nodes.filter((node) => node.routing?.transit === true).map((node) => node.name);
  return { edges, transit: new Set(transit) };
}
