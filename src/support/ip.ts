import type { Family } from './family.js';

/** One host address. `text` is canonical: dotted decimal, or as RFC 5952 writes IPv6. */
export interface Address {
  readonly family: Family;
  readonly text: string;
  readonly value: bigint;
}

/** A network: every bit of `network` after the first `length` is zero. `text` is canonical, as in `10.0.0.0/9`. */
export interface Prefix {
  readonly family: Family;
  readonly text: string;
  readonly network: bigint;
  readonly length: number;
}

/** What a prefix text says: a network, or an address inside one (`host-bits`), with the network it lies in. */
export interface ParsedPrefix {
  readonly kind: 'network' | 'host-bits';
  readonly prefix: Prefix;
}

/** The length of an address in bits: 32 or 128. */
export function addressBits(family: Family): number {
  return family === 'ipv4' ? 32 : 128;
}

/** The canonical text of an address given as a number. */
export function formatAddress(family: Family, value: bigint): string {
  if (family === 'ipv4') {
    const number = Number(value);
    return `${number >>> 24}.${(number >>> 16) & 0xff}.${(number >>> 8) & 0xff}.${number & 0xff}`;
  }
  const hex = value.toString(16).padStart(32, '0');
  const groups: number[] = [];
  for (let at = 0; at < 32; at += 4) groups.push(parseInt(hex.slice(at, at + 4), 16));
  return formatGroups(groups);
}

/**
 * Reads one IPv4 or IPv6 address, without a prefix length or a zone. `undefined` where the text is none: octets with
 * leading zeros are refused, because half the world reads them as octal.
 */
export function parseAddress(text: string): Address | undefined {
  if (/^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/.test(text)) return ipv4(text);
  if (text.length <= 45 && text.includes(':') && /^[0-9a-fA-F:.]+$/.test(text)) return ipv6(text);
  return undefined;
}

/** Reads `address/length`; `undefined` where the text is not a prefix of either family. */
export function parsePrefix(text: string): ParsedPrefix | undefined {
  const [addressText = '', lengthText, ...rest] = text.split('/', 3);
  if (rest.length > 0 || lengthText === undefined || !/^(?:0|[1-9]\d{0,2})$/.test(lengthText)) return undefined;
  const address = parseAddress(addressText);
  const length = Number(lengthText);
  if (address === undefined || length > addressBits(address.family)) return undefined;
  const prefix = prefixAround(address, length);
  return { kind: prefix.network === address.value ? 'network' : 'host-bits', prefix };
}

/** The network of `length` bits in which an address lies. */
export function prefixAround({ family, value, text }: Address, length: number): Prefix {
  const hostBits = BigInt(addressBits(family) - length);
  const network = (value >> hostBits) << hostBits;
  return { family, network, length, text: `${network === value ? text : formatAddress(family, network)}/${length}` };
}

/** The number of addresses in a prefix, the network's own and the broadcast address included. */
export function prefixSize(prefix: Prefix): bigint {
  return 1n << BigInt(addressBits(prefix.family) - prefix.length);
}

/** The value of the last address of a prefix. */
export function lastValue(prefix: Prefix): bigint {
  return prefix.network + prefixSize(prefix) - 1n;
}

/** Whether an address, or a whole other prefix, lies in `outer`. */
export function contains(outer: Prefix, inner: Address | Prefix): boolean {
  if (outer.family !== inner.family) return false;
  const first = 'value' in inner ? inner.value : inner.network;
  const last = 'value' in inner ? inner.value : lastValue(inner);
  return first >= outer.network && last <= lastValue(outer);
}

/** Whether two prefixes have an address in common. */
export function overlaps(a: Prefix, b: Prefix): boolean {
  return contains(a, b) || contains(b, a);
}

/** The address `n` places after the network's own: `addressAt(10.0.0.0/24, 1)` is 10.0.0.1. RangeError outside it. */
export function addressAt(prefix: Prefix, n: number | bigint): Address {
  const offset = BigInt(n);
  if (offset < 0n || offset >= prefixSize(prefix)) throw new RangeError(`${prefix.text} has no address ${offset}`);
  const value = prefix.network + offset;
  return { family: prefix.family, text: formatAddress(prefix.family, value), value };
}

/** The subnet number `n`, from 0, of `length` bits inside a prefix. RangeError where there is none. */
export function subnetAt(prefix: Prefix, length: number, n: number | bigint): Prefix {
  const step = 1n << BigInt(addressBits(prefix.family) - length);
  const offset = BigInt(n) * step;
  if (length < prefix.length || offset < 0n || offset >= prefixSize(prefix)) {
    throw new RangeError(`${prefix.text} has no subnet ${n} of length ${length}`);
  }
  return prefixAround(addressAt(prefix, offset), length);
}

function ipv4(text: string): Address | undefined {
  const octets = text.split('.').map(Number);
  if (octets.some((octet) => octet > 255)) return undefined;
  return { family: 'ipv4', text, value: BigInt(octets.reduce((value, octet) => value * 256 + octet, 0)) };
}

function ipv6(text: string): Address | undefined {
  // The last 32 bits may be written as IPv4.
  if (text.includes('.')) {
    const [, head = '', dotted = ''] = /^(.*:)([^:]*)$/.exec(text) ?? [];
    const last = parseAddress(dotted);
    if (last === undefined) return undefined;
    const digits = last.value.toString(16).padStart(8, '0');
    return ipv6(`${head}${digits.slice(0, 4)}:${digits.slice(4)}`);
  }
  const halves = text.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const [head = [], tail = []] = halves;
  const missing = 8 - head.length - tail.length;
  if (halves.length > 2 || (halves.length === 1 ? missing !== 0 : missing < 1)) return undefined;
  const groups = [...head, ...new Array<string>(missing).fill('0'), ...tail];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return {
    family: 'ipv6',
    text: formatGroups(groups.map((group) => parseInt(group, 16))),
    value: BigInt(`0x${groups.map((group) => group.padStart(4, '0')).join('')}`),
  };
}

/**
 * The text of an IPv6 address given as its eight groups (RFC 5952 section 4): `::` stands for the first of the longest
 * runs of two zero groups or more. By hand: an agent reads thousands of addresses a second, and ip-address takes
 * several times as long.
 */
export function formatGroups(groups: readonly number[]): string {
  let start = 0;
  let length = 1;
  for (let at = 0, run = 0; at < groups.length; at++) {
    run = groups[at] === 0 ? run + 1 : 0;
    if (run > length) [start, length] = [at + 1 - run, run];
  }
  let text = '';
  for (let at = 0; at < groups.length; at++) {
    if (length > 1 && at === start) {
      text += '::';
      at += length - 1;
    } else text += at === 0 || text.endsWith('::') ? hexOf(groups[at]) : `:${hexOf(groups[at])}`;
  }
  return text;
}

function hexOf(group = 0): string {
  return group.toString(16);
}
