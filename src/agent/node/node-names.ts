import { linkLocalAddress } from '../../plan/addressing.js';
import type { LabPlan } from '../../plan/model.js';

/** Who is meant by an address, and who is at the other end of an interface. */
export interface NodeNames {
  /** The node that has a unicast address, or a router-id. */
  readonly ownerOf: (address: string) => string | undefined;
  /** The node across an interface: the only one there, or the one that has the address. */
  readonly neighborOf: (node: string, device: string, via: string | undefined) => string | undefined;
}

/** Names for all that kernels and daemons of a plan's nodes know by its address only. */
export function nodeNames(plan: LabPlan): NodeNames {
  const owners = new Map(
    plan.nodes.flatMap(({ name, routing, loopbacks, interfaces }) => [
      ...[...loopbacks, ...interfaces.flatMap(({ addresses }) => addresses)].map(
        (address) => [address.split('/')[0] ?? address, name] as const,
      ),
      ...(routing === undefined ? [] : [[routing.routerId, name] as const]),
    ]),
  );
  // Interfaces are next hops by these addresses, which no two ends of a lab have in common.
  for (const [index, { ends }] of plan.links.entries())
    ends.forEach(({ node }, end) => owners.set(linkLocalAddress(index, end === 0 ? 0 : 1), node));
  const onSegment = new Map<number, string[]>();
  const segmentAt = new Map<string, number>();
  for (const { name, kind, interfaces } of plan.nodes) {
    for (const item of interfaces) {
      segmentAt.set(`${name}:${item.name}`, item.segment);
      if (kind !== 'switch') onSegment.set(item.segment, [...(onSegment.get(item.segment) ?? []), name]);
    }
  }
  return {
    ownerOf: (address) => owners.get(address),
    neighborOf(node, device, via) {
      const others = (onSegment.get(segmentAt.get(`${node}:${device}`) ?? -1) ?? []).filter((name) => name !== node);
      return others.length === 1 ? others[0] : via === undefined ? undefined : owners.get(via);
    },
  };
}
