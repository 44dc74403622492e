/** Something that a kernel gave its time to. */
export interface Timed {
  readonly timestampNs: bigint;
}

/**
 * Brings what several queues hold into the order of time. Each turn empties all queues; what is older than the newest
 * of the turn before is then known in full, and is let go. It compares what the kernel stamped, and needs no clock.
 */
export class TimeOrder<T extends Timed> {
  #held: readonly T[] = [];

  get held(): readonly T[] {
    return this.#held;
  }

  /** Takes what one turn brought, in any order; hands back what can go, oldest first. */
  turn(fresh: readonly T[]): readonly T[] {
    const newest = this.#held.at(-1)?.timestampNs;
    const all = [...this.#held, ...fresh].sort((a, b) => Number(a.timestampNs - b.timestampNs));
    const first = newest === undefined ? 0 : all.findIndex(({ timestampNs }) => timestampNs > newest);
    this.#held = first === -1 ? [] : all.slice(first);
    return first === -1 ? all : all.slice(0, first);
  }
}
