import { LabError } from '../../errors.js';
import { captureEnds } from '../../plan/parts/capture-ends.js';
import type { CaptureParams, CaptureStarted } from '../../protocol/capture.js';
import { RunningCapture } from './running-capture.js';
import type { RunningLab } from '../lab/running-lab.js';
import type { Handlers } from '../../protocol/messages.js';

/** The captures that one connection began: they end with it. */
export class Captures {
  readonly #captures = new Map<number, RunningCapture>();
  readonly #running: () => RunningLab;
  #nextId = 1;

  constructor(running: () => RunningLab) {
    this.#running = running;
  }

  get handlers(): Pick<Handlers, 'captureStart' | 'captureRead' | 'captureStop'> {
    return {
      // Answers of an asynchronous function also when it refuses.
      captureStart: async (params) => Promise.resolve(this.#start(params)),
      captureRead: async ({ id }) => Promise.resolve(this.#capture(id).read()),
      captureStop: async ({ id, discard = false }) => {
        const capture = this.#capture(id);
        this.#captures.delete(id);
        return Promise.resolve(capture.stop({ discard }));
      },
    };
  }

  endAll(): void {
    for (const capture of this.#captures.values()) capture.close();
    this.#captures.clear();
  }

  #start(params: CaptureParams): CaptureStarted {
    const lab = this.#running();
    const ends = captureEnds(lab.plan, params);
    const id = this.#nextId++;
    this.#captures.set(id, new RunningCapture(ends, lab, params));
    return { id, ends, wallAheadMs: wallAheadMs() };
  }

  #capture(id: number): RunningCapture {
    const capture = this.#captures.get(id);
    if (capture === undefined) throw new LabError('BUG', `this connection has no capture ${String(id)}`);
    return capture;
  }
}

/** The clock of the day shows whole milliseconds: it is exact in the moment when a new one begins. */
function wallAheadMs(): number {
  const before = Date.now();
  let now = before;
  while (now === before) now = Date.now();
  return now - performance.now();
}
