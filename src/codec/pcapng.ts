/*
 * Blocks of a pcapng file, which Wireshark, tshark and tcpdump read (draft-ietf-opsawg-pcapng), in little-endian order.
 * Written out here, since a capture needs four kinds of blocks, with options that packages leave out: names of interfaces,
 * nanoseconds, directions, and what was lost.
 */

const SECTION_HEADER = 0x0a0d_0d0a;
const INTERFACE_DESCRIPTION = 1;
const INTERFACE_STATISTICS = 5;
const ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b_3c4d;
const LINKTYPE_ETHERNET = 1;
const END_OF_OPTIONS = 0;
const SHB_USERAPPL = 4;
const IF_NAME = 2;
const IF_TSRESOL = 9;
/** Timestamps count in units of 10^-9 s. */
const NANOSECONDS = 9;
const EPB_FLAGS = 2;
const ISB_IFRECV = 4;
const ISB_IFDROP = 5;
const INBOUND = 1;
const OUTBOUND = 2;

/** How a frame came to an interface, as the flags of a packet number it; 0 for one that it sent. */
const receptions = { sent: 0, unicast: 1 << 2, multicast: 2 << 2, broadcast: 3 << 2, 'of another': 4 << 2 } as const;

/** `sent` by the interface, or received: for itself, for a group, for all, or seen though it was for another. */
export type FrameCourse = keyof typeof receptions;

export interface CapturedFrame {
  /** The position of its interface among the descriptions, from 0. */
  readonly interfaceId: number;
  /** UTC, since 1970. */
  readonly timestampNs: bigint;
  readonly course: FrameCourse;
  /** From the Ethernet header on, cut off at the snap length. */
  readonly bytes: Uint8Array;
  /** How long it was on the wire. */
  readonly originalBytes: number;
}

/** Where a file begins: a section of unknown length, written by nearcast. */
export function sectionHeader(): Buffer {
  const body = Buffer.alloc(16);
  body.writeUInt32LE(BYTE_ORDER_MAGIC, 0);
  body.writeUInt16LE(1, 4);
  body.writeUInt16LE(0, 6);
  body.writeBigInt64LE(-1n, 8);
  return block(SECTION_HEADER, body, option(SHB_USERAPPL, Buffer.from('nearcast')));
}

/** An Ethernet interface; the next free number is its own. */
export function interfaceDescription(name: string, snapLength: number): Buffer {
  const body = Buffer.alloc(8);
  body.writeUInt16LE(LINKTYPE_ETHERNET, 0);
  body.writeUInt32LE(snapLength, 4);
  return block(
    INTERFACE_DESCRIPTION,
    body,
    option(IF_NAME, Buffer.from(name)),
    option(IF_TSRESOL, Buffer.from([NANOSECONDS])),
  );
}

/** One frame, with its direction. */
export function enhancedPacket({ interfaceId, timestampNs, course, bytes, originalBytes }: CapturedFrame): Buffer {
  const body = Buffer.alloc(20 + padded(bytes.length));
  body.writeUInt32LE(interfaceId, 0);
  writeTimestamp(body, timestampNs, 4);
  body.writeUInt32LE(bytes.length, 12);
  body.writeUInt32LE(originalBytes, 16);
  body.set(bytes, 20);
  const flags = Buffer.alloc(4);
  flags.writeUInt32LE((course === 'sent' ? OUTBOUND : INBOUND) | receptions[course], 0);
  return block(ENHANCED_PACKET, body, option(EPB_FLAGS, flags));
}

/** A block as it was written above. */
export interface WrittenBlock {
  readonly kind: 'section' | 'interface' | 'packet' | 'statistics';
  readonly bytes: Buffer;
}

/** Takes a part of a file that nearcast wrote into its blocks. */
export function blocksOf(file: Buffer): readonly WrittenBlock[] {
  const blocks: WrittenBlock[] = [];
  for (let at = 0; at < file.length;) {
    const bytes = file.subarray(at, at + file.readUInt32LE(at + 4));
    blocks.push({ kind: kindOf(bytes.readUInt32LE(0)), bytes });
    at += bytes.length;
  }
  return blocks;
}

/** The time and the interface of a packet, or of the statistics of an interface. */
export function stampOf(written: Buffer): { readonly interfaceId: number; readonly timestampNs: bigint } {
  return {
    interfaceId: written.readUInt32LE(8),
    timestampNs: (BigInt(written.readUInt32LE(12)) << 32n) | BigInt(written.readUInt32LE(16)),
  };
}

/** The same block with another time and interface. */
export function stamped(
  written: Buffer,
  { interfaceId, timestampNs }: { readonly interfaceId: number; readonly timestampNs: bigint },
): Buffer {
  const copy = Buffer.from(written);
  copy.writeUInt32LE(interfaceId, 8);
  writeTimestamp(copy, timestampNs, 12);
  return copy;
}

function kindOf(type: number): WrittenBlock['kind'] {
  if (type === SECTION_HEADER) return 'section';
  if (type === INTERFACE_DESCRIPTION) return 'interface';
  return type === ENHANCED_PACKET ? 'packet' : 'statistics';
}

/** How many frames passed an interface since the capture began, and how many of them are not in the file. */
export function interfaceStatistics(
  interfaceId: number,
  timestampNs: bigint,
  { seen, dropped }: { readonly seen: number; readonly dropped: number },
): Buffer {
  const body = Buffer.alloc(12);
  body.writeUInt32LE(interfaceId, 0);
  writeTimestamp(body, timestampNs, 4);
  return block(INTERFACE_STATISTICS, body, option(ISB_IFRECV, count(seen)), option(ISB_IFDROP, count(dropped)));
}

function block(type: number, body: Buffer, ...options: readonly Buffer[]): Buffer {
  const length = Buffer.alloc(4);
  const whole = [body, ...options, option(END_OF_OPTIONS, Buffer.alloc(0))];
  length.writeUInt32LE(
    whole.reduce((sum, part) => sum + part.length, 12),
    0,
  );
  const start = Buffer.alloc(4);
  start.writeUInt32LE(type, 0);
  return Buffer.concat([start, length, ...whole, length]);
}

/** Everything in a file starts at a multiple of four bytes. */
function option(code: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + padded(value.length));
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt16LE(value.length, 2);
  bytes.set(value, 4);
  return bytes;
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}

/** The upper half comes first, whatever the order of bytes. */
function writeTimestamp(body: Buffer, timestampNs: bigint, at: number): void {
  body.writeUInt32LE(Number(timestampNs >> 32n), at);
  body.writeUInt32LE(Number(timestampNs & 0xffff_ffffn), at + 4);
}

function count(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value), 0);
  return bytes;
}
