import koffi from 'koffi';

const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_TIMESTAMPNS = 35;
const MSG_DONTWAIT = 0x40;
const CLOCK_REALTIME = 0;
const CLOCK_TRIES = 4;
const SAME_MOMENT_MS = 0.02;
const KEPT_BYTES = 1 << 20;
const ADDRESS_BYTES = 28;
const CONTROL_BYTES = 64;

type Call = (...args: unknown[]) => number;

/** Places in `struct msghdr`, `iovec` and `cmsghdr` (recvmsg(2), cmsg(3)), whose fields are as wide as an address. */
const WORD = koffi.sizeof('void *');
const NAME_LENGTH = WORD;
const VECTOR = 2 * WORD;
const VECTOR_COUNT = 3 * WORD;
const CONTROL = 4 * WORD;
const CONTROL_LENGTH = 5 * WORD;
const MESSAGE_LENGTH = 7 * WORD;
const HEADER_BYTES = 8 * WORD;
const VECTOR_BYTES = 2 * WORD;
const CONTROL_LEVEL = WORD;
const CONTROL_TYPE = WORD + 4;
const CONTROL_CONTENT = WORD + 8;
const STAMP_BYTES = CONTROL_CONTENT + 2 * WORD;

/** As many datagrams as one system call moves: `struct mmsghdr` for each, with its bytes, address and control data. */
class MessageVector {
  readonly headers: Buffer;
  readonly headersAt: number;
  readonly addresses: Buffer;
  readonly control: Buffer;
  readonly bytes: Buffer;
  readonly #vectors: Buffer;

