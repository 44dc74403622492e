import type { Node, Topology } from '../topology/model/topology.js';
import { hasSelection } from './selection.js';
import type { Daemon, Family, PlanNode } from './model.js';
import { protocols, type RoutingNeeds } from './protocols.js';
import { familyOf } from '../support/family.js';

/** The families that the services use, and tunnels to their instances; both where there is no service. */
export function familiesOf(topology: Topology): readonly Family[] {
  const addresses = topology.services.flatMap((service) => service.addresses);
  // A configuration of the user's may use either.
  if (addresses.length === 0 || topology.nodes.some(({ ownFrr }) => ownFrr !== undefined)) return ['ipv4', 'ipv6'];
  const families: Family[] = [];
  if (addresses.some((address) => familyOf(address) === 'ipv4')) families.push('ipv4');
  // A router that chooses sends packets of either family to the instance in a tunnel of IPv6.
  if (hasSelection(topology) || addresses.some((address) => familyOf(address) === 'ipv6')) families.push('ipv6');
  return families;
}

/** Nodes that speak a routing protocol: routers, and hosts that announce a service themselves. */
export function speakersOf(topology: Topology): ReadonlySet<string> {
  const announcing = topology.services.filter((service) => service.announce === 'host');
  return new Set([
    ...topology.nodes.filter((node) => node.kind === 'router').map((node) => node.name),
    ...announcing.flatMap((service) => service.instances),
  ]);
}

/** The FRR daemons of a speaker. */
export function daemonsFor(
  families: readonly Family[],
  needs: RoutingNeeds & { readonly bfd: boolean },
): readonly Daemon[] {
  const spoken = Object.values(protocols).filter(
    (protocol) => protocol.isNeeded(needs) && protocol.families.some((family) => families.includes(family)),
  );
  return ['zebra', ...spoken.map(({ daemon }) => daemon), ...(needs.bfd ? (['bfdd'] as const) : [])];
}

/** What a node is for the services. */
export function roleOf(node: Node, instances: ReadonlySet<string>): PlanNode['role'] {
  if (instances.has(node.name)) return 'instance';
  if (node.kind !== 'host') return 'transit';
  return node.asks?.length === 0 ? 'host' : 'client';
}

/** Who asks: the hosts that are no instance, and instances of which the file says it. */
export function clientsOf(nodes: readonly PlanNode[]): readonly PlanNode[] {
  return nodes.filter(({ role, asks = [] }) => role === 'client' || asks.length > 0);
}

/** Whether a client asks a service. */
export function doesAsk({ asks }: Pick<PlanNode, 'asks'>, service: string): boolean {
  return asks === undefined || asks.includes(service);
}
