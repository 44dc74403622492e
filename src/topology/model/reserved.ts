import { addressBits, overlaps, parseAddress, parsePrefix, prefixAround, type Prefix } from '../../support/ip.js';
import type { Family } from '../../support/family.js';
import type { Topology } from './topology.js';

/** The ranges that nearcast takes its own addresses from, in one lab. */
export type OwnRanges = Readonly<Record<Family, Readonly<Record<OwnUse, string>>>>;

type OwnUse = 'links' | 'loopbacks';

/**
 * Where nearcast's own addresses may be, the usual range first; each range is clear of all others. Private space (RFC
 * 1918, RFC 4193), then that of carriers (RFC 6598) and of benchmarks (RFC 2544, RFC 5180). A lab takes the first that
 * no address of its file touches, so that adding a link can never collide with an address that the file chose.
 */
export const rangesToTake = {
  ipv4: {
    links: ['10.0.0.0/9', '100.64.0.0/10', '172.16.0.0/13', '10.128.0.0/10', '198.18.0.0/16'],
    loopbacks: ['10.255.0.0/16', '172.31.0.0/16', '192.168.0.0/16', '198.19.0.0/16'],
  },
  ipv6: {
    links: ['fd00::/48', 'fdff:ffff::/48', 'fc00::/48', '2001:2::/49'],
    loopbacks: ['fd00:0:ff::/48', 'fdff:ffff:ff::/48', 'fc00:0:ff::/48', '2001:2:0:8000::/49'],
  },
} as const satisfies Record<Family, Record<OwnUse, readonly [string, ...string[]]>>;

/** The ranges of nearcast's own addresses in the lab of a file: where all are touched, the usual ones. */
export function ownRanges(topology: Pick<Topology, 'nodes' | 'links' | 'services'>): OwnRanges {
  return ownRangesBeside(chosenPrefixes(topology));
}

/**
 * How many of them there are for one lab: nearcast's own IPv4 network of a segment of switches is a /22, of which two
 * addresses are none's. The switched segments are in the upper half of the range of links.
 */
export function addressSpace({ ipv4 }: OwnRanges): {
  readonly segments: number;
  readonly switchedSegments: number;
  readonly switchedMembers: number;
} {
  const length = parsePrefix(ipv4.links)?.prefix.length ?? 0;
  return {
    segments: Math.min(65_535, 2 ** (LINK_LENGTH - length - 1) - 1),
    switchedSegments: 2 ** (SWITCHED_LENGTH - length - 1),
    switchedMembers: 2 ** (32 - SWITCHED_LENGTH) - 2,
  };
}

/** Links take /31s (RFC 3021) from the lower half of the IPv4 range, switched segments /22s from the upper half. */
export const SWITCHED_LENGTH = 22;
export const LINK_LENGTH = 31;

/** Prefixes that are shorter choose nothing: they mean all addresses, or half of them. */
const SHORTEST_CHOSEN = 4;

function ownRangesBeside(chosen: readonly Prefix[]): OwnRanges {
  const take = ([usual, ...others]: readonly [string, ...string[]]): string =>
    [usual, ...others].find((range) => chosen.every((each) => !overlaps(networkOf(range), each))) ?? usual;
  const { ipv4, ipv6 } = rangesToTake;
  return {
    ipv4: { links: take(ipv4.links), loopbacks: take(ipv4.loopbacks) },
    ipv6: { links: take(ipv6.links), loopbacks: take(ipv6.loopbacks) },
  };
}

/** Every address and prefix that a file chooses. */
function chosenPrefixes({ nodes, links, services }: Pick<Topology, 'nodes' | 'links' | 'services'>): readonly Prefix[] {
  const texts = [
    ...nodes.flatMap(({ prefixes, aggregates }) => [...prefixes, ...aggregates.map(({ prefix }) => prefix)]),
    // Who wrote a whole configuration knows nothing of nearcast's own addresses.
    ...nodes.flatMap(({ ownFrr }) => ownFrr?.lines.split(/[^0-9a-fA-F.:/]+/).filter((word) => /[.:]/.test(word)) ?? []),
    ...links.flatMap(({ prefixes }) => prefixes),
    ...services.flatMap(({ addresses, covering }) => [...addresses, ...(covering?.prefixes ?? [])]),
  ];
  return texts.flatMap((text) => {
    const address = parseAddress(text);
    if (address !== undefined) return [prefixAround(address, addressBits(address.family))];
    const prefix = parsePrefix(text)?.prefix;
    // A default route is of no range.
    return prefix === undefined || prefix.length < SHORTEST_CHOSEN ? [] : [prefix];
  });
}

function networkOf(text: string): Prefix {
  const parsed = parsePrefix(text);
  if (parsed === undefined) throw new RangeError(`${text} is not a prefix`);
  return parsed.prefix;
}
