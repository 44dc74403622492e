/** Faults and repairs change what the next one starts from: one at a time, in the order in which they were asked for. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Whether something is under way, or waits. */
  get isBusy(): boolean {
    return this.#waiting > 0;
  }

  /** Runs it when all before it has ended. */
  take<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const done = this.#last.then(work).finally(() => {
      this.#waiting -= 1;
    });
    this.#last = done.catch(() => undefined);
    return done;
  }
}
