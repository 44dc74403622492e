import type { Topology } from '../topology/model.js';
import type { PlanGateway, PlanInterface } from './model.js';
import type { Segment } from './segments.js';

/** A host's default routes: one for each link with a router on it, the cheapest link first, then the file's order. */
export function gatewaysOf(
  own: readonly PlanInterface[],
  topology: Topology,
  segments: readonly Segment[],
  interfaces: ReadonlyMap<string, readonly PlanInterface[]>,
): readonly PlanGateway[] {
  const routers = new Set(topology.nodes.filter((node) => node.kind === 'router').map((node) => node.name));
  return [...own]
    .sort((a, b) => a.cost - b.cost)
    .flatMap((item, rank) => {
      const router = segments[item.segment]?.members.find((member) => routers.has(member.node));
      const facing = interfaces.get(router?.node ?? '')?.find((candidate) => candidate.name === router?.interface);
      return (facing?.addresses ?? []).map((address): PlanGateway => {
        const via = address.split('/')[0] ?? address;
        const family = via.includes(':') ? 'ipv6' : 'ipv4';
        return { family, node: router?.node ?? '', via, interface: item.name, metric: 100 + rank };
      });
    });
}
