/**
 * The time in which a process ran that looks at the clock again and again. Of a pause between two looks no more than so
 * much counts: it was not running then, and nothing that it waits for can have come to it.
 */
export class AwakeTime {
  #ms = 0;
  #lookedAtMs: number | undefined;

  constructor(readonly mostBetweenMs: number) {}

  /** Since the first look, up to the last one. */
  get ms(): number {
    return this.#ms;
  }

  look(nowMs: number): void {
    const pauseMs = nowMs - (this.#lookedAtMs ?? nowMs);
    this.#lookedAtMs = nowMs;
    this.#ms += Math.min(Math.max(0, pauseMs), this.mostBetweenMs);
  }
}
