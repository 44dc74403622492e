import { overlaps, parsePrefix } from '../../support/ip.js';
import { familyOf, type Family } from '../../support/family.js';
import type { Address, Prefix } from '../../support/ip.js';
import type { Finding } from '../model/finding.js';
import { addressSpace, ownRanges, rangesToTake } from '../model/reserved.js';
import type { Topology } from '../model/topology.js';
import type { Check } from './checked.js';

/** Ranges in which no link and no service can have an address. */
const specialRanges: readonly (readonly [string, string])[] = [
  ['0.0.0.0/8', 'the range of "this network" (RFC 6890)'],
  ['127.0.0.0/8', 'the loopback range (RFC 1122)'],
  ['169.254.0.0/16', 'the link-local range (RFC 3927)'],
  ['224.0.0.0/4', 'the multicast range (RFC 5771)'],
  ['240.0.0.0/4', 'the reserved range at the end of IPv4 (RFC 1112)'],
  ['::/128', 'the unspecified address (RFC 4291)'],
  ['::1/128', 'the loopback address (RFC 4291)'],
  ['::ffff:0:0/96', 'the range of IPv4 addresses written as IPv6 (RFC 4291)'],
  ['fe80::/10', 'the link-local range (RFC 4291)'],
  ['ff00::/8', 'the multicast range (RFC 4291)'],
];

/** Ranges that are not for files to use, made ready for looking up. */
export interface ForbiddenRanges {
  /** In words: the special range that an address or prefix touches. */
  specialOf(range: Address | Prefix): string | undefined;
  /** The range of nearcast's own addresses that it touches: none is free of the file's. */
  reservedOf(range: Address | Prefix): string | undefined;
}

/** Parses the tables of ranges once, for one file. */
export function forbiddenRanges(topology: Topology): ForbiddenRanges {
  const special = specialRanges.map(([text, words]) => ({
    prefix: parsePrefix(text)?.prefix,
    words: `${text}, ${words}`,
  }));
  const reserved = Object.values(ownRanges(topology))
    .flatMap(Object.values<string>)
    .map((text) => ({
      prefix: parsePrefix(text)?.prefix,
      words: text,
    }));
  const find = (ranges: typeof special, range: Address | Prefix): string | undefined =>
    ranges.find(({ prefix }) => prefix !== undefined && overlaps(prefix, asPrefix(range)))?.words;
  return { specialOf: (range) => find(special, range), reservedOf: (range) => find(reserved, range) };
}

/** What to do about an address in nearcast's own ranges. */
export function freeOneOf(family: Family): string {
  const { links, loopbacks } = rangesToTake[family];
  return `the addresses of this file leave no range free for nearcast's own: of ${links.join(', ')} leave one, and one of ${loopbacks.join(', ')}`;
}

/** Whether there is an address for every interface that has none of the file's own. */
export const checkAddressSpace: Check = ({ topology, nodes, graph, at }) => {
  const addresses = topology.services.flatMap((service) => service.addresses);
  const usesIpv4 = addresses.length === 0 || addresses.some((address) => familyOf(address) === 'ipv4');
  const usesIpv6 = addresses.length === 0 || addresses.some((address) => familyOf(address) === 'ipv6');
  const space = addressSpace(ownRanges(topology));
  const { domainOfLink } = graph;
  const chosen = new Set(
    topology.links.flatMap(({ prefixes }, link) =>
      prefixes.some((prefix) => familyOf(prefix) === 'ipv4') ? [domainOfLink[link]] : [],
    ),
  );
  const firstLink = new Map([...domainOfLink.entries()].reverse().map(([link, segment]) => [segment, link]));
  const inOrder = [...firstLink].sort(([, a], [, b]) => a - b);
  const switched = inOrder.filter(
    ([, link]) => topology.links[link]?.ends.some(({ node }) => nodes.get(node)?.kind === 'switch') === true,
  );
  const tooMany = (link: number, message: string, hint: string): Finding => ({
    offset: at('links', link),
    code: 'TOO_MANY',
    message,
    hint,
  });
  const beyond = (list: typeof inOrder, most: number, what: string): readonly Finding[] =>
    list
      .slice(most, most + 1)
      .map(([, link]) =>
        tooMany(
          link,
          `${what} number ${most + 1} of this file: nearcast has addresses for ${most}`,
          'split the network into several files',
        ),
      );
  const crowded = !usesIpv4
    ? []
    : switched.flatMap(([segment, link]) => {
        const count = segment.routers.length + segment.hosts.length;
        return count <= space.switchedMembers || chosen.has(segment)
          ? []
          : [
              tooMany(
                link,
                `${count} interfaces on this segment, but nearcast's own networks have ${space.switchedMembers} addresses`,
                'give one of its links a larger prefix, such as  prefix: "172.16.0.0/16"',
              ),
            ];
      });
  return [
    ...crowded,
    ...(usesIpv4 ? beyond(switched, space.switchedSegments, 'segment of switches') : []),
    ...beyond(inOrder, usesIpv4 || usesIpv6 ? space.segments : Infinity, 'segment'),
  ];
};

function asPrefix(range: Address | Prefix): Prefix {
  if (!('value' in range)) return range;
  return { family: range.family, text: range.text, network: range.value, length: range.family === 'ipv4' ? 32 : 128 };
}
