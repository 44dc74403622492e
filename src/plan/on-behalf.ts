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
  linkLocalOf: (end: PlanLink['ends'][number]) => string | undefined,
): readonly PlanBehalf[] {
  const services = topology.services.filter((service) => service.announce === 'router');
  if (services.length === 0) return [];
  const speaksBgp = topology.nodes.find(({ name }) => name === router)?.asn !== undefined;
  return (interfaces.get(router) ?? []).flatMap((own) =>
    services.flatMap((service) =>
      (segments[own.segment]?.members ?? [])
        .filter((member) => service.instances.includes(member.node))
        .flatMap((member) => {
          const facing = interfaces.get(member.node)?.find((candidate) => candidate.name === member.interface);
          return service.addresses.flatMap((address): readonly PlanBehalf[] => {
            const family = familyOf(address);
            const told = facing?.addresses.find((candidate) => familyOf(candidate) === family)?.split('/')[0];
            const via = family === 'ipv6' && !speaksBgp ? linkLocalOf(member) : told;
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

/** The link-local address of an end of a link. */
export function linkLocals(links: readonly PlanLink[]): (end: PlanLink['ends'][number]) => string | undefined {
  return ({ node, interface: device }) => {
    for (const [index, { ends }] of links.entries()) {
      const place = ends.findIndex((end) => end.node === node && end.interface === device);
      if (place >= 0) return linkLocalAddress(index, place === 0 ? 0 : 1);
    }
    return undefined;
  };
}
