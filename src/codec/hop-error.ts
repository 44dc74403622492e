import { parseIcmpError, type IcmpErrorKind } from './icmp-error.js';

/** An ICMP error about one of our own queries. */
export interface HopError {
  readonly kind: IcmpErrorKind;
  /** Who says so, where the message itself names it (IPv4). */
  readonly from: string | undefined;
  /** The DNS id of the query that it is about. */
  readonly questionId: number;
}

const UDP_HEADER = 8;

/**
 * Reads what a raw ICMP socket received: an IPv4 packet (RFC 792), or an ICMPv6 message (RFC 4443). Undefined unless it
 * is an error about a UDP datagram from `sourcePort`, whose first bytes it quotes.
 */
export function parseHopError(message: Buffer, family: 'ipv4' | 'ipv6', sourcePort: number): HopError | undefined {
  const error = parseIcmpError(message, family);
  if (error?.protocol !== 'udp' || error.quoted.length < UDP_HEADER + 2 || error.quoted.readUInt16BE(0) !== sourcePort)
    return undefined;
  return { kind: error.kind, from: error.from, questionId: error.quoted.readUInt16BE(UDP_HEADER) };
}
