import { closeSync, openSync } from 'node:fs';
import koffi from 'koffi';
import { LabError } from '../../errors.js';

const CLONE_NEWNET = 0x4000_0000;
const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_RAW = 3;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2_000_000;
const SOL_SOCKET = 1;
const IPPROTO_TCP = 6;
const TCP_USER_TIMEOUT = 18;
const SO_REUSEADDR = 2;
const SO_BROADCAST = 6;
const SO_BINDTODEVICE = 25;
const IPPROTO_IP = 0;
const IPPROTO_ICMP = 1;
const IPPROTO_IPV6 = 41;
const IPPROTO_ICMPV6 = 58;
const IP_TTL = 2;
const IP_FREEBIND = 15;
const IP_TRANSPARENT = 19;
const IP_MULTICAST_TTL = 33;
const IPV6_UNICAST_HOPS = 16;
const IPV6_MULTICAST_HOPS = 18;
const IPV6_V6ONLY = 26;
const IPV6_TRANSPARENT = 75;
const IPV6_FREEBIND = 78;
const MSG_DONTWAIT = 0x40;
const SIOCGIFFLAGS = 0x8913;
const SIOCSIFFLAGS = 0x8914;
const IFF_UP = 1;
const IFF_RUNNING = 0x40;
const IFNAMSIZ = 16;

type Errno = (...args: unknown[]) => number;

/**
 * The few system calls that Node has no word for. `setns` moves only the calling thread, so every call below is made
 * synchronously on the main thread, inside `NetNamespace.run`, and the thread is back home before anything else runs.
 */
export interface Kernel {
  unshareNet(): void;
  /** Ends this process at once. */
  exit(): void;
  setns(descriptor: number): void;
  socket(kind: 'udp' | 'tcp' | 'icmp', family: SocketFamily): number;
  /**
   * Binds to an address that the node may not have yet, or no longer. An exclusive port is one that no other socket
   * has. Port 0, which the kernel chooses, is always exclusive: among sockets that share ports it may choose one that is
   * taken. From a forged address it also sends, though the node never has it.
   */
  bind(descriptor: number, address: SocketAddress, sharing?: 'shared' | 'exclusive' | 'forged'): void;
  /** From now on the socket takes only what came in by this interface. */
  bindToDevice(descriptor: number, device: string): void;
  /** The port that a socket is bound to. */
  portOf(descriptor: number): number;
  listen(descriptor: number): void;
  /** How long what a TCP socket sends may stay without an acknowledgment before its connection ends (RFC 5482). */
  setUserTimeout(descriptor: number, ms: number): void;
  setHopLimit(descriptor: number, family: SocketFamily, hops: number): void;
  /** Lets a socket send to broadcast addresses, and to groups this many hops away. */
  reachGroups(descriptor: number, family: SocketFamily, hops: number): void;
  send(descriptor: number, payload: Buffer, to: SocketAddress): void;
  /** What has arrived, or undefined when nothing has. */
  receive(descriptor: number): { payload: Buffer; from: Buffer } | undefined;
  setInterfaceUp(name: string, up: boolean): void;
  /** Whether an interface is up and has a carrier. */
  hasCarrier(name: string): boolean;
}

export type SocketFamily = 'ipv4' | 'ipv6';

export interface SocketAddress {
  readonly family: SocketFamily;
  /** 4 or 16 bytes. */
  readonly bytes: Uint8Array;
  readonly port: number;
}

