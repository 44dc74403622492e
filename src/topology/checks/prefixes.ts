import { addressBits, lastValue, parseAddress, parsePrefix, prefixSize } from '../../support/ip.js';
import type { Family } from '../../support/family.js';
import type { Address, Prefix } from '../../support/ip.js';
import { quote } from '../model/finding.js';
import type { Finding } from '../model/finding.js';
import type { BroadcastDomain } from '../model/graph.js';
import type { Check, Checked } from './checked.js';
import { forbiddenRanges, freeOneOf } from './ranges.js';

/** A prefix that a file gives to a link. */
export interface LinkPrefix {
  readonly prefix: Prefix;
  readonly link: number;
  readonly offset: number;
}

/** All networks that links of a file have, in order of family and address: for finding what lies in them. */
export function linkPrefixes({ topology, file, at }: Checked): readonly LinkPrefix[] {
  const prefixes = topology.links.flatMap(({ prefixes: texts }, link) =>
    texts.flatMap((text, i): readonly LinkPrefix[] => {
      const parsed = parsePrefix(text);
      if (parsed?.kind !== 'network') return [];
      return [{ prefix: parsed.prefix, link, offset: prefixOffset(file, at, link, i) }];
    }),
  );
  return prefixes.sort((a, b) => comparePrefixes(a.prefix, b.prefix));
}

/** The prefix that contains an address, found by halving among prefixes in order, none of them inside another. */
export function prefixAround(address: Address, outer: readonly LinkPrefix[]): LinkPrefix | undefined {
  let low = 0;
  let high = outer.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const found = outer[middle];
    if (found === undefined) return undefined;
    const { prefix } = found;
    const isSameFamily = prefix.family === address.family;
    const isBefore = isSameFamily ? lastValue(prefix) < address.value : prefix.family < address.family;
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  const found = outer[low];
  return found?.prefix.family === address.family && found.prefix.network <= address.value ? found : undefined;
}

/** The prefixes that are in no other one, of prefixes in the order of `linkPrefixes`. */
export function outermost(prefixes: readonly LinkPrefix[]): readonly LinkPrefix[] {
  const outer: LinkPrefix[] = [];
  for (const each of prefixes) {
    const last = outer.at(-1)?.prefix;
    const isInside = last?.family === each.prefix.family && lastValue(last) >= each.prefix.network;
    if (!isInside) outer.push(each);
  }
  return outer;
}

/** Each prefix by itself: well formed, one for a family, for addresses a link can have, and enough of them. */
export const checkLinkPrefixes: Check = ({ topology, file, graph, at }) => {
  const ranges = forbiddenRanges(topology);
  const segments = graph.domainOfLink;
  return topology.links.flatMap(({ prefixes }, link) => {
    const families = new Set<Family>();
    return prefixes.flatMap((text, i): readonly Finding[] => {
      const offset = prefixOffset(file, at, link, i);
      const parsed = parsePrefix(text);
      if (parsed === undefined) return [notAPrefix(text, offset)];
      const { kind, prefix } = parsed;
      const segment = segments[link];
      const bad = (message: string, hint: string): readonly Finding[] => [
        {
          offset,
          code: 'BAD_PREFIX',
          message,
          hint,
        },
      ];
      if (kind === 'host-bits')
        return bad(`${quote(text)} is an address in a network, not a network`, `the network is ${prefix.text}`);
      if (families.has(prefix.family))
        return bad(
          `${quote(text)} is a second ${familyWord(prefix.family)} prefix for this link`,
          'a link has at most one IPv4 and one IPv6 prefix',
        );
      families.add(prefix.family);
      const special = ranges.specialOf(prefix);
      if (special !== undefined)
        return bad(
          `${quote(text)} cannot be used on a link: it overlaps ${special}`,
          'choose from a private or documentation range, such as 172.16.0.0/12 or 2001:db8::/32',
        );
      const reserved = ranges.reservedOf(prefix);
      if (reserved !== undefined)
        return [
          {
            offset,
            code: 'RESERVED_RANGE',
            message: `${quote(text)} overlaps ${reserved}; nearcast uses that range for its own addresses`,
            hint: freeOneOf(prefix.family),
          },
        ];
      return segment === undefined ? [] : tooSmall(prefix, segment, offset);
    });
  });
};

