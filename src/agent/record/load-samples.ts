import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from 'node:fs';
import type { LoadSample } from '../../measure/noise-within.js';
import type { RunningLab } from '../lab/running-lab.js';
import { machineLoad } from '../system/machine-load.js';
import type { Ticker } from '../system/ticker.js';

const SAMPLE_EVERY_MS = 20;
/** Looking at all of them takes about so long; it must not become a load of its own. */
const TASKS_IN_A_MS = 5;
const FIND_EVERY_MS = 250;
/** Each holds a descriptor. */
const MOST_TASKS = 2000;

/**
 * What the machine keeps processes from, every so many milliseconds while a step runs: time that was stolen, time in
 * which any process waited for a CPU, and how long those of the lab and the programs that the agent runs waited
 * (`/proc/<pid>/task/<tid>/schedstat`). The agent itself wakes a thousand times a second to probe: the gaps
 * between probes show how late it is.
 */
export class LoadSamples {
  readonly samples: LoadSample[] = [];
  readonly #waits = new TaskWaits();
  readonly #stopTicking: () => void;
  #foundAtMs = -Infinity;
  #sampledAtMs = -Infinity;

  constructor(
    readonly lab: RunningLab,
    ticker: Ticker,
  ) {
    this.take();
    this.#stopTicking = ticker.add(() => {
      const pauseMs = Math.max(SAMPLE_EVERY_MS, this.#waits.size / TASKS_IN_A_MS);
      if (performance.now() - this.#sampledAtMs >= pauseMs) this.take();
    });
  }

  take(): void {
    this.#sampledAtMs = performance.now();
    if (this.#sampledAtMs - this.#foundAtMs >= FIND_EVERY_MS) {
      this.#foundAtMs = this.#sampledAtMs;
      this.#waits.find(this.lab);
    }
    this.#waits.findPrograms();
    this.samples.push({ atMs: this.#sampledAtMs, ...machineLoad(), waitedMs: this.#waits.totalMs() });
  }

  close(): void {
    this.#stopTicking();
    this.#waits.close();
  }
}

/**
 * How long the threads of a lab, but for the agent's, have waited for a CPU since they began, those that ended
 * meanwhile included.
 */
class TaskWaits {
  readonly #tasks = new Map<string, { readonly descriptor: number; waitedNs: number }>();
  readonly #text = Buffer.alloc(96);
  #endedNs = 0;

  get size(): number {
    return this.#tasks.size;
  }

  /** Takes in the threads that are new. */
  find(lab: RunningLab): void {
    const namespaces = new Set(
      [...lab.nodes.values()].map(({ namespace }) => linkOf(`/proc/self/fd/${String(namespace.descriptor)}`)),
    );
    for (const process of namesIn('/proc').filter(
      (name) => /^\d+$/.test(name) && namespaces.has(linkOf(`/proc/${name}/ns/net`)),
    )) {
      for (const task of namesIn(`/proc/${process}/task`)) this.#watch(`/proc/${process}/task/${task}/schedstat`);
    }
  }

  /** Adds what the agent runs now: programs that end before another look could find them. */
  findPrograms(): void {
    for (const process of textOf('/proc/thread-self/children').split(' ').filter(Boolean))
      this.#watch(`/proc/${process}/task/${process}/schedstat`);
  }

  /** Null where the kernel does not say: who has run for as long as the agent has waited. */
  totalMs(): number | null {
    if (this.#tasks.size >= MOST_TASKS || Number(textOf('/proc/self/schedstat').split(' ')[1] ?? 0) === 0) return null;
    let sumNs = this.#endedNs;
    for (const [path, task] of this.#tasks) {
      try {
        const size = readSync(task.descriptor, this.#text, 0, this.#text.length, 0);
        task.waitedNs = Number(this.#text.toString('latin1', 0, size).split(' ')[1] ?? 0);
      } catch {
        closeSync(task.descriptor);
        this.#endedNs += task.waitedNs;
        this.#tasks.delete(path);
      }
      sumNs += task.waitedNs;
    }
    return sumNs / 1e6;
  }

  #watch(path: string): void {
    if (this.#tasks.has(path) || this.#tasks.size >= MOST_TASKS) return;
    try {
      this.#tasks.set(path, { descriptor: openSync(path, 'r'), waitedNs: 0 });
    } catch {
      // It has ended since, or this kernel does not count it.
    }
  }

  close(): void {
    for (const { descriptor } of this.#tasks.values()) closeSync(descriptor);
    this.#tasks.clear();
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // The process has ended.
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // This kernel does not say it.
    return '';
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // It has ended, or belongs to another user.
    return '';
  }
}
