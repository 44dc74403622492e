import { closeSync } from 'node:fs';
import koffi from 'koffi';
import type { FrameCourse } from '../../codec/pcapng.js';
import { systemError, type NetNamespace } from '../system/kernel.js';

const AF_PACKET = 17;
const SOCK_RAW = 3;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2_000_000;
const ETH_P_ALL = 3;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_RCVBUFFORCE = 33;
const SO_TIMESTAMPNS = 35;
const SOL_PACKET = 263;
const PACKET_STATISTICS = 6;
const SIOCGIFINDEX = 0x8933;
const IFNAMSIZ = 16;
const MSG_TRUNC = 0x20;
const MSG_DONTWAIT = 0x40;
const POLLIN = 1;
const EAGAIN = 11;
const ENODEV = 19;
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
/** Longer than any frame, also than those that are cut up only behind a veth. */
export const MOST_FRAME_BYTES = 262_144;

/** `sll_pkttype` of a sockaddr_ll (packet(7)). */
const courses: readonly FrameCourse[] = ['unicast', 'broadcast', 'multicast', 'of another', 'sent'];

type Call = (...args: unknown[]) => number;

/** A frame as the kernel hands it over; its bytes are overwritten by the next one. */
export interface ReceivedFrame {
  readonly timestampNs: bigint;
  readonly course: FrameCourse;
  readonly bytes: Buffer;
  readonly originalBytes: number;
}

/** What all sockets of one capture share: the C library's functions, and the place where a frame arrives. */
export class CaptureCalls {
  readonly socket: Call;
  readonly setsockopt: Call;
  readonly getsockopt: Call;
  readonly bind: Call;
  readonly ioctl: Call;
  readonly #recvmsg: Call;
  readonly #poll: Call;
  readonly #frame: Buffer;
  readonly #from = Buffer.alloc(20);
  readonly #control = Buffer.alloc(64);
  readonly #vector = Buffer.alloc(16);
  /** A `struct msghdr` of 64 bits, which points to the others (recvmsg(2)). */
  readonly #header = Buffer.alloc(56);

  constructor(snapLength: number) {
    const libc = koffi.load('libc.so.6');
    const call = (signature: string): Call => libc.func(signature) as Call;
    this.socket = call('int socket(int domain, int type, int protocol)');
    this.setsockopt = call('int setsockopt(int fd, int level, int name, void *value, uint32_t length)');
    this.getsockopt = call('int getsockopt(int fd, int level, int name, void *value, void *length)');
    this.bind = call('int bind(int fd, void *address, uint32_t length)');
    this.ioctl = call('int ioctl(int fd, unsigned long request, void *argument)');
    this.#recvmsg = call('intptr_t recvmsg(int fd, void *header, int flags)');
    this.#poll = call('int poll(void *descriptors, unsigned long count, int timeoutMs)');
    this.#frame = Buffer.alloc(snapLength);
    this.#vector.writeBigUInt64LE(koffi.address(this.#frame), 0);
    this.#vector.writeBigUInt64LE(BigInt(snapLength), 8);
    this.#header.writeBigUInt64LE(koffi.address(this.#from), 0);
    this.#header.writeBigUInt64LE(koffi.address(this.#vector), 16);
    this.#header.writeBigUInt64LE(1n, 24);
    this.#header.writeBigUInt64LE(koffi.address(this.#control), 32);
  }

  /**
   * Those of the sockets at which something has arrived: one call, where asking each would cost a busy lab too much.
   */
  readable(sockets: readonly CaptureSocket[]): ReadonlySet<CaptureSocket> {
    const asked = Buffer.alloc(8 * sockets.length);
    sockets.forEach(({ descriptor }, index) => {
      asked.writeInt32LE(descriptor, 8 * index);
      asked.writeInt16LE(POLLIN, 8 * index + 4);
    });
    if (this.#poll(asked, sockets.length, 0) <= 0) return new Set();
    return new Set(sockets.filter((_, index) => asked.readInt16LE(8 * index + 6) !== 0));
  }

  /** Undefined where none has arrived. */
  receive(descriptor: number): ReceivedFrame | undefined {
    this.#header.writeUInt32LE(this.#from.length, 8);
    this.#header.writeBigUInt64LE(BigInt(this.#control.length), 40);
    let size = this.#recvmsg(descriptor, this.#header, MSG_DONTWAIT | MSG_TRUNC);
    // An interface that went down says so once (ENETDOWN), before the frames that had arrived by then.
    if (size < 0 && koffi.errno() !== EAGAIN) size = this.#recvmsg(descriptor, this.#header, MSG_DONTWAIT | MSG_TRUNC);
    if (size < 0) return undefined;
    return {
      timestampNs: this.#timestampNs(),
      course: courses[this.#from[10] ?? 0] ?? 'unicast',
      bytes: this.#frame.subarray(0, Math.min(size, this.#frame.length)),
      originalBytes: size,
    };
  }

  /** The one control message that was asked for: a header of 16 bytes, then a `struct timespec`. */
  #timestampNs(): bigint {
    return this.#control.readBigInt64LE(16) * 1_000_000_000n + this.#control.readBigInt64LE(24);
  }
}

/** Every frame that one interface sends and receives, as the kernel saw it pass (packet(7)). */
export class CaptureSocket {
  private constructor(
    readonly calls: CaptureCalls,
    readonly descriptor: number,
  ) {}

  /** On an interface of a namespace; undefined where it has no such interface now. Throws SYSTEM_CALL_FAILED. */
  static open(calls: CaptureCalls, namespace: NetNamespace, device: string): CaptureSocket | undefined {
    return namespace.run(() => {
      const descriptor = calls.socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      if (descriptor < 0) throw systemError('socket');
      try {
        const on = Buffer.alloc(4);
        on.writeInt32LE(1);
        if (calls.setsockopt(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, on, 4) < 0) throw systemError('setsockopt');
        enlarge(calls, descriptor);
        const request = Buffer.alloc(40);
        request.write(device, 0, IFNAMSIZ - 1, 'latin1');
        const address = Buffer.alloc(20);
        address.writeUInt16LE(AF_PACKET, 0);
        address.writeUInt16BE(ETH_P_ALL, 2);
        if (calls.ioctl(descriptor, SIOCGIFINDEX, request) >= 0) {
          address.writeInt32LE(request.readInt32LE(IFNAMSIZ), 4);
          if (calls.bind(descriptor, address, address.length) >= 0) return new CaptureSocket(calls, descriptor);
        }
        if (koffi.errno() !== ENODEV) throw systemError(`packet socket on ${device}`);
        closeSync(descriptor);
        return undefined;
      } catch (error) {
        closeSync(descriptor);
        throw error;
      }
    });
  }

  receive(): ReceivedFrame | undefined {
    return this.calls.receive(this.descriptor);
  }

  /** Since the last time: how many frames passed, and how many of them the kernel could not keep. */
  takeStatistics(): { readonly seen: number; readonly dropped: number } {
    const counts = Buffer.alloc(8);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(counts.length);
    if (this.calls.getsockopt(this.descriptor, SOL_PACKET, PACKET_STATISTICS, counts, length) < 0)
      return { seen: 0, dropped: 0 };
    return { seen: counts.readUInt32LE(0), dropped: counts.readUInt32LE(4) };
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

/** The machine's root may have more than `rmem_max`; others get that. */
function enlarge(calls: CaptureCalls, descriptor: number): void {
  const size = Buffer.alloc(4);
  size.writeInt32LE(RECEIVE_BUFFER_BYTES);
  if (calls.setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, size, 4) < 0)
    calls.setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, size, 4);
}
