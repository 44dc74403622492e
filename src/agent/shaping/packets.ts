import { closeSync } from 'node:fs';
import koffi from 'koffi';
import { RELAYED_MARK } from '../../fault/shaping.js';
import type { NetNamespace } from '../system/kernel.js';

const AF_PACKET = 17;
const SOCK_RAW = 3;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2_000_000;
const ETH_P_ALL = 3;
const SOL_PACKET = 263;
const PACKET_VNET_HDR = 15;
const PACKET_QDISC_BYPASS = 20;
const SOL_SOCKET = 1;
const SO_MARK = 36;
const SIOCGIFINDEX = 0x8933;
const IFNAMSIZ = 16;
const MSG_DONTWAIT = 0x40;
const MOST_BYTES = 66_000;

/**
 * The header before each frame (virtio_net.h): what is still to be checksummed or cut up. It travels with the frame.
 */
export const VNET_HEADER_BYTES = 10;
export const ETHERNET_HEADER_BYTES = 14;

type Call = (...args: unknown[]) => number;

/**
 * Whole frames of one interface, with their offload header, so that a checksum that the sender left to its network card
 * is still left to the next one (packet(7)).
 */
export class PacketSocket {
  readonly #descriptor: number;
  readonly #receive: Call;
  readonly #send: Call;
  readonly #buffer = Buffer.alloc(MOST_BYTES);

  private constructor(descriptor: number, receive: Call, send: Call) {
    this.#descriptor = descriptor;
    this.#receive = receive;
    this.#send = send;
  }

  /**
   * On an interface of a namespace. What one sends that only sends carries a mark, for netfilter to let it pass, and
   * goes around the queueing discipline: it has been through both already. (Newer kernels ask the egress hook even so.)
   */
  static open(namespace: NetNamespace, device: string, direction: 'receives' | 'sends'): PacketSocket {
    const libc = koffi.load('libc.so.6');
    const call = (name: string, signature: string): Call => {
      const entry = libc.func(signature) as Call;
      return (...args) => {
        const result = entry(...args);
        if (result < 0) throw new Error(`${name} on ${device}: error ${String(koffi.errno())}`);
        return result;
      };
    };
    const socket = call('socket', 'int socket(int domain, int type, int protocol)');
    const setsockopt = call('setsockopt', 'int setsockopt(int fd, int level, int name, void *value, uint32_t length)');
    const bind = call('bind', 'int bind(int fd, void *address, uint32_t length)');
    const ioctl = call('ioctl', 'int ioctl(int fd, unsigned long request, void *argument)');
    return namespace.run(() => {
      const descriptor = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      try {
        const on = Buffer.alloc(4);
        on.writeInt32LE(1);
        setsockopt(descriptor, SOL_PACKET, PACKET_VNET_HDR, on, 4);
        if (direction === 'sends') {
          setsockopt(descriptor, SOL_PACKET, PACKET_QDISC_BYPASS, on, 4);
          const mark = Buffer.alloc(4);
          mark.writeUInt32LE(RELAYED_MARK);
          setsockopt(descriptor, SOL_SOCKET, SO_MARK, mark, 4);
        }
        const request = Buffer.alloc(40);
        request.write(device, 0, IFNAMSIZ - 1, 'latin1');
        ioctl(descriptor, SIOCGIFINDEX, request);
        const address = Buffer.alloc(20);
        address.writeUInt16LE(AF_PACKET, 0);
        address.writeUInt16BE(direction === 'receives' ? ETH_P_ALL : 0, 2);
        address.writeInt32LE(request.readInt32LE(IFNAMSIZ), 4);
        bind(descriptor, address, address.length);
        return new PacketSocket(
          descriptor,
          libc.func('intptr_t recv(int fd, void *data, size_t size, int flags)') as Call,
          libc.func('intptr_t send(int fd, void *data, size_t size, int flags)') as Call,
        );
      } catch (error) {
        closeSync(descriptor);
        throw error;
      }
    });
  }

  /** A frame with its offload header, or undefined when none has arrived. */
  receive(): Buffer | undefined {
    const size = this.#receive(this.#descriptor, this.#buffer, MOST_BYTES, MSG_DONTWAIT);
    return size < 0 ? undefined : Buffer.from(this.#buffer.subarray(0, size));
  }

  /** Sends a frame with its offload header; one that the interface does not take is lost, as on any wire. */
  send(frame: Buffer): void {
    this.#send(this.#descriptor, frame, frame.length, MSG_DONTWAIT);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
