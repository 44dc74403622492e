import { addressAt, parsePrefix } from '../../support/ip.js';
import type { Service } from '../../topology/model/topology.js';
import type { PlanInterface } from '../model.js';
import type { PlanSubnet } from '../parts/subnet.js';
import type { Segment } from '../segments.js';

/** Routers have no address of their own on longer prefixes (RFC 6164). */
const LONGEST = 126;

/** The IPv6 networks of a file whose routers share an address: where no node and no service has that address as its own. */
export function planSubnets(
  segments: readonly Segment[],
  declaredOf: (segment: Segment) => readonly string[],
  interfaces: ReadonlyMap<string, readonly PlanInterface[]>,
  services: readonly Service[],
): readonly PlanSubnet[] {
  // Most files name no prefix, and have many addresses.
  let taken: ReadonlySet<string | undefined> | undefined;
  return segments.flatMap((segment) =>
    declaredOf(segment).flatMap((text): readonly PlanSubnet[] => {
      const prefix = parsePrefix(text)?.prefix;
      if (prefix?.family !== 'ipv6' || prefix.length > LONGEST) return [];
      const address = addressAt(prefix, 0).text;
      taken ??= addressesTaken(interfaces, services);
      return taken.has(address) ? [] : [{ segment: segment.index, prefix: prefix.text, address }];
    }),
  );
}

function addressesTaken(
  interfaces: ReadonlyMap<string, readonly PlanInterface[]>,
  services: readonly Service[],
): ReadonlySet<string | undefined> {
  return new Set([
    ...[...interfaces.values()].flat().flatMap((item) => item.addresses.map((address) => address.split('/')[0])),
    ...services.flatMap(({ addresses }) => addresses),
  ]);
}
