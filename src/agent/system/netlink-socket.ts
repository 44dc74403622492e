import { closeSync } from 'node:fs';
import koffi from 'koffi';
import type { Family } from '../../plan/model.js';
import { isLastOfDump, routeDumpRequest } from '../../codec/route-netlink.js';
import { systemError, type NetNamespace } from './kernel.js';

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2_000_000;
const NETLINK_ROUTE = 0;
const SOL_NETLINK = 270;
const NETLINK_GET_STRICT_CHK = 12;
const SOL_SOCKET = 1;
const SO_RCVBUFFORCE = 33;
const MSG_DONTWAIT = 0x40;
const LARGEST_DATAGRAM_BYTES = 65_536;
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
/** Links, and the addresses and routes of both families (rtnetlink(7)). */
const GROUPS = 0x1 | 0x10 | 0x40 | 0x1_00 | 0x4_00;
/** Next hops that are objects of their own, which change without a word about the routes over them (ip-nexthop(8)). */
const NEXT_HOPS = 0x80_00_00_00;
const ENOBUFS = 105;

/** Sockets over which kernels report changes in their namespaces. */
export interface NewsSockets {
  /** A socket that receives changes of links, addresses and routes of a namespace, and of next hops if wanted. */
  open(namespace: NetNamespace, wanted?: { readonly nextHops: boolean }): number;
  /** The index of an interface; 0 where there is none of that name. */
  indexOf(namespace: NetNamespace, device: string): number;
  /** The next datagram, or undefined where there is none. */
  receive(descriptor: number): Buffer | undefined;
  /** Takes all datagrams; whether there were any, or some that found no room. */
  drain(descriptor: number): boolean;
}

/** Reads what kernels forward by. */
export interface RouteTables {
  /** The datagrams of a dump of all routes of a namespace, of these families. */
  dump(namespace: NetNamespace, families: readonly Family[]): readonly Buffer[];
  /** Names of interfaces by their index. */
  devices(namespace: NetNamespace, names: readonly string[]): ReadonlyMap<number, string>;
}

/** Loads what is needed to receive changes. */
export function loadNewsSockets(): NewsSockets {
  const { socket, bind, setsockopt, recv, indexOf } = loadCalls();
  const received = Buffer.alloc(LARGEST_DATAGRAM_BYTES);
  return {
    open(namespace, { nextHops } = { nextHops: false }) {
      return namespace.run(() => {
        const descriptor = checked(
          'socket',
          socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE),
        );
        const size = Buffer.alloc(4);
        size.writeInt32LE(RECEIVE_BUFFER_BYTES);
        // Without the capability on the first user namespace the usual size has to do.
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, size, 4);
        const address = Buffer.alloc(12);
        address.writeUInt16LE(AF_NETLINK, 0);
        address.writeUInt32LE(GROUPS + (nextHops ? NEXT_HOPS : 0), 8);
        checked('bind', bind(descriptor, address, address.length));
        return descriptor;
      });
    },
    indexOf: (namespace, device) => namespace.run(() => indexOf(device)),
    receive(descriptor) {
      const size = recv(descriptor, received, received.length, MSG_DONTWAIT);
      return size < 0 ? undefined : Buffer.from(received.subarray(0, size));
    },
    drain(descriptor) {
      let isNews = false;
      while (recv(descriptor, received, received.length, MSG_DONTWAIT) >= 0 || koffi.errno() === ENOBUFS) isNews = true;
      return isNews;
    },
  };
}

/** Loads what is needed to ask for routes. */
export function loadRouteTables(): RouteTables {
  const { socket, send, setsockopt, recv, indexOf } = loadCalls();
  const received = Buffer.alloc(LARGEST_DATAGRAM_BYTES);
  const on = Buffer.from([1, 0, 0, 0]);
  return {
    dump: (namespace, families) =>
      namespace.run(() => {
        const descriptor = checked('socket', socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
        try {
          // A kernel that does not know the option dumps the routes of every table; the reader filters them.
          setsockopt(descriptor, SOL_NETLINK, NETLINK_GET_STRICT_CHK, on, on.length);
          return families.flatMap((family) => {
            const request = routeDumpRequest(family);
            checked('send', send(descriptor, request, request.length, 0));
            const datagrams: Buffer[] = [];
            for (let isLast = false; !isLast;) {
              // A list is made while it is read: nothing to read is its end.
              const size = recv(descriptor, received, received.length, MSG_DONTWAIT);
              const datagram = Buffer.from(received.subarray(0, Math.max(size, 0)));
              isLast = isLastOfDump(datagram);
              datagrams.push(datagram);
            }
            return datagrams;
          });
        } finally {
          closeSync(descriptor);
        }
      }),
    devices: (namespace, names) => namespace.run(() => new Map(names.map((name) => [indexOf(name), name]))),
  };
}

type Call = (...args: unknown[]) => number;

function loadCalls(): Readonly<Record<'socket' | 'bind' | 'send' | 'setsockopt' | 'recv' | 'indexOf', Call>> {
  const libc = koffi.load('libc.so.6');
  return {
    socket: libc.func('int socket(int domain, int type, int protocol)') as Call,
    bind: libc.func('int bind(int fd, void *address, uint32_t length)') as Call,
    send: libc.func('intptr_t send(int fd, void *data, size_t size, int flags)') as Call,
    setsockopt: libc.func('int setsockopt(int fd, int level, int name, void *value, uint32_t length)') as Call,
    recv: libc.func('intptr_t recv(int fd, void *data, size_t size, int flags)') as Call,
    indexOf: libc.func('uint32_t if_nametoindex(const char *name)') as Call,
  };
}

function checked(name: string, result: number): number {
  if (result < 0) throw systemError(name);
  return result;
}
