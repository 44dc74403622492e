/** An ICMP error about one of our own questions. */
export interface HopError {
  readonly kind: 'hop-limit-exceeded' | 'unreachable';
  /** Who says so, where the message itself names it (IPv4). */
  readonly from: string | undefined;
  /** The DNS id of the question it is about. */
  readonly questionId: number;
}

const UDP = 17;
const UDP_HEADER = 8;
const IPV6_HEADER = 40;

/**
 * Reads what a raw ICMP socket received: an IPv4 packet (RFC 792), or an ICMPv6 message (RFC 4443). Undefined unless it
 * is an error about a UDP datagram from `sourcePort`, whose first bytes it quotes.
 */
export function parseHopError(
  message: Buffer,
  family: 'ipv4' | 'ipv6',
  sourcePort: number,
): HopError | undefined {
  const icmpStart = family === 'ipv4' ? headerLength(message, 0) : 0;
  const quotedStart = icmpStart + 8;
  const udpStart = quotedStart + (family === 'ipv4' ? headerLength(message, quotedStart) : IPV6_HEADER);
  if (message.length < udpStart + UDP_HEADER + 2) return undefined;
  const protocol = message[quotedStart + (family === 'ipv4' ? 9 : 6)];
  const kind = kindOf(message[icmpStart] ?? 0, family);
  if (kind === undefined || protocol !== UDP || message.readUInt16BE(udpStart) !== sourcePort) return undefined;
  return {
    kind,
    from: family === 'ipv4' ? message.subarray(12, 16).join('.') : undefined,
    questionId: message.readUInt16BE(udpStart + UDP_HEADER),
  };
}

function kindOf(type: number, family: 'ipv4' | 'ipv6'): HopError['kind'] | undefined {
  const [exceeded, unreachable] = family === 'ipv4' ? [11, 3] : [3, 1];
  if (type === exceeded) return 'hop-limit-exceeded';
  return type === unreachable ? 'unreachable' : undefined;
}

function headerLength(packet: Buffer, start: number): number {
  return ((packet[start] ?? 0) & 0x0f) * 4;
}
