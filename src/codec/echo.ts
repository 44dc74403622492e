import type { Family } from '../support/family.js';

/** Which echo a request asks for, and a reply is: both 16 bits. */
export interface EchoId {
  readonly id: number;
  readonly sequence: number;
}

const HEADER = 8;
const PAYLOAD = Buffer.from('nearcast');
const TYPES = { ipv4: { request: 8, reply: 0 }, ipv6: { request: 128, reply: 129 } } as const;

/**
 * An ICMP echo request (RFC 792, RFC 4443 section 4.1). The kernel writes the checksum of ICMPv6, which covers
 * addresses.
 */
export function echoRequest(family: Family, { id, sequence }: EchoId): Buffer {
  const message = Buffer.alloc(HEADER + PAYLOAD.length);
  message[0] = TYPES[family].request;
  message.writeUInt16BE(id, 4);
  message.writeUInt16BE(sequence, 6);
  PAYLOAD.copy(message, HEADER);
  if (family === 'ipv4') message.writeUInt16BE(checksum(message), 2);
  return message;
}

/**
 * Which request a received message answers: an IPv4 packet, or an ICMPv6 message. Undefined if it is not an echo reply.
 */
export function readEchoReply(message: Buffer, family: Family): EchoId | undefined {
  const start = family === 'ipv4' ? ((message[0] ?? 0) & 0x0f) * 4 : 0;
  if (message.length < start + HEADER || message[start] !== TYPES[family].reply) return undefined;
  return echoIdOf(message.subarray(start));
}

/** The id of an echo, from its first eight bytes. */
export function echoIdOf(message: Buffer): EchoId {
  return { id: message.readUInt16BE(4), sequence: message.readUInt16BE(6) };
}

/** The Internet checksum of an even number of bytes (RFC 1071). */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
