import type { LabEvent } from './events.js';

/** Events that wait for a listener, up to a limit; beyond it they are only counted. */
export class EventQueue {
  #waiting: LabEvent[] = [];
  #room: number;

  constructor(readonly limit: number) {
    this.#room = limit;
  }

  push(event: LabEvent): void {
    if (event.kind === 'dropped') this.#miss(event.count);
    else if (this.#room === 0) this.#miss(1);
    else {
      this.#room--;
      this.#waiting.push(event);
    }
  }

  /** The oldest of what waits, in its order; empty where nothing does. */
  take(most: number): readonly LabEvent[] {
    const taken = this.#waiting.slice(0, most);
    this.#waiting = this.#waiting.slice(most);
    this.#room += taken.filter(({ kind }) => kind !== 'dropped').length;
    return taken;
  }

  #miss(count: number): void {
    const last = this.#waiting.at(-1);
    if (last?.kind === 'dropped') this.#waiting[this.#waiting.length - 1] = { ...last, count: last.count + count };
    else this.#waiting.push({ kind: 'dropped', count });
  }
}
