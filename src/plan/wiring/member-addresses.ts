import { addressBits, parsePrefix, prefixSize, type Prefix } from '../../support/ip.js';
import { familyOf } from '../../support/family.js';
import type { Topology } from '../../topology/model/topology.js';
import { memberAddress } from '../addressing.js';
import type { Family, PlanLink } from '../model.js';
import type { Segment, SegmentMember } from '../segments.js';

/** The addresses that a file gives to single interfaces: at the ends of links, and in whole configurations. */
export interface GivenAddresses {
  of(member: Pick<SegmentMember, 'node' | 'interface'>): readonly string[];
  /** Whether a node has those alone that it is given. */
  isComplete(node: string): boolean;
}

const none: readonly string[] = [];
const nothingGiven: GivenAddresses = { of: () => none, isComplete: () => false };

export function givenAddresses(topology: Topology, links: readonly PlanLink[]): GivenAddresses {
  const atEnds = new Map(
    links.flatMap(({ ends }, index) => {
      const { addresses } = topology.links[index] ?? {};
      if (addresses === undefined || addresses.size === 0) return [];
      return ends.map((end) => [placeOf(end), addresses.get(end.node) ?? []] as const);
    }),
  );
  const own = new Map(
    topology.nodes.flatMap(({ name, ownFrr }) => (ownFrr === undefined ? [] : [[name, ownFrr.addresses] as const])),
  );
  if (own.size === 0 && atEnds.size === 0) return nothingGiven;
  return {
    of: (member) => [
      ...new Set([...(own.get(member.node)?.get(member.interface) ?? []), ...(atEnds.get(placeOf(member)) ?? [])]),
    ],
    isComplete: (node) => (own.get(node)?.size ?? 0) > 0,
  };
}

/** The networks that the addresses of a segment's members are in. */
export function networksGiven(segment: Segment, given: GivenAddresses): readonly string[] {
  return segment.members.flatMap((member) => given.of(member)).flatMap((text) => parsePrefix(text)?.prefix.text ?? []);
}

/** The addresses of all members of a segment, in their order: as they are given, else the next that are free. */
export function memberAddresses(
  { members }: Segment,
  prefixes: readonly Prefix[],
  families: readonly Family[],
  given: GivenAddresses,
): readonly (readonly string[])[] {
  const taken = new Set(members.flatMap((member) => given.of(member).map(withoutLength)));
  const next = (prefix: Prefix, place: number): readonly string[] => {
    const isPair = prefix.length === addressBits(prefix.family) - 1;
    // The network's own address, and for IPv4 the broadcast address, are nobody's.
    const room = isPair ? 2n : prefixSize(prefix) - (prefix.family === 'ipv4' ? 2n : 1n);
    for (let step = 0; step < 2 * members.length; step++) {
      const index = (place + step) % (2 * members.length);
      const address = BigInt(index) < room ? memberAddress(prefix, index) : undefined;
      const text = address === undefined ? '' : withoutLength(address);
      if (address === undefined || taken.has(text)) continue;
      taken.add(text);
      return [address];
    }
    return [];
  };
  return members.map((member, place) => {
    const said = given.of(member).filter((address) => families.includes(familyOf(address)));
    const isOpen = (prefix: Prefix): boolean =>
      !given.isComplete(member.node) && said.every((address) => familyOf(address) !== prefix.family);
    return [...said, ...prefixes.filter(isOpen).flatMap((prefix) => next(prefix, place))];
  });
}

function withoutLength(address: string): string {
  const end = address.indexOf('/');
  return end < 0 ? address : address.slice(0, end);
}

function placeOf(end: Pick<SegmentMember, 'node' | 'interface'>): string {
  return `${end.node}:${end.interface}`;
}