/** Addresses at the ends of links: of a node there, one of each family, in the network of the link, each once. */
export const checkEndAddresses: Check = ({ topology, nodes, graph, at, atKey }) => {
  const ranges = forbiddenRanges(topology);
  const segments = graph.domainOfLink;
  const users = new Map<string, string>();
  return topology.links.flatMap(({ ends, addresses, prefixes }, link) =>
    [...addresses].flatMap(([node, texts]) => {
      const end = ends.find((each) => each.node === node && nodes.get(node)?.kind !== 'switch');
      if (end === undefined) {
        const names = ends.map((each) => each.node).filter((name) => nodes.get(name)?.kind !== 'switch');
        return [
          {
            offset: atKey('links', link, 'addresses', node),
            code: 'BAD_ADDRESS',
            message: `${quote(node)} has no address on this link`,
            hint: `name an end that has one: ${names.join(' or ')}`,
          } satisfies Finding,
        ];
      }
      const families = new Set<Family>();
      return texts.flatMap((text, i): readonly Finding[] => {
        const offset = at('links', link, 'addresses', node, ...(texts.length > 1 ? [i] : []));
        const refuse = (message: string, hint: string): readonly Finding[] => [
          { offset, code: 'BAD_ADDRESS', message, hint },
        ];
        const network = parsePrefix(text)?.prefix;
        const address = parseAddress(text.split('/')[0] ?? '');
        if (network === undefined || address === undefined)
          return refuse(
            `${quote(text)} is not an address of an interface`,
            'write it with the length of its network, such as 192.0.2.1/30 or "2001:db8::1/64"',
          );
        const special = ranges.specialOf(address);
        if (special !== undefined)
          return refuse(
            `${quote(text)} cannot be the address of an interface: it is in ${special}`,
            'choose one such as 192.0.2.1/30',
          );
        const isWhole = network.length >= addressBits(network.family) - 1;
        if (
          !isWhole &&
          (address.value === network.network || (network.family === 'ipv4' && address.value === lastValue(network)))
        )
          return refuse(
            `${quote(text)} is the network's own address, or its broadcast address`,
            'choose an address between the two',
          );
        if (families.has(network.family))
          return refuse(
            `${quote(text)} is a second ${familyWord(network.family)} address`,
            'an end of a link has at most one of each family',
          );
        families.add(network.family);
        const common = prefixes.find((prefix) => parsePrefix(prefix)?.prefix.family === network.family);
        if (common !== undefined && common !== network.text)
          return refuse(`${quote(text)} is not in ${common}, the network of this link`, `choose one in ${common}`);
        const user = users.get(`${segments[link]?.id ?? ''} ${address.text}`);
        users.set(`${segments[link]?.id ?? ''} ${address.text}`, node);
        return user === undefined
          ? []
          : refuse(`${quote(text)} is the address of ${quote(user)}, too`, 'give each end an address of its own');
      });
    }),
  );
};

/** All prefixes together: links of one segment share a prefix, and different segments have different ones. */
export const checkPrefixOverlaps: Check = (checked) => {
  const segments = checked.graph.domainOfLink;
  const nameOf = ({ link }: LinkPrefix): string =>
    checked.topology.links[link]?.ends.map(({ node }) => node).join('/') ?? '';
  const findings: Finding[] = [];
  const bySegment = new Map<string, LinkPrefix>();
  const inFileOrder = [...linkPrefixes(checked)].sort((a, b) => a.offset - b.offset);
  for (const each of inFileOrder) {
    const key = `${segments[each.link]?.id ?? ''} ${each.prefix.family}`;
    const first = bySegment.get(key);
    if (first === undefined) bySegment.set(key, each);
    else if (first.link !== each.link && first.prefix.text !== each.prefix.text) {
      findings.push({
        offset: each.offset,
        code: 'BAD_PREFIX',
        message: `${quote(each.prefix.text)} differs from the prefix of another link on the same switches`,
        hint: `all links of one segment share its prefix: ${first.prefix.text} (${nameOf(first)})`,
      });
    }
  }
  let cover: LinkPrefix | undefined;
  for (const each of [...bySegment.values()].sort((a, b) => comparePrefixes(a.prefix, b.prefix))) {
    const isApart = cover?.prefix.family !== each.prefix.family || lastValue(cover.prefix) < each.prefix.network;
    if (cover === undefined || isApart) cover = each;
    else {
      const [first, second] = cover.offset < each.offset ? [cover, each] : [each, cover];
      findings.push({
        offset: second.offset,
        code: 'PREFIX_OVERLAP',
        message: `${quote(second.prefix.text)} overlaps ${first.prefix.text} of the link ${nameOf(first)}`,
        hint: 'give each link a range of its own, or leave the prefix out: nearcast then chooses one',
      });
    }
  }
  return findings;
};

function tooSmall(prefix: Prefix, { routers, hosts }: BroadcastDomain, offset: number): readonly Finding[] {
  const needed = BigInt(routers.length + hosts.length);
  const isPair = prefix.length === addressBits(prefix.family) - 1;
  // IPv4 loses the network's own and the broadcast address, IPv6 the subnet-router anycast address (RFC 4291 section
  // 2.6.1); a link of two loses none (RFC 3021, RFC 6164).
  const usable = isPair ? 2n : prefixSize(prefix) - (prefix.family === 'ipv4' ? 2n : 1n);
  if (usable >= needed) return [];
  const enough = prefix.family === 'ipv4' ? '/31 is for two, /24 for 254' : '/127 is for two, /64 for all';
  const room = usable < 1n ? 'no address' : `only ${usable} address${usable === 1n ? '' : 'es'}`;
  return [
    {
      offset,
      code: 'BAD_PREFIX',
      message: `${quote(prefix.text)} has ${room} for the ${needed} interfaces on this segment`,
      hint: `a shorter prefix length makes it larger: ${enough}`,
    },
  ];
}

function notAPrefix(text: string, offset: number): Finding {
  const address = parseAddress(text);
  const hint =
    address === undefined
      ? 'write a network and its length, such as 192.0.2.0/30 or 2001:db8::/64'
      : `add the length of the network, such as ${address.text}/${address.family === 'ipv4' ? 30 : 64}`;
  return { offset, code: 'BAD_PREFIX', message: `${quote(text)} is not a prefix`, hint };
}

function prefixOffset(file: Checked['file'], at: Checked['at'], link: number, i: number): number {
  const written = file.links?.[link];
  const isList = written !== undefined && !Array.isArray(written) && Array.isArray(written.prefix);
  return isList ? at('links', link, 'prefix', i) : at('links', link, 'prefix');
}

function comparePrefixes(a: Prefix, b: Prefix): number {
  if (a.family !== b.family) return a.family < b.family ? -1 : 1;
  if (a.network !== b.network) return a.network < b.network ? -1 : 1;
  return a.length - b.length;
}

function familyWord(family: Family): string {
  return family === 'ipv4' ? 'IPv4' : 'IPv6';
}
