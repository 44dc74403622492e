import type { Family } from '../plan/model.js';
import { addressText } from '../support/address-text.js';

/** What a kernel says of its network in rtnetlink(7), as far as a timeline needs it. */
export type KernelNews =
  | {
      readonly kind: 'link';
      readonly index: number;
      readonly isEnabled: boolean;
      readonly isUp: boolean;
      readonly isGone: boolean;
    }
  | { readonly kind: 'address'; readonly index: number; readonly address: string; readonly isGone: boolean }
  | {
      readonly kind: 'route';
      readonly prefix: string;
      readonly hops: readonly KernelHop[];
      readonly metric: number;
      readonly isGone: boolean;
    };

/** A next hop of a route. */
export interface KernelHop {
  readonly index: number;
  readonly via: string | undefined;
  /** The kernel sends no packet that way: the interface is down, or has no carrier and such routes are ignored. */
  readonly isDead: boolean;
}

const HEADER = 16;
/** The sizes of struct ifinfomsg, ifaddrmsg and rtmsg. */
const LINK = 16;
const ADDRESS = 8;
const ROUTE = 12;
const RTM = {
  newLink: 16,
  deleteLink: 17,
  newAddress: 20,
  deleteAddress: 21,
  newRoute: 24,
  deleteRoute: 25,
  getRoutes: 26,
} as const;
/** The end of a list, or the word that there is none (netlink(7)). */
const NLMSG = { error: 2, done: 3 } as const;
const NLM_F_REQUEST = 0x1;
const NLM_F_DUMP = 0x3_00;
const IFF_UP = 0x1;
const IFF_LOWER_UP = 0x1_0000;
const IFA_ADDRESS = 1;
const RTA = { destination: 1, outInterface: 4, gateway: 5, metric: 6, multipath: 9, table: 15 } as const;
const RT_TABLE_MAIN = 254;
const RTNH_F_DEAD = 0x1;
const AF_INET = 2;
const AF_INET6 = 10;

/** The request for a dump of all routes of a family in the main table. */
export function routeDumpRequest(family: Family): Buffer {
  const request = Buffer.alloc(HEADER + ROUTE);
  request.writeUInt32LE(request.length, 0);
  request.writeUInt16LE(RTM.getRoutes, 4);
  request.writeUInt16LE(NLM_F_REQUEST | NLM_F_DUMP, 6);
  request[HEADER] = family === 'ipv4' ? AF_INET : AF_INET6;
  request[HEADER + 4] = RT_TABLE_MAIN;
  return request;
}

/** Whether nothing comes after this datagram of a list; what is not a list at all is at its end. */
export function isLastOfDump(datagram: Buffer): boolean {
  for (let at = 0; at + HEADER <= datagram.length;) {
    const length = datagram.readUInt32LE(at);
    if (length < HEADER) return true;
    const type = datagram.readUInt16LE(at + 4);
    if (type === NLMSG.done || type === NLMSG.error) return true;
    at += aligned(length);
  }
  return datagram.length < HEADER;
}

/**
 * Reads the messages of one datagram from a netlink socket, in order; what a timeline does not need, or what is cut
 * off, is left out.
 */
export function readKernelNews(datagram: Buffer): readonly KernelNews[] {
  const news: KernelNews[] = [];
  for (let at = 0; at + HEADER <= datagram.length;) {
    const length = datagram.readUInt32LE(at);
    if (length < HEADER || at + length > datagram.length) break;
    const one = readMessage(datagram.readUInt16LE(at + 4), datagram.subarray(at + HEADER, at + length));
    if (one !== undefined) news.push(one);
    at += aligned(length);
  }
  return news;
}

function readMessage(type: number, body: Buffer): KernelNews | undefined {
  switch (type) {
    case RTM.newLink:
    case RTM.deleteLink: {
      if (body.length < LINK) return undefined;
      const flags = body.readUInt32LE(8);
      return {
        kind: 'link',
        index: body.readInt32LE(4),
        isEnabled: (flags & IFF_UP) !== 0,
        isUp: (flags & IFF_UP) !== 0 && (flags & IFF_LOWER_UP) !== 0,
        isGone: type === RTM.deleteLink,
      };
    }
    case RTM.newAddress:
    case RTM.deleteAddress: {
      const address = body.length < ADDRESS ? undefined : textOf(attributes(body, ADDRESS).get(IFA_ADDRESS));
      return address === undefined
        ? undefined
        : { kind: 'address', index: body.readUInt32LE(4), address, isGone: type === RTM.deleteAddress };
    }
    case RTM.newRoute:
    case RTM.deleteRoute:
      return readRoute(body, type === RTM.deleteRoute);
    default:
      return undefined;
  }
}

/**
 * Types of routes that discard what they match (rtnetlink(7)): blackhole, unreachable, prohibit. IPv6 names the
 * loopback as their next hop.
 */
const NOWHERE: ReadonlySet<number> = new Set([6, 7, 8]);

function readRoute(body: Buffer, isGone: boolean): KernelNews | undefined {
  const family = body[0];
  if (body.length < ROUTE || (family !== AF_INET && family !== AF_INET6)) return undefined;
  const found = attributes(body, ROUTE);
  const table = numberOf(found.get(RTA.table)) ?? body[4];
  const destination = textOf(found.get(RTA.destination) ?? Buffer.alloc(family === AF_INET ? 4 : 16));
  if (table !== RT_TABLE_MAIN || destination === undefined) return undefined;
  return {
    kind: 'route',
    prefix: `${destination}/${String(body[1] ?? 0)}`,
    hops: NOWHERE.has(body[7] ?? 0) ? [] : hopsOf(found, body.readUInt32LE(8)),
    metric: numberOf(found.get(RTA.metric)) ?? 0,
    isGone,
  };
}

/**
 * One next hop stands in attributes of the route itself, several in a list (struct rtnexthop), each with attributes and
 * flags of its own.
 */
function hopsOf(found: ReadonlyMap<number, Buffer>, flags: number): readonly KernelHop[] {
  const device = numberOf(found.get(RTA.outInterface));
  if (device !== undefined)
    return [{ index: device, via: textOf(found.get(RTA.gateway)), isDead: (flags & RTNH_F_DEAD) !== 0 }];
  const list = found.get(RTA.multipath) ?? Buffer.alloc(0);
  const hops: KernelHop[] = [];
  for (let at = 0; at + 8 <= list.length;) {
    const length = list.readUInt16LE(at);
    if (length < 8 || at + length > list.length) break;
    hops.push({
      index: list.readInt32LE(at + 4),
      via: textOf(attributes(list.subarray(at, at + length), 8).get(RTA.gateway)),
      isDead: ((list[at + 2] ?? 0) & RTNH_F_DEAD) !== 0,
    });
    at += aligned(length);
  }
  return hops;
}

function numberOf(value: Buffer | undefined): number | undefined {
  return value === undefined || value.length < 4 ? undefined : value.readUInt32LE(0);
}

function textOf(address: Buffer | undefined): string | undefined {
  return address?.length === 4 || address?.length === 16 ? addressText(address) : undefined;
}

function attributes(body: Buffer, start: number): ReadonlyMap<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = start; at + 4 <= body.length;) {
    const length = body.readUInt16LE(at);
    if (length < 4 || at + length > body.length) break;
    found.set(body.readUInt16LE(at + 2) & 0x3fff, body.subarray(at + 4, at + length));
    at += aligned(length);
  }
  return found;
}

function aligned(length: number): number {
  return (length + 3) & ~3;
}
