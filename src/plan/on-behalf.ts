import type { Topology } from '../topology/model/topology.js';
import type { PlanBehalf, PlanInterface } from './model.js';
import type { Segment } from './segments.js';
import { familyOf } from '../support/family.js';

/** What a router announces for the instances on its own segments, where a service says `announce: router`. */
export function behalfOf(
  router: string,
  topology: Topology,
  segments: readonly Segment[],
  interfaces: ReadonlyMap<string, readonly PlanInterface[]>,
): readonly PlanBehalf[] {
  const services = topology.services.filter((service) => service.announce === 'router');
  return (interfaces.get(router) ?? []).flatMap((own) =>
    services.flatMap((service) =>
      (segments[own.segment]?.members ?? [])
        .filter((member) => service.instances.includes(member.node))
        .flatMap((member) => {
          const facing = interfaces.get(member.node)?.find((candidate) => candidate.name === member.interface);
          return service.addresses.flatMap((address): readonly PlanBehalf[] => {
            const via = facing?.addresses.find((candidate) => familyOf(candidate) === familyOf(address));
            if (via === undefined) return [];
            return [
              {
                service: service.name,
                instance: member.node,
                address,
                via: via.split('/')[0] ?? via,
                interface: own.name,
                cost: own.cost,
              },
            ];
          });
        }),
    ),
  );
}
