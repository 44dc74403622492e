import type { Family } from '../plan/model.js';

/** For every packet to an address, a mark: one of `count` from `first` on. */
export interface PacketMarks {
  readonly family: Family;
  readonly address: Uint8Array;
  readonly by: 'random' | 'round-robin';
  readonly first: number;
  readonly count: number;
}

const NFNL_SUBSYS_NFTABLES = 10;
const NFNL_MSG_BATCH = { begin: 0x10, end: 0x11 } as const;
const NFT_MSG = { newTable: 0, deleteTable: 2, newChain: 3, newRule: 6 } as const;
const NLM_F = { request: 0x1, ack: 0x4, create: 0x4_00, append: 0x8_00 } as const;
const NLA_F_NESTED = 0x80_00;
const NFPROTO: Readonly<Record<Family, number>> = { ipv4: 2, ipv6: 10 };
const NLMSG_ERROR = 2;
const HEADER_BYTES = 16;
/** Before a packet's route is looked up, at the priority that nft(8) calls mangle. */
const HOOK_PREROUTING = 0;
const PRIORITY_MANGLE = -150;
const REGISTER = 1;
const CMP_EQUAL = 0;
const PAYLOAD_NETWORK_HEADER = 1;
const META_MARK = 3;
const NUMGEN: Readonly<Record<PacketMarks['by'], number>> = { 'round-robin': 0, random: 1 };
/** Where the destination address stands in a header (RFC 791 section 3.1, RFC 8200 section 3). */
const DESTINATION_OFFSET: Readonly<Record<Family, number>> = { ipv4: 16, ipv6: 24 };

/**
 * The messages of nfnetlink that make a table of that name what is wanted, in one transaction: the kernel goes from the
 * old rules to the new ones with no packet between. Each message but the first and the last is acknowledged.
 */
export function marksRequest(table: string, family: Family, marks: readonly PacketMarks[]): readonly Buffer[] {
  const proto = NFPROTO[family];
  const name = text(1, table);
  const chain = 'select';
  const create = NLM_F.create;
  return [
    batchEdge(NFNL_MSG_BATCH.begin),
    // A table that is not there cannot be deleted: it is made first.
    message(NFT_MSG.newTable, create, proto, [name]),
    message(NFT_MSG.deleteTable, 0, proto, [name]),
    ...(marks.length === 0
      ? []
      : [
          message(NFT_MSG.newTable, create, proto, [name]),
          message(NFT_MSG.newChain, create, proto, [
            name,
            text(3, chain),
            nested(4, [number(1, HOOK_PREROUTING), number(2, PRIORITY_MANGLE)]),
            text(7, 'filter'),
          ]),
          ...marks.map((one) =>
            message(NFT_MSG.newRule, create | NLM_F.append, proto, [name, text(2, chain), nested(4, expressions(one))]),
          ),
        ]),
    batchEdge(NFNL_MSG_BATCH.end),
  ];
}

/** The errors in what a kernel answered: as many as there are, each a number of errno(3). */
export function errorsIn(datagram: Buffer): readonly number[] {
  const errors: number[] = [];
  for (let at = 0; at + HEADER_BYTES + 4 <= datagram.length;) {
    const length = datagram.readUInt32LE(at);
    if (length < HEADER_BYTES) break;
    if (datagram.readUInt16LE(at + 4) === NLMSG_ERROR) {
      const error = datagram.readInt32LE(at + HEADER_BYTES);
      if (error !== 0) errors.push(-error);
    }
    at += (length + 3) & ~3;
  }
  return errors;
}

/** ip daddr ADDRESS meta mark set numgen inc|random mod COUNT offset FIRST, as nft(8) writes it. */
function expressions({ family, address, by, first, count }: PacketMarks): readonly Buffer[] {
  return [
    expression('payload', [
      number(1, REGISTER),
      number(2, PAYLOAD_NETWORK_HEADER),
      number(3, DESTINATION_OFFSET[family]),
      number(4, address.length),
    ]),
    expression('cmp', [number(1, REGISTER), number(2, CMP_EQUAL), nested(3, [attribute(1, Buffer.from(address))])]),
    expression('numgen', [number(1, REGISTER), number(2, count), number(3, NUMGEN[by]), number(4, first)]),
    expression('meta', [number(2, META_MARK), number(3, REGISTER)]),
  ];
}

function expression(name: string, attributes: readonly Buffer[]): Buffer {
  return nested(1, [text(1, name), nested(2, attributes)]);
}

function message(type: number, flags: number, family: number, attributes: readonly Buffer[]): Buffer {
  const wanted = NLM_F.request | NLM_F.ack | flags;
  return netlink((NFNL_SUBSYS_NFTABLES << 8) | type, wanted, Buffer.from([family, 0, 0, 0]), attributes);
}

function batchEdge(type: number): Buffer {
  return netlink(type, NLM_F.request, Buffer.from([0, 0, 0, NFNL_SUBSYS_NFTABLES]), []);
}

function netlink(type: number, flags: number, general: Buffer, attributes: readonly Buffer[]): Buffer {
  const body = Buffer.concat([general, ...attributes]);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(HEADER_BYTES + body.length, 0);
  header.writeUInt16LE(type, 4);
  header.writeUInt16LE(flags, 6);
  return Buffer.concat([header, body]);
}

function attribute(type: number, value: Buffer): Buffer {
  const padded = Buffer.alloc((4 + value.length + 3) & ~3);
  padded.writeUInt16LE(4 + value.length, 0);
  padded.writeUInt16LE(type, 2);
  value.copy(padded, 4);
  return padded;
}

function nested(type: number, attributes: readonly Buffer[]): Buffer {
  return attribute(type | NLA_F_NESTED, Buffer.concat(attributes));
}

function text(type: number, value: string): Buffer {
  return attribute(type, Buffer.from(`${value}\0`));
}

/** In network byte order, as nftables has all its numbers. */
function number(type: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return attribute(type, bytes);
}
