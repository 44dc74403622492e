import koffi from 'koffi';
import { LabError } from '../errors.js';
import type { NetNamespace } from './kernel.js';

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2_000_000;
const NETLINK_ROUTE = 0;
const SOL_SOCKET = 1;
const SO_RCVBUFFORCE = 33;
const MSG_DONTWAIT = 0x40;
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
/** Links, and the addresses and routes of both families (rtnetlink(7)). */
const GROUPS = 0x1 | 0x10 | 0x40 | 0x1_00 | 0x4_00;

/** Sockets over which kernels tell what changes in their namespaces. */
export interface NewsSockets {
  /** A socket that hears of links, addresses and routes of a namespace. */
  open(namespace: NetNamespace): number;
  /** The index of an interface; 0 where there is none of that name. */
  indexOf(namespace: NetNamespace, device: string): number;
  /** The next datagram, or undefined where there is none. */
  receive(descriptor: number): Buffer | undefined;
}

/** Loads what is needed of the C library. */
export function loadNewsSockets(): NewsSockets {
  const libc = koffi.load('libc.so.6');
  const socket = libc.func('int socket(int domain, int type, int protocol)') as (...args: unknown[]) => number;
  const bind = libc.func('int bind(int fd, void *address, uint32_t length)') as (...args: unknown[]) => number;
  const setsockopt = libc.func('int setsockopt(int fd, int level, int name, void *value, uint32_t length)') as (...args: unknown[]) => number;
  const recv = libc.func('intptr_t recv(int fd, void *data, size_t size, int flags)') as (...args: unknown[]) => number;
  const indexOf = libc.func('uint32_t if_nametoindex(const char *name)') as (name: string) => number;
  const received = Buffer.alloc(65_536);
  const checked = (name: string, result: number): number => {
    if (result < 0) throw new LabError('DEPLOY_FAILED', `${name}: errno ${String(koffi.errno())}`);
    return result;
  };
  return {
    open(namespace) {
      return namespace.run(() => {
        const descriptor = checked('socket', socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE));
        const size = Buffer.alloc(4);
        size.writeInt32LE(RECEIVE_BUFFER_BYTES);
        // Without the capability on the first user namespace the usual size has to do.
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, size, 4);
        const address = Buffer.alloc(12);
        address.writeUInt16LE(AF_NETLINK, 0);
        address.writeUInt32LE(GROUPS, 8);
        checked('bind', bind(descriptor, address, address.length));
        return descriptor;
      });
    },
    indexOf: (namespace, device) => namespace.run(() => indexOf(device)),
    receive(descriptor) {
      const size = recv(descriptor, received, received.length, MSG_DONTWAIT);
      return size < 0 ? undefined : Buffer.from(received.subarray(0, size));
    },
  };
}
