import { writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import koffi from 'koffi';
import { ANSWERS, HANGS, type IdentityWork, type IdentityWorkStart } from './identity-work.js';

const EFD_CLOEXEC = 0o2_000_000;
const EFD_NONBLOCK = 0o4000;

/** One UDP socket that the thread answers at. */
export interface AnsweredSocket {
  /** Accepts queries, and answers none. */
  hang(): void;
  resume(): void;
  /** No query is answered from now on; resolves when the socket is closed. */
  close(): Promise<void>;
}

/** The thread that answers identity queries over UDP for all instances of a lab, beside the one that asks them. */
export class IdentityThread {
  readonly #worker: Worker;
  readonly #bell: number;
  /** Callers that wait until the thread has done their work, in the order of the work. */
  readonly #waiting: (() => void)[] = [];

  /** `entry` is the bundle of `identity-worker`. */
  constructor(entry: URL) {
    const eventfd = koffi.load('libc.so.6').func('int eventfd(unsigned int initial, int flags)') as (
      initial: number,
      flags: number,
    ) => number;
    this.#bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    const workerData: IdentityWorkStart = { bell: this.#bell };
    this.#worker = new Worker(entry, { workerData });
    this.#worker.on('message', () => this.#waiting.shift()?.());
    this.#worker.unref();
  }

  /** Answers at a bound socket as `instance`. The socket belongs to the thread from now on. */
  answer(descriptor: number, instance: string): AnsweredSocket {
    const state = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    void this.#tell({ kind: 'answer', descriptor, instance, state });
    return {
      hang: () => void Atomics.store(state, 0, HANGS),
      resume: () => void Atomics.store(state, 0, ANSWERS),
      close: () => {
        Atomics.store(state, 0, HANGS);
        return this.#tell({ kind: 'close', descriptor });
      },
    };
  }

  /** Resolves when every query that has arrived by now was answered, except those that are to get no answer. */
  async caughtUp(): Promise<void> {
    return this.#tell({ kind: 'mark' });
  }

  async #tell(work: IdentityWork): Promise<void> {
    const done = new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#worker.postMessage(work);
    const ring = Buffer.alloc(8);
    ring.writeUInt32LE(1);
    writeSync(this.#bell, ring);
    return done;
  }
}
