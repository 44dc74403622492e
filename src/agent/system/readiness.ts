import { closeSync } from 'node:fs';
import koffi from 'koffi';

const EPOLL_CTL_ADD = 1;
const EPOLL_CLOEXEC = 0o2_000_000;
const EPOLLIN = 1;
/** `struct epoll_event` is packed on this one architecture alone (epoll_ctl(2)). */
const IS_PACKED = process.arch === 'x64';
const EVENT_BYTES = IS_PACKED ? 12 : 16;
const EVENT_TAG = IS_PACKED ? 4 : 8;
const MOST_AT_ONCE = 256;

type Call = (...args: unknown[]) => number;

/** Which of many descriptors have something to read (epoll(7)). A descriptor that is closed is no longer among them. */
export class Readiness {
  readonly #epoll: number;
  readonly #epollCtl: Call;
  readonly #epollWait: Call;
  readonly #events = Buffer.alloc(EVENT_BYTES * MOST_AT_ONCE);

  constructor() {
    const libc = koffi.load('libc.so.6');
    const epollCreate = libc.func('int epoll_create1(int flags)') as Call;
    this.#epollCtl = libc.func('int epoll_ctl(int epoll, int operation, int fd, void *event)') as Call;
    this.#epollWait = libc.func('int epoll_wait(int epoll, void *events, int most, int timeout)') as Call;
    this.#epoll = epollCreate(EPOLL_CLOEXEC);
    if (this.#epoll < 0) throw new Error(`epoll_create1: error ${String(koffi.errno())}`);
  }

  /** `tag`, a whole number from 0 on, is what `wait` calls the descriptor by. */
  add(descriptor: number, tag: number): void {
    const event = Buffer.alloc(EVENT_BYTES);
    event.writeUInt32LE(EPOLLIN, 0);
    event.writeUInt32LE(tag, EVENT_TAG);
    if (this.#epollCtl(this.#epoll, EPOLL_CTL_ADD, descriptor, event) < 0)
      throw new Error(`epoll_ctl: error ${String(koffi.errno())}`);
  }

  /**
   * The tags of those that are ready. Blocks the thread for at most `timeoutMs`. Where many are ready, it returns only
   * some.
   */
  wait(timeoutMs: number): readonly number[] {
    const count = this.#epollWait(this.#epoll, this.#events, MOST_AT_ONCE, timeoutMs);
    return Array.from({ length: Math.max(count, 0) }, (_, index) =>
      this.#events.readUInt32LE(index * EVENT_BYTES + EVENT_TAG),
    );
  }

  close(): void {
    closeSync(this.#epoll);
  }
}
