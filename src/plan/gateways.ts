import type { Topology } from '../topology/model/topology.js';
import type { PlanGateway, PlanInterface } from './model.js';
import type { Segment } from './segments.js';
import { familyOf } from '../support/family.js';

export interface RouterEnd {
  readonly node: string;
  readonly facing: PlanInterface;
}

/** The first router of the file on each segment. */
export function firstRouters(
  topology: Topology,
  segments: readonly Segment[],
  interfaces: ReadonlyMap<string, readonly PlanInterface[]>,
): ReadonlyMap<number, RouterEnd> {
  const routers = new Set(topology.nodes.filter((node) => node.kind === 'router').map((node) => node.name));
  const facing = new Map(
    [...routers].flatMap((node) =>
      (interfaces.get(node) ?? []).map((item) => [`${node}:${item.name}`, { node, facing: item }] as const),
    ),
  );
  return new Map(
    segments.flatMap(({ index, members }) => {
      const first = members.find((member) => routers.has(member.node));
      const end = first === undefined ? undefined : facing.get(`${first.node}:${first.interface}`);
      return end === undefined ? [] : [[index, end] as const];
    }),
  );
}

/** A host's default routes: one for each link with a router on it, the cheapest link first, then the file's order. */
export function gatewaysOf(
  own: readonly PlanInterface[],
  routerOn: ReadonlyMap<number, RouterEnd>,
): readonly PlanGateway[] {
  return [...own]
    .sort((a, b) => a.cost - b.cost)
    .flatMap((item, rank) => {
      const router = routerOn.get(item.segment);
      return (router?.facing.addresses ?? []).map((address): PlanGateway => {
        const via = address.split('/')[0] ?? address;
        const family = familyOf(via);
        return { family, node: router?.node ?? '', via, interface: item.name, metric: 100 + rank };
      });
    });
}
