import { freezerOf } from '../system/freezer.js';
import { isThere } from './container-pids.js';

const WATCH_EVERY_MS = 10;
/** A look at the control group costs ten times as much as one at the process. */
const PAUSE_LOOK_EVERY = 5;

export interface WatchedContainer {
  readonly pid: number;
  readonly root: string;
  readonly onDeath: () => void;
  readonly onPauseSeen: (isPaused: boolean) => void;
}

/**
 * Looks every few milliseconds whether the first processes of a lab's containers are there still, and whether the engine
 * has paused them. One timer for all: with one for each an agent spent most of its idle time waking up.
 */
export class ContainerWatch {
  readonly #watched = new Map<WatchedContainer, () => boolean>();
  #timer: NodeJS.Timeout | undefined;
  #looks = 0;

  /** Returns what ends the watch. A death ends it, too. */
  add(container: WatchedContainer): () => void {
    this.#watched.set(container, freezerOf(container.root));
    this.#timer ??= setInterval(() => {
      this.#look();
    }, WATCH_EVERY_MS);
    return () => {
      this.#remove(container);
    };
  }

  #look(): void {
    this.#looks += 1;
    const seesPauses = this.#looks % PAUSE_LOOK_EVERY === 0;
    for (const [container, isPaused] of [...this.#watched]) {
      // What the look at another one led to may have ended this watch.
      if (!this.#watched.has(container)) continue;
      if (!isThere(container.pid)) {
        this.#remove(container);
        container.onDeath();
      } else if (seesPauses) container.onPauseSeen(isPaused());
    }
  }

  #remove(container: WatchedContainer): void {
    this.#watched.delete(container);
    if (this.#watched.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
