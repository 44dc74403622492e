import { hasCarrier, type Condition } from '../forecast/condition.js';
import { forecast } from '../forecast/forecast.js';
import { forwards, gatewayInUse, linkAt, nextHops } from '../forecast/reach.js';
import { terrainOf } from '../forecast/terrain.js';
import type { LabPlan, PlanNode, PlanSubnet } from '../plan/model.js';
import { DRAINED_COST, toldCost } from '../plan/ospf-costs.js';
import { clientsOf } from '../plan/roles.js';
import { certaintyOf, type Certainty } from './certainty.js';

/** Which routers will answer a client at the anycast address that all routers of an IPv6 subnet have (RFC 4291 section 2.6.1). */
export interface SubnetPrediction {
  readonly client: string;
  readonly prefix: string;
  readonly address: string;
  readonly certainty: Certainty;
  /** By name; several where costs tie, or a client on the subnet itself finds any of them. */
  readonly routers: readonly string[];
}

/** For every client, and every subnet whose prefix the file gives. */
export function predictSubnetRouters(plan: LabPlan, condition: Condition): readonly SubnetPrediction[] {
  const subnets = plan.subnets ?? [];
  if (subnets.length === 0) return [];
  const answering = subnetWalk(plan, condition);
  return clientsOf(plan.nodes).flatMap((client) =>
    subnets.map((subnet) => {
      const { routers, isLossy } = answering(client, subnet);
      return {
        client: client.name,
        prefix: subnet.prefix,
        address: subnet.address,
        certainty: certaintyOf(routers.size, isLossy),
        routers: [...routers].sort(),
      };
    }),
  );
}

interface Answering {
  readonly routers: ReadonlySet<string>;
  /** Whether some of the ways end where no router of the subnet is. */
  readonly isLossy: boolean;
}

const nobody: Answering = { routers: new Set(), isLossy: false };

function subnetWalk(plan: LabPlan, condition: Condition): (client: PlanNode, subnet: PlanSubnet) => Answering {
  const nodes = new Map(plan.nodes.map((node) => [node.name, node]));
  const { connected, interiorOf } = terrainOf(plan, condition);
  const { graph, paths } = interiorOf('ipv6');
  const hasBgp = plan.nodes.some(({ routing }) => routing?.bgp !== undefined);
  const beyond = hasBgp ? forecast(plan, condition) : undefined;
  const isUp = (node: PlanNode, device: string): boolean => {
    const link = linkAt(plan, node.name, device);
    return link !== undefined && hasCarrier(link, condition) && !condition.crashedNodes.has(node.name);
  };
  const isOn = (node: PlanNode | undefined, { segment }: PlanSubnet): boolean =>
    node?.interfaces.some((item) => item.segment === segment && isUp(node, item.name)) === true;

  return (client, subnet) => {
    const members = plan.nodes.filter((node) => passesOn(node) && isOn(node, subnet)).map(({ name }) => name);
    if (condition.crashedNodes.has(client.name) || condition.frozenNodes.has(client.name)) return nobody;
    if (isOn(client, subnet))
      return { routers: new Set(members.filter((member) => connected(client.name, member))), isLossy: false };
    const question = { client: client.name, service: '', address: subnet.address, family: 'ipv6' } as const;
    const gateway = gatewayInUse(plan, client, question, condition);
    if (gateway === undefined || !connected(client.name, gateway.node)) return nobody;
    // Without its processes no other router has a route back to those behind it.
    if (condition.frozenNodes.has(gateway.node))
      return members.includes(gateway.node) ? { routers: new Set([gateway.node]), isLossy: false } : nobody;

    const nearest = (from: string): readonly string[] => {
      const costs = members.flatMap((name) => {
        const cost = announcedCost(nodes.get(name), subnet, condition);
        const path = paths(from).get(name);
        return cost === undefined || path === undefined ? [] : [{ name, cost: path.cost + cost }];
      });
      const least = Math.min(...costs.map(({ cost }) => cost));
      return costs.filter(({ cost }) => cost === least).map(({ name }) => name);
    };
    const next = (from: string): readonly string[] => {
      if (!forwards(nodes.get(from), condition)) return [];
      const inside = nearest(from).flatMap((to) => nextHops(graph, paths, from, to));
      return inside.length > 0 ? inside : (beyond?.walk(question).hops(from).next ?? []).map(({ node }) => node);
    };
    const routers = new Set<string>();
    const passed = new Set([gateway.node]);
    let isLossy = false;
    for (const name of passed) {
      // A router that has the address keeps the packet, wherever else it would be nearer.
      if (members.includes(name)) routers.add(name);
      else {
        const onward = next(name);
        if (onward.length === 0) isLossy = true;
        for (const each of onward) passed.add(each);
      }
    }
    return { routers, isLossy };
  };
}

/** The kernel of a node that forwards IPv6 has the address of each of its subnets. */
function passesOn({ sysctls }: PlanNode): boolean {
  return sysctls.some(([key, value]) => key === 'net.ipv6.conf.all.forwarding' && value === '1');
}

/** What the interior protocol adds to the way for the prefix itself; undefined where a router does not announce it, as on point-to-multipoint. */
function announcedCost(
  node: PlanNode | undefined,
  { segment }: PlanSubnet,
  { drainedNodes }: Condition,
): number | undefined {
  const item = node?.interfaces.find((each) => each.segment === segment);
  if (node === undefined || item === undefined) return undefined;
  if (item.ospfNetwork === 'none' || item.ospfNetwork === 'point-to-multipoint') return undefined;
  return drainedNodes.has(node.name) ? DRAINED_COST : toldCost(node, item);
}
