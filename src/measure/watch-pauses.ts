/** A watcher that has begun to find no answer pauses so many times at most before it withdraws. */
const MOST_KEPT = 100;

interface Pause {
  readonly fromMs: number;
  readonly ms: number;
}

/** The pauses that a watcher makes between its looks: how much of the time until it withdrew was its timer alone. */
export class WatchPauses {
  /** Since it has found an answer. */
  #pauses: readonly Pause[] = [];
  #withdrawal: { readonly atMs: number; readonly pauses: readonly Pause[] } | undefined;

  /** Found an answer, or begins anew. */
  answered(): void {
    this.#pauses = [];
  }

  /** Has paused until now. A pause that took longer than it should was the machine's beyond that. */
  paused(fromMs: number, wantedMs: number, nowMs: number): void {
    this.#pauses = [...this.#pauses, { fromMs, ms: Math.min(wantedMs, nowMs - fromMs) }].slice(-MOST_KEPT);
  }

  withdraws(atMs: number): void {
    this.#withdrawal = { atMs, pauses: this.#pauses };
  }

  /** For how long since then it waited for nothing but its timer, before it withdrew; 0 if it has not withdrawn. */
  timersSince(ms: number): number {
    const { atMs, pauses } = this.#withdrawal ?? { atMs: -Infinity, pauses: [] };
    return atMs < ms ? 0 : pauses.reduce((sum, pause) => sum + (pause.fromMs < ms ? 0 : pause.ms), 0);
  }
}
