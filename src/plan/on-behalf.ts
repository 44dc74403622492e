import type { Topology } from '../topology/model/topology.js';
import { linkLocalAddress } from './addressing.js';
import type { PlanBehalf, PlanInterface, PlanLink } from './model.js';
import type { Segment } from './segments.js';
import { familyOf } from '../support/family.js';

/**
 * What a router announces for the instances on its own segments, where a service says `announce: router`. To OSPFv3 its
 * routes lead by link-local addresses, as others would add the cost of the link to that of a route by any other
 * (render/announce-map.ts).
 */
export function behalfOf(
  router: string,
  topology: Topology,
  segments: readonly Segment[],
  interfaces: ReadonlyMap<string, readonly PlanInterface[]>,
  linkLocals: ReadonlyMap<string, string>,
): readonly PlanBehalf[] {
  const speaksBgp = topology.nodes.find(({ name }) => name === router)?.asn !== undefined;
  const services = topology.services.filter((service) => service.announce === 'router');
  return (interfaces.get(router) ?? []).flatMap((own) =>
    services.flatMap((service) =>
      (segments[own.segment]?.members ?? [])
        .filter((member) => service.instances.includes(member.node))
        .flatMap((member) => {
          const facing = interfaces.get(member.node)?.find((candidate) => candidate.name === member.interface);
          return service.addresses.flatMap((address): readonly PlanBehalf[] => {
            const family = familyOf(address);
            const told = facing?.addresses.find((candidate) => familyOf(candidate) === family)?.split('/')[0];
            const via = family === 'ipv6' && !speaksBgp ? linkLocals.get(endKey(member)) : told;
            if (told === undefined || via === undefined) return [];
            return [
              {
                service: service.name,
                instance: member.node,
                address,
                via,
                interface: own.name,
                cost: own.cost,
              },
            ];
          });
        }),
    ),
  );
}

/** The link-local address of every end of a link, by its node and interface. */
export function linkLocalAddresses(links: readonly PlanLink[]): ReadonlyMap<string, string> {
  return new Map(
    links.flatMap(({ ends: [first, second] }, index) => [
      [endKey(first), linkLocalAddress(index, 0)] as const,
      [endKey(second), linkLocalAddress(index, 1)] as const,
    ]),
  );
}

function endKey({ node, interface: device }: PlanLink['ends'][number]): string {
  return `${node}:${device}`;
}
