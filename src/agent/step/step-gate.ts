import { setTimeout as delay } from 'node:timers/promises';
import type { Lacking } from '../../protocol/lacking.js';
import type { StepStage, StepSync } from '../../protocol/part.js';

/** Holds a step that several agents play together until all are as far as it is. */
export class StepGate {
  #stage: StepStage['stage'] = 'waiting';
  #mayEnd = false;
  #setAct: (atMs: number) => void = () => undefined;
  readonly #act = new Promise<number>((resolve) => {
    this.#setAct = resolve;
  });

  /** Says how far the step is, and lets it go on. */
  sync({ go }: Pick<StepSync, 'go'>): StepStage {
    if (go?.to === 'act') this.#setAct(go.atMs);
    if (go?.to === 'end') this.#mayEnd = true;
    return { stage: this.#stage };
  }

  reach(stage: StepStage['stage']): void {
    this.#stage = stage;
  }

  /** Until the moment at which all agents act. */
  async untilAct(signal: AbortSignal): Promise<void> {
    this.reach('steady');
    const left = new Promise<never>((_, reject) => {
      const leave = (): void => {
        reject(signal.reason as Error);
      };
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true });
    });
    left.catch(() => undefined);
    const atMs = await Promise.race([this.#act, left]);
    await delay(Math.max(0, atMs - performance.now()), undefined, { signal });
    this.reach('acting');
  }

  /** Whether the step is over for all, where nothing is lacking here. */
  isOver(lacking: readonly Lacking[]): boolean {
    this.reach(lacking.length === 0 ? 'settled' : 'lacking');
    return lacking.length === 0 && this.#mayEnd;
  }
}