/** Loads the C library's entry points. Throws PLATFORM_UNSUPPORTED where there is none to load. */
export function loadKernel(): Kernel {
  const libc = koffi.load('libc.so.6');
  const call = (name: string, signature: string): Errno => {
    const entry = libc.func(signature) as Errno;
    return (...args) => {
      const result = entry(...args);
      if (result < 0) throw systemError(name);
      return result;
    };
  };
  const exit = libc.func('void _exit(int status)') as (status: number) => void;
  const unshare = call('unshare', 'int unshare(int flags)');
  const setns = call('setns', 'int setns(int fd, int nstype)');
  const socket = call('socket', 'int socket(int domain, int type, int protocol)');
  const setsockopt = call('setsockopt', 'int setsockopt(int fd, int level, int name, void *value, uint32_t length)');
  const bind = call('bind', 'int bind(int fd, void *address, uint32_t length)');
  const getsockname = call('getsockname', 'int getsockname(int fd, void *address, void *length)');
  const listen = call('listen', 'int listen(int fd, int backlog)');
  const sendto = call(
    'sendto',
    'intptr_t sendto(int fd, void *data, size_t size, int flags, void *to, uint32_t toLength)',
  );
  const ioctl = call('ioctl', 'int ioctl(int fd, unsigned long request, void *argument)');
  const recvfrom = libc.func(
    'intptr_t recvfrom(int fd, void *data, size_t size, int flags, void *from, void *fromLength)',
  ) as Errno;
  const option = (descriptor: number, level: number, name: number, value: number): void => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(value);
    setsockopt(descriptor, level, name, bytes, 4);
  };
  /** Reads an interface's flags (netdevice(7)) and hands them on, with the socket to change them by. */
  const interfaceRequest = <T>(name: string, work: (descriptor: number, request: Buffer) => T): T => {
    const descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    try {
      const request = Buffer.alloc(40);
      request.write(name, 0, IFNAMSIZ - 1, 'latin1');
      ioctl(descriptor, SIOCGIFFLAGS, request);
      return work(descriptor, request);
    } finally {
      closeSync(descriptor);
    }
  };
  return {
    exit: () => {
      exit(0);
    },
    unshareNet: () => void unshare(CLONE_NEWNET),
    setns: (descriptor) => void setns(descriptor, CLONE_NEWNET),
    socket(kind, family) {
      const domain = family === 'ipv4' ? AF_INET : AF_INET6;
      const type = { udp: SOCK_DGRAM, tcp: SOCK_STREAM, icmp: SOCK_RAW }[kind];
      const protocol = kind !== 'icmp' ? 0 : family === 'ipv4' ? IPPROTO_ICMP : IPPROTO_ICMPV6;
      const descriptor = socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
      if (family === 'ipv6' && kind !== 'icmp') option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1);
      return descriptor;
    },
    bind(descriptor, address, sharing = 'shared') {
      if (address.family === 'ipv4') option(descriptor, IPPROTO_IP, IP_FREEBIND, 1);
      else option(descriptor, IPPROTO_IPV6, IPV6_FREEBIND, 1);
      if (sharing === 'forged' && address.family === 'ipv4') option(descriptor, IPPROTO_IP, IP_TRANSPARENT, 1);
      else if (sharing === 'forged') option(descriptor, IPPROTO_IPV6, IPV6_TRANSPARENT, 1);
      if (sharing === 'shared' && address.port !== 0) option(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
      const bytes = sockaddr(address);
      bind(descriptor, bytes, bytes.length);
    },
    bindToDevice(descriptor, device) {
      const name = Buffer.from(`${device}\0`, 'latin1');
      setsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, name, name.length);
    },
    portOf(descriptor) {
      const address = Buffer.alloc(28);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(address.length);
      getsockname(descriptor, address, length);
      return address.readUInt16BE(2);
    },
    listen: (descriptor) => void listen(descriptor, 128),
    setUserTimeout(descriptor, ms) {
      option(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, ms);
    },
    setHopLimit(descriptor, family, hops) {
      if (family === 'ipv4') option(descriptor, IPPROTO_IP, IP_TTL, hops);
      else option(descriptor, IPPROTO_IPV6, IPV6_UNICAST_HOPS, hops);
    },
    reachGroups(descriptor, family, hops) {
      option(descriptor, SOL_SOCKET, SO_BROADCAST, 1);
      if (family === 'ipv4') option(descriptor, IPPROTO_IP, IP_MULTICAST_TTL, hops);
      else option(descriptor, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, hops);
    },
    send(descriptor, payload, to) {
      const bytes = sockaddr(to);
      sendto(descriptor, payload, payload.length, MSG_DONTWAIT, bytes, bytes.length);
    },
    receive(descriptor) {
      const payload = Buffer.alloc(2048);
      const from = Buffer.alloc(28);
      const fromLength = Buffer.alloc(4);
      fromLength.writeUInt32LE(from.length);
      const size = recvfrom(descriptor, payload, payload.length, MSG_DONTWAIT, from, fromLength);
      return size < 0 ? undefined : { payload: payload.subarray(0, size), from };
    },
    setInterfaceUp(name, up) {
      interfaceRequest(name, (descriptor, request) => {
        const flags = request.readInt16LE(IFNAMSIZ);
        request.writeInt16LE(up ? flags | IFF_UP : flags & ~IFF_UP, IFNAMSIZ);
        ioctl(descriptor, SIOCSIFFLAGS, request);
      });
    },
    hasCarrier: (name) => interfaceRequest(name, (_, request) => (request.readInt16LE(IFNAMSIZ) & IFF_RUNNING) !== 0),
  };
}

