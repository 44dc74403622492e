import type { OrderedEvent } from './events.js';

/** Events that wait for a listener, up to a limit; beyond it they are only counted. */
export class EventQueue {
  #waiting: OrderedEvent[] = [];
  #room: number;

  constructor(readonly limit: number) {
    this.#room = limit;
  }

  push(event: OrderedEvent): void {
    if (event.kind === 'dropped') this.#miss(event.count);
    else if (this.#room === 0) this.#miss(1);
    else {
      this.#room--;
      this.#waiting.push(event);
    }
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** The oldest of what waits, in its order; empty where nothing does. */
  take(most: number): readonly OrderedEvent[] {
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
