import { closeSync } from 'node:fs';
import koffi from 'koffi';
import { socketAddress } from '../system/addresses.js';
import { DatagramBatch } from '../system/datagram-batch.js';
import { sockaddr, type NetNamespace } from '../system/kernel.js';
import { boundSocket } from '../system/sockets.js';

const MSG_DONTWAIT = 0x40;

type Call = (...args: unknown[]) => number;

/** A client's UDP socket that asks one address, on a port that the kernel chose; it stamps what arrives. */
export class ProbeSocket {
  private constructor(
    readonly descriptor: number,
    readonly port: number,
    readonly to: Buffer,
    readonly sendto: Call,
    readonly unreachable: ReadonlySet<number | undefined>,
  ) {}

  static open(namespace: NetNamespace, address: string, port: number): ProbeSocket {
    const to = socketAddress(address, port);
    const descriptor = boundSocket(namespace, 'udp', socketAddress(to.family === 'ipv4' ? '0.0.0.0' : '::', 0));
    DatagramBatch.prepare(descriptor);
    const libc = koffi.load('libc.so.6');
    const sendto = libc.func(
      'intptr_t sendto(int fd, void *data, size_t size, int flags, void *to, uint32_t toLength)',
    ) as Call;
    const { ENETUNREACH, EHOSTUNREACH } = koffi.os.errno;
    return new ProbeSocket(
      descriptor,
      namespace.kernel.portOf(descriptor),
      sockaddr(to),
      sendto,
      new Set([ENETUNREACH, EHOSTUNREACH]),
    );
  }

  /** Whether the client had a route; a message that is lost for another reason is lost, as on any wire. */
  send(message: Buffer): boolean {
    const sent = this.sendto(this.descriptor, message, message.length, MSG_DONTWAIT, this.to, this.to.length);
    return sent >= 0 || !this.unreachable.has(koffi.errno());
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
