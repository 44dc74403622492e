/** How fast the past is played: the share of real time. */
export const rates = [
  { rate: 1, says: 'real time' },
  { rate: 0.1, says: '10 × slower' },
  { rate: 0.01, says: '100 × slower' },
  { rate: 0.001, says: '1000 × slower' },
] as const;

/** A stretch of time is played in about so long. */
const WANTED_MS = 8000;

/** The rate at which a stretch of time can be watched. */
export function rateFor(lengthMs: number): number {
  const wanted = lengthMs / WANTED_MS;
  const off = (rate: number): number => Math.abs(Math.log(rate / wanted));
  return rates.reduce<number>((best, { rate }) => (off(rate) < off(best) ? rate : best), 1);
}

/** Moves a cursor on with the frames of the page, until it is stopped or has come to its end. */
export class Playback {
  rate = 1;
  readonly #move: (byMs: number) => boolean;
  #frame: number | undefined;

  /** `move` says whether there is more to play. */
  constructor(move: (byMs: number) => boolean) {
    this.#move = move;
  }

  get isPlaying(): boolean {
    return this.#frame !== undefined;
  }

  start(): void {
    if (this.isPlaying) return;
    let lastMs = performance.now();
    const step = (): void => {
      const nowMs = performance.now();
      const elapsedMs = nowMs - lastMs;
      lastMs = nowMs;
      this.#frame = requestAnimationFrame(step);
      if (!this.#move(elapsedMs * this.rate)) this.stop();
    };
    this.#frame = requestAnimationFrame(step);
  }

  stop(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
  }
}
