import { addressText as textOf } from '../support/address-text.js';
import { addressAt, contains, parseAddress, parsePrefix, subnetAt, type Prefix } from '../support/ip.js';
import { LINK_LENGTH, SWITCHED_LENGTH, type OwnRanges } from '../topology/model/reserved.js';
import type { Family, PlanInterface } from './model.js';
import type { Segment } from './segments.js';
import { familyOf } from '../support/family.js';

/**
 * The prefix of a segment in one family: what the file chose, else the next automatic one, which depends only on the
 * segment's place in the file. IPv4: a /31 for a link, a /22 for a switched segment. IPv6: a /64 each.
 */
export function segmentPrefixes(
  ranges: OwnRanges,
): (segment: Segment, declared: readonly string[], family: Family) => Prefix {
  // Read once: there may be thousands of segments.
  const [ipv4, ipv6] = [networkOf(ranges.ipv4.links), networkOf(ranges.ipv6.links)];
  const [forLinks, forSwitched] = ([0, 1] as const).map((half) => subnetAt(ipv4, ipv4.length + 1, half)) as [
    Prefix,
    Prefix,
  ];
  return (segment, declared, family) => {
    const chosen = declared.map((text) => parsePrefix(text)?.prefix).find((prefix) => prefix?.family === family);
    if (chosen !== undefined) return chosen;
    if (family === 'ipv6') return subnetAt(ipv6, 64, segment.index + 1);
    return segment.switched
      ? subnetAt(forSwitched, SWITCHED_LENGTH, segment.switchedIndex)
      : subnetAt(forLinks, LINK_LENGTH, segment.index);
  };
}

/** The address of the n-th member (from 0) of a segment, with the segment's prefix length. */
export function memberAddress(prefix: Prefix, index: number): string {
  const hasNoNetworkAddress = prefix.length === 31 || prefix.length === 127;
  return `${addressAt(prefix, hasNoNetworkAddress ? index : index + 1).text}/${String(prefix.length)}`;
}

/** The unicast loopback address of the n-th routing node (from 0); its IPv4 one is its router-id too. */
export function loopbackAddress(index: number, family: Family, ranges: OwnRanges): string {
  return addressAt(networkOf(ranges[family].loopbacks), index + 1).text;
}

/**
 * The networks in which an instance has its segment identifiers, for packets of each family: within the range of the
 * loopbacks.
 */
export function segmentNetworks(ranges: OwnRanges): Readonly<Record<Family, string>> {
  const range = networkOf(ranges.ipv6.loopbacks);
  return { ipv4: subnetAt(range, 64, 4).text, ipv6: subnetAt(range, 64, 6).text };
}

/**
 * Where nothing is: what is sent there is discarded (RFC 6666 for IPv6; for IPv4 the dummy address of RFC 7600, which
 * no node can have).
 */
export const discardAddresses = { ipv4: '192.0.0.8', ipv6: '100::1' } as const;

/** The families that an interface carries packets of: those of its addresses, also where they are not its own. */
export function familiesAt({ addresses, unnumbered = [] }: PlanInterface): readonly Family[] {
  return (['ipv4', 'ipv6'] as const).filter(
    (family) => unnumbered.includes(family) || addresses.some((address) => familyOf(address) === family),
  );
}

/** A single address as a prefix: `192.0.2.53/32`. */
export function hostPrefix(address: string): string {
  return `${address}/${familyOf(address) === 'ipv6' ? '128' : '32'}`;
}

/** Whether an address lies in a prefix; both as texts. */
export function covers(prefixText: string, addressText: string): boolean {
  const address = parseAddress(addressText);
  const prefix = parsePrefix(prefixText)?.prefix;
  return address !== undefined && prefix !== undefined && contains(prefix, address);
}

/** The one of these addresses that a prefix is announced by when it is on a loopback: `192.0.2.53/24`. */
export function announcedAddress(prefix: string, addresses: readonly string[]): string {
  const [network = prefix, length = ''] = prefix.split('/');
  return `${addresses.find((address) => covers(prefix, address)) ?? network}/${length}`;
}

function networkOf(text: string): Prefix {
  const parsed = parsePrefix(text);
  if (parsed === undefined) throw new RangeError(`${text} is not a prefix`);
  return parsed.prefix;
}

/** The Ethernet address of an end of a link, locally administered, the same in every run. */
export function macAddress(link: number, end: 0 | 1): string {
  return macBytes(link, end)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join(':');
}

/**
 * The IPv6 address that an end of a link gives itself, by which it is a next hop (RFC 4291 section 2.5.6, RFC 2464
 * section 4).
 */
export function linkLocalAddress(link: number, end: 0 | 1): string {
  const [first = 0, second = 0, third = 0, ...rest] = macBytes(link, end);
  return textOf(Uint8Array.from([0xfe, 0x80, 0, 0, 0, 0, 0, 0, first ^ 0x02, second, third, 0xff, 0xfe, ...rest]));
}

function macBytes(link: number, end: 0 | 1): readonly number[] {
  return [0x02, 0x6e, (link >> 16) & 0xff, (link >> 8) & 0xff, link & 0xff, end + 1];
}

/** How IS-IS names a speaker: its router-id, in twelve digits (`10.255.0.1` -> `0102.5500.0001`). */
export function isisSystemId(routerId: string): string {
  const digits = routerId
    .split('.')
    .map((part) => part.padStart(3, '0'))
    .join('');
  return digits.replaceAll(/(\d{4})(?=\d)/g, '$1.');
}

/** The router-id that a system ID was made from. */
export function routerIdOf(systemId: string): string {
  const digits = systemId.replaceAll('.', '');
  return [0, 3, 6, 9].map((from) => String(Number(digits.slice(from, from + 3)))).join('.');
}