/** `struct sockaddr_in` or `sockaddr_in6`. */
export function sockaddr({ family, bytes, port }: SocketAddress): Buffer {
  if (family === 'ipv4') {
    const address = Buffer.alloc(16);
    address.writeUInt16LE(AF_INET, 0);
    address.writeUInt16BE(port, 2);
    address.set(bytes, 4);
    return address;
  }
  const address = Buffer.alloc(28);
  address.writeUInt16LE(AF_INET6, 0);
  address.writeUInt16BE(port, 2);
  address.set(bytes, 8);
  return address;
}

/** What the call that failed last said. */
export function systemError(name: string): LabError {
  const errno = koffi.errno();
  const word = Object.entries(koffi.os.errno).find(([, value]) => value === errno)?.[0] ?? String(errno);
  return new LabError('SYSTEM_CALL_FAILED', `${name}: ${word}`, {
    cause: Object.assign(new Error(word), { code: word }),
  });
}

/** What a system call that fails means while a lab is deployed: the lab does not come up. */
export function deployFailureOf(thrown: unknown): unknown {
  return thrown instanceof LabError && thrown.code === 'SYSTEM_CALL_FAILED'
    ? new LabError('DEPLOY_FAILED', thrown.message, { cause: thrown.cause, hint: thrown.hint })
    : thrown;
}

/** The word for the kernel's error, such as `ENETUNREACH`, of what a system call here or one of Node's threw. */
export function errnoOf(thrown: unknown): string | undefined {
  const error = thrown instanceof LabError ? thrown.cause : thrown;
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** A network namespace held open by a descriptor: it lives as long as the agent wants it, with or without processes. */
export class NetNamespace {
  #descriptor: number;
  #generation = 0;

  private constructor(
    descriptor: number,
    readonly kernel: Kernel,
    readonly home: number,
  ) {
    this.#descriptor = descriptor;
  }

  /** Its programs are frozen: the agent, which acts for some of them, does nothing in their place. */
  isFrozen = false;

  get descriptor(): number {
    return this.#descriptor;
  }

  /** Goes up when the namespace is replaced: what was opened earlier is in a namespace that is no longer used. */
  get generation(): number {
    return this.#generation;
  }

  /** The namespace that the agent itself lives in. */
  static own(kernel: Kernel): NetNamespace {
    const descriptor = openSync('/proc/thread-self/ns/net', 'r');
    return new NetNamespace(descriptor, kernel, descriptor);
  }

  /** A new namespace, empty but for `lo`. */
  create(): NetNamespace {
    this.kernel.unshareNet();
    try {
      return new NetNamespace(openSync('/proc/thread-self/ns/net', 'r'), this.kernel, this.home);
    } finally {
      this.kernel.setns(this.home);
    }
  }

  /** The namespace that a path leads to, such as `/proc/1/ns/net`. */
  at(path: string): NetNamespace {
    return new NetNamespace(openSync(path, 'r'), this.kernel, this.home);
  }

  /** From now on this is the namespace that a path leads to; what it was until now is handed back. */
  replace(path: string): NetNamespace {
    const next = openSync(path, 'r');
    const old = new NetNamespace(this.#descriptor, this.kernel, this.home);
    this.#descriptor = next;
    this.#generation += 1;
    return old;
  }

  /** Runs `work`, which must be synchronous, with the main thread inside this namespace. */
  run<T>(work: (kernel: Kernel) => T): T {
    this.kernel.setns(this.descriptor);
    try {
      return work(this.kernel);
    } finally {
      this.kernel.setns(this.home);
    }
  }
}
