import { addressText } from '../support/address-text.js';

import type { Family } from '../support/family.js';

/**
 * What an ICMP error says. `refused`: nothing listens at that port of the destination, or it does not speak that protocol.
 * `unreachable`: no network, no host, or forbidden.
 */
export type IcmpErrorKind = 'hop-limit-exceeded' | 'refused' | 'unreachable';

/** An ICMP error, and the packet that it is about as far as it quotes it. */
export interface IcmpError {
  readonly kind: IcmpErrorKind;
  /** Who says so, where the message itself names it (IPv4). */
  readonly from: string | undefined;
  readonly protocol: 'udp' | 'tcp' | 'icmp';
  /** Where the packet was sent to. */
  readonly destination: string;
  /**
   * The packet behind its IP header, eight bytes or more: enough for the ports of UDP and TCP, and the id of an echo.
   */
  readonly quoted: Buffer;
}

const PROTOCOLS: Readonly<Record<Family, ReadonlyMap<number | undefined, IcmpError['protocol']>>> = {
  ipv4: new Map([
    [17, 'udp'],
    [6, 'tcp'],
    [1, 'icmp'],
  ]),
  ipv6: new Map([
    [17, 'udp'],
    [6, 'tcp'],
    [58, 'icmp'],
  ]),
};
const ICMP_HEADER = 8;
const IPV6_HEADER = 40;
/** What every error quotes of a packet at least (RFC 792). */
const LEAST_QUOTED = 8;

/**
 * Reads what a raw ICMP socket received: an IPv4 packet (RFC 792), or an ICMPv6 message (RFC 4443). Undefined where it
 * is not an error, or one about something else than UDP, TCP or an echo.
 */
export function parseIcmpError(message: Buffer, family: Family): IcmpError | undefined {
  const icmpStart = family === 'ipv4' ? headerLength(message, 0) : 0;
  const kind =
    family === 'ipv4'
      ? kindOfIpv4(message[icmpStart], message[icmpStart + 1])
      : kindOfIpv6(message[icmpStart], message[icmpStart + 1]);
  const packetStart = icmpStart + ICMP_HEADER;
  const start = packetStart + (family === 'ipv4' ? headerLength(message, packetStart) : IPV6_HEADER);
  if (kind === undefined || message.length < start + LEAST_QUOTED) return undefined;
  const protocol = PROTOCOLS[family].get(message[packetStart + (family === 'ipv4' ? 9 : 6)]);
  if (protocol === undefined) return undefined;
  return {
    kind,
    from: family === 'ipv4' ? addressText(message.subarray(12, 16)) : undefined,
    protocol,
    destination: addressText(
      family === 'ipv4'
        ? message.subarray(packetStart + 16, packetStart + 20)
        : message.subarray(packetStart + 24, packetStart + 40),
    ),
    quoted: message.subarray(start),
  };
}

/** RFC 792, RFC 1812 section 5.2.7.1. A packet that is too big for a link (code 4) is no matter of reach. */
function kindOfIpv4(type: number | undefined, code = 0): IcmpErrorKind | undefined {
  if (type === 11) return 'hop-limit-exceeded';
  if (type !== 3 || code === 4) return undefined;
  return code === 2 || code === 3 ? 'refused' : 'unreachable';
}

/** RFC 4443 section 3. */
function kindOfIpv6(type: number | undefined, code = 0): IcmpErrorKind | undefined {
  if (type === 3) return 'hop-limit-exceeded';
  if (type !== 1) return undefined;
  return code === 4 ? 'refused' : 'unreachable';
}

function headerLength(packet: Buffer, start: number): number {
  return ((packet[start] ?? 0) & 0x0f) * 4;
}
