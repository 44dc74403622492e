import type { LabEvent } from '../../protocol/events.js';
import type { RunningLab } from '../lab/running-lab.js';
import { Recorder } from './recorder.js';

type Listener = (events: readonly LabEvent[]) => void;

/** How often events of kernels are read. No `Ticker`: that would take a thread from those of a step. */
const LOOK_EVERY_MS = 5;
/** How often events are passed on, sorted by time as far as known by then. */
const HAND_ON_EVERY_MS = 50;

/**
 * Everything that happens in a lab from the first listener to the last, whether a step runs or not: what kernels,
 * daemons and the agent itself report. Each listener gets the same. Nothing runs while there is no listener.
 */
export class EventSource {
  readonly #listeners = new Set<Listener>();
  readonly #running: () => RunningLab;
  #stop: (() => void) | undefined;

  constructor(running: () => RunningLab) {
    this.#running = running;
  }

  /** What ends it is returned. */
  listen(listener: Listener): () => void {
    this.#stop ??= this.#start(this.#running());
    this.#listeners.add(listener);
    return () => {
      if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
      this.#stop?.();
      this.#stop = undefined;
    };
  }

  #start(lab: RunningLab): () => void {
    let heard: LabEvent[] = [];
    const hear = (event: LabEvent): void => void heard.push(event);
    const recorder = new Recorder(lab, { listener: hear });
    const unlisten = lab.news.listen(hear);
    const looking = setInterval(() => {
      recorder.look();
    }, LOOK_EVERY_MS);
    const handingOn = setInterval(() => {
      recorder.readLogs();
      if (heard.length === 0) return;
      const events = heard.sort((a, b) => timeOf(a) - timeOf(b));
      heard = [];
      for (const listener of [...this.#listeners]) listener(events);
    }, HAND_ON_EVERY_MS);
    return () => {
      clearInterval(looking);
      clearInterval(handingOn);
      unlisten();
      recorder.close();
    };
  }
}

function timeOf(event: LabEvent): number {
  return event.kind === 'dropped' ? 0 : event.atMs;
}