  constructor(
    readonly capacity: number,
    readonly messageBytes: number,
    isStamped: boolean,
  ) {
    this.headers = Buffer.alloc(capacity * HEADER_BYTES);
    this.headersAt = addressOf(this.headers);
    this.addresses = Buffer.alloc(capacity * ADDRESS_BYTES);
    this.control = Buffer.alloc(capacity * CONTROL_BYTES);
    this.bytes = Buffer.alloc(capacity * messageBytes);
    this.#vectors = Buffer.alloc(capacity * VECTOR_BYTES);
    for (let index = 0; index < capacity; index++) {
      const header = index * HEADER_BYTES;
      writeWord(this.headers, header, addressOf(this.addresses) + index * ADDRESS_BYTES);
      writeWord(this.headers, header + VECTOR, addressOf(this.#vectors) + index * VECTOR_BYTES);
      writeWord(this.headers, header + VECTOR_COUNT, 1);
      if (isStamped) writeWord(this.headers, header + CONTROL, addressOf(this.control) + index * CONTROL_BYTES);
      writeWord(this.#vectors, index * VECTOR_BYTES, addressOf(this.bytes) + index * messageBytes);
      writeWord(this.#vectors, index * VECTOR_BYTES + WORD, messageBytes);
    }
  }

  /** The kernel writes over these lengths with what it used of them. */
  makeRoom(count: number): void {
    for (let header = 0; header < count * HEADER_BYTES; header += HEADER_BYTES) {
      this.headers.writeUInt32LE(ADDRESS_BYTES, header + NAME_LENGTH);
      writeWord(this.headers, header + CONTROL_LENGTH, CONTROL_BYTES);
    }
  }

  setMessage(index: number, message: Uint8Array, addressLength: number): void {
    this.bytes.set(message, index * this.messageBytes);
    this.headers.writeUInt32LE(addressLength, index * HEADER_BYTES + NAME_LENGTH);
    writeWord(this.#vectors, index * VECTOR_BYTES + WORD, message.length);
  }

  lengthOf(index: number): number {
    return this.headers.readUInt32LE(index * HEADER_BYTES + MESSAGE_LENGTH);
  }

  addressLengthOf(index: number): number {
    return this.headers.readUInt32LE(index * HEADER_BYTES + NAME_LENGTH);
  }

  controlLengthOf(index: number): number {
    return readWord(this.headers, index * HEADER_BYTES + CONTROL_LENGTH);
  }
}

/**
 * Datagrams of a socket that does not block, many with one system call: what has arrived is here until the next call,
 * and each may be replied to. A message longer than `messageBytes` is cut off.
 */
export class DatagramBatch {
  readonly #received: MessageVector;
  readonly #replies: MessageVector;
  readonly #recvmmsg: Call;
  readonly #sendmmsg: Call;
  readonly #clockGettime: Call;
  readonly #now = Buffer.alloc(2 * WORD);
  #nowMs = 0;
  #used = 0;
  #queued = 0;

  constructor(
    readonly capacity: number,
    readonly messageBytes: number,
  ) {
    const libc = koffi.load('libc.so.6');
    this.#recvmmsg = libc.func(
      'int recvmmsg(int fd, void *headers, unsigned int count, int flags, void *timeout)',
    ) as Call;
    this.#sendmmsg = libc.func('int sendmmsg(int fd, uintptr_t headers, unsigned int count, int flags)') as Call;
    this.#clockGettime = libc.func('int clock_gettime(int clock, void *time)') as Call;
    this.#received = new MessageVector(capacity, messageBytes, true);
    this.#replies = new MessageVector(capacity, messageBytes, false);
    this.#received.makeRoom(capacity);
  }

  /**
   * Has the kernel say of every datagram of a socket when it arrived, and keep more of them than it would, as far as it
   * lets us: a thread that had to wait for a CPU loses none.
   */
  static prepare(descriptor: number): void {
    const setsockopt = koffi
      .load('libc.so.6')
      .func('int setsockopt(int fd, int level, int name, void *value, uint32_t length)') as Call;
    for (const [option, number] of [
      [SO_TIMESTAMPNS, 1],
      [SO_RCVBUF, KEPT_BYTES],
    ] as const) {
      const value = Buffer.alloc(4);
      value.writeInt32LE(number);
      setsockopt(descriptor, SOL_SOCKET, option, value, 4);
    }
  }

  /** Takes what has arrived, and returns how many; 0 if nothing has, or if the socket has a pending error. */
  receive(descriptor: number): number {
    this.#received.makeRoom(this.#used);
    const count = this.#recvmmsg(descriptor, this.#received.headers, this.capacity, MSG_DONTWAIT, null);
    this.#used = Math.max(count, 0);
    if (count <= 0) return 0;
    this.#readClocks();
    return count;
  }

  /** Both clocks at the same moment: again where something came in between. */
  #readClocks(): void {
    for (let tries = 0; tries < CLOCK_TRIES; tries++) {
      const beforeMs = performance.now();
      this.#clockGettime(CLOCK_REALTIME, this.#now);
      this.#nowMs = performance.now();
      if (this.#nowMs - beforeMs < SAME_MOMENT_MS) return;
    }
  }

  /** A view that the next `receive` writes over. */
  message(index: number): Buffer {
    const start = index * this.messageBytes;
    return this.#received.bytes.subarray(start, start + this.#received.lengthOf(index));
  }

  /**
   * When a datagram arrived, on the agent's clock. The kernel says so on the wall clock; both were read just now, so a
   * wall clock that is set does no harm. Without a stamp, that is now.
   */
  arrivedAtMs(index: number): number {
    const { control } = this.#received;
    const at = index * CONTROL_BYTES;
    const isStamped =
      this.#received.controlLengthOf(index) >= STAMP_BYTES &&
      control.readInt32LE(at + CONTROL_LEVEL) === SOL_SOCKET &&
      control.readInt32LE(at + CONTROL_TYPE) === SO_TIMESTAMPNS;
    if (!isStamped) return this.#nowMs;
    const seconds = readWord(control, at + CONTROL_CONTENT) - readWord(this.#now, 0);
    const nanoseconds = readWord(control, at + CONTROL_CONTENT + WORD) - readWord(this.#now, WORD);
    return this.#nowMs + seconds * 1e3 + nanoseconds / 1e6;
  }

  /** A reply to a message that was received; `sendReplies` sends all of them. */
  reply(index: number, message: Uint8Array): void {
    const length = this.#received.addressLengthOf(index);
    this.#received.addresses.copy(
      this.#replies.addresses,
      this.#queued * ADDRESS_BYTES,
      index * ADDRESS_BYTES,
      index * ADDRESS_BYTES + length,
    );
    this.#replies.setMessage(this.#queued++, message, length);
  }

  /** One that cannot be sent is lost, as on any wire. */
  sendReplies(descriptor: number): void {
    const { headersAt } = this.#replies;
    for (let done = 0; done < this.#queued;) {
      const sent = this.#sendmmsg(descriptor, headersAt + done * HEADER_BYTES, this.#queued - done, MSG_DONTWAIT);
      done += Math.max(sent, 1);
    }
    this.#queued = 0;
  }
}

function addressOf(buffer: Buffer): number {
  return Number(koffi.address(buffer));
}

/** A word of the machine: an address, a size, or a count of seconds. */
function writeWord(buffer: Buffer, at: number, value: number): void {
  buffer.writeUInt32LE(value % 2 ** 32, at);
  if (WORD === 8) buffer.writeUInt32LE(Math.floor(value / 2 ** 32), at + 4);
}

function readWord(buffer: Buffer, at: number): number {
  return buffer.readUInt32LE(at) + (WORD === 8 ? buffer.readInt32LE(at + 4) * 2 ** 32 : 0);
}
