import { closeSync, read } from 'node:fs';
import koffi from 'koffi';

const CLOCK_MONOTONIC = 1;
const TFD_CLOEXEC = 0o2_000_000;
/** `struct itimerspec` on a 64-bit machine has four of them (timerfd_settime(2)). */
const WORD = koffi.sizeof('void *');

type Call = (...args: unknown[]) => number;

/**
 * Calls back at a steady pace that Node's timers, which count whole milliseconds from when they were last late, do not
 * keep. A thread of Node's pool waits at a timerfd(2), so that the main thread does other things meanwhile.
 */
export class Ticker {
  readonly #descriptor: number;
  readonly #expirations = Buffer.alloc(8);
  readonly #listeners = new Set<() => void>();
  #isClosed = false;

  constructor(everyMs: number, onTick?: () => void) {
    if (onTick !== undefined) this.#listeners.add(onTick);
    const libc = koffi.load('libc.so.6');
    const timerfdCreate = libc.func('int timerfd_create(int clock, int flags)') as Call;
    const timerfdSettime = libc.func('int timerfd_settime(int fd, int flags, void *value, void *old)') as Call;
    const value = Buffer.alloc(4 * WORD);
    for (const part of [0, 2 * WORD]) {
      value.writeInt32LE(Math.floor(everyMs / 1000), part);
      value.writeInt32LE(Math.round((everyMs % 1000) * 1e6), part + WORD);
    }
    this.#descriptor = timerfdCreate(CLOCK_MONOTONIC, TFD_CLOEXEC);
    if (this.#descriptor < 0 || timerfdSettime(this.#descriptor, 0, value, null) < 0)
      throw new Error(`timerfd: error ${String(koffi.errno())}`);
    this.#wait();
  }

  /** Calls this back, too, after those that came before it. What ends that is returned. */
  add(onTick: () => void): () => void {
    this.#listeners.add(onTick);
    return () => void this.#listeners.delete(onTick);
  }

  /** No call comes after this one. */
  close(): void {
    this.#isClosed = true;
  }

  #wait(): void {
    read(this.#descriptor, this.#expirations, 0, 8, null, (error) => {
      // Not before: another file could have the number by the time that the thread reads.
      if (this.#isClosed) {
        closeSync(this.#descriptor);
        return;
      }
      if (error !== null) throw error;
      this.#wait();
      for (const onTick of this.#listeners) onTick();
    });
  }
}

/** Calls back on each tick of a given ticker, or of one of its own. What ends that is returned. */
export function onEachTick(given: Ticker | undefined, everyMs: number, onTick: () => void): () => void {
  if (given !== undefined) return given.add(onTick);
  const own = new Ticker(everyMs, onTick);
  return () => {
    own.close();
  };
}
