import { closeSync } from 'node:fs';
import koffi from 'koffi';
import { familyOf } from '../../support/family.js';
import { socketAddress } from './addresses.js';
import { systemError, type NetNamespace } from './kernel.js';

const AF_PACKET = 17;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2_000_000;
const ETH_P_IP = 0x0800;
const ETH_P_IPV6 = 0x86dd;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_ATTACH_FILTER = 26;
const SOL_PACKET = 263;
const PACKET_STATISTICS = 6;
const TCP = 6;
const UDP = 17;
/** The first bytes of the name in an identity question, `id.server`: a label of two. */
const IDENTITY_NAME = 0x0269_6406;
const DNS_HEADER_BYTES = 20;

/** Instructions of classic BPF, as in linux/filter.h: what to do, and with what. */
const LOAD_WORD = 0x20;
const LOAD_BYTE = 0x30;
const LOAD_LENGTH = 0x80;
const JUMP_IF_EQUAL = 0x15;
const JUMP_IF_AT_LEAST = 0x35;
const RETURN = 0x06;

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number];
type Call = (...args: unknown[]) => number;

/** The C library's functions that counters share. */
export interface CounterCalls {
  readonly socket: Call;
  readonly setsockopt: Call;
  readonly getsockopt: Call;
  readonly bind: Call;
}

export function loadCounterCalls(): CounterCalls {
  const libc = koffi.load('libc.so.6');
  const call = (signature: string): Call => libc.func(signature) as Call;
  return {
    socket: call('int socket(int domain, int type, int protocol)'),
    setsockopt: call('int setsockopt(int fd, int level, int name, void *value, uint32_t length)'),
    getsockopt: call('int getsockopt(int fd, int level, int name, void *value, void *length)'),
    bind: call('int bind(int fd, void *address, uint32_t length)'),
  };
}

/**
 * Counts the TCP and UDP packets to one address that a node receives, but for identity questions, which are the lab's own. The kernel
 * counts, and keeps none of them: nobody reads.
 */
export class PacketCounter {
  readonly #descriptor: number;

  /** Throws SYSTEM_CALL_FAILED. */
  constructor(
    readonly calls: CounterCalls,
    namespace: NetNamespace,
    address: string,
  ) {
    this.#descriptor = namespace.run(() => {
      const descriptor = calls.socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      if (descriptor < 0) throw systemError('packet socket');
      try {
        const size = Buffer.alloc(4);
        calls.setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, size, size.length);
        const { code, header } = program(instructionsFor(address));
        // The kernel copies the program during the call.
        if (calls.setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, header, header.length) < 0)
          throw systemError(`packet filter of ${String(code.length)} bytes`);
        const place = Buffer.alloc(20);
        place.writeUInt16LE(AF_PACKET, 0);
        place.writeUInt16BE(familyOf(address) === 'ipv6' ? ETH_P_IPV6 : ETH_P_IP, 2);
        if (calls.bind(descriptor, place, place.length) < 0) throw systemError('packet socket');
        return descriptor;
      } catch (error) {
        closeSync(descriptor);
        throw error;
      }
    });
  }

  /** How many since the last time. */
  take(): number {
    const counts = Buffer.alloc(8);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(counts.length);
    const status = this.calls.getsockopt(this.#descriptor, SOL_PACKET, PACKET_STATISTICS, counts, length);
    return status < 0 ? 0 : counts.readUInt32LE(0);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** TCP and UDP to the address pass; identity questions and what ICMP says of answers do not. Offsets are from the IP header. */
function instructionsFor(address: string): readonly Instruction[] {
  const { family, bytes } = socketAddress(address, 0);
  const [to, protocolAt, payloadAt] = family === 'ipv4' ? [16, 9, 28] : [24, 6, 48];
  const words = Array.from({ length: bytes.length / 4 }, (_, index) => Buffer.from(bytes).readUInt32BE(4 * index));
  const tail: readonly Instruction[] = [
    [LOAD_BYTE, 0, 0, protocolAt],
    [JUMP_IF_EQUAL, 5, 0, TCP],
    [JUMP_IF_EQUAL, 0, 5, UDP],
    [LOAD_LENGTH, 0, 0, 0],
    [JUMP_IF_AT_LEAST, 0, 2, payloadAt + DNS_HEADER_BYTES],
    [LOAD_WORD, 0, 0, payloadAt + 12],
    [JUMP_IF_EQUAL, 1, 0, IDENTITY_NAME],
    [RETURN, 0, 0, 1],
    [RETURN, 0, 0, 0],
  ];
  const head = words.flatMap((word, index): readonly Instruction[] => [
    [LOAD_WORD, 0, 0, to + 4 * index],
    // To the last instruction, past those of the other words.
    [JUMP_IF_EQUAL, 0, 2 * (words.length - index - 1) + tail.length - 1, word],
  ]);
  return [...head, ...tail];
}

/** A `struct sock_fprog`, and the instructions that it points to. */
function program(instructions: readonly Instruction[]): { readonly code: Buffer; readonly header: Buffer } {
  const code = Buffer.alloc(8 * instructions.length);
  instructions.forEach(([operation, ifTrue, ifFalse, value], index) => {
    code.writeUInt16LE(operation, 8 * index);
    code.writeUInt8(ifTrue, 8 * index + 2);
    code.writeUInt8(ifFalse, 8 * index + 3);
    code.writeUInt32LE(value, 8 * index + 4);
  });
  const header = Buffer.alloc(16);
  header.writeUInt16LE(instructions.length, 0);
  header.writeBigUInt64LE(koffi.address(code), 8);
  return { code, header };
}
