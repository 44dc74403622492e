import { quietMs, unfinishedMs } from '../../../plan/timers.js';
import type { Lacking } from '../../../protocol/lacking.js';
import type { Convergence, Progress } from '../../../protocol/messages.js';
import { pollUntil, type Polled, type PollOptions } from '../../../support/poll.js';
import type { RunningLab } from '../../lab/running-lab.js';
import { Recorder } from '../../record/recorder.js';
import { Unfinished } from './unfinished.js';

const LOOK_EVERY_MS = 20;

/**
 * Without a forecast, routing has settled when no change was reported for so long, and no daemon has anything before
 * it, such as the election of a designated router. What does not end is not waited for without end.
 */
export class QuietWatch {
  readonly quietMs: number;
  readonly #unfinished: Unfinished;
  #last: readonly Lacking[] = [];

  constructor(
    lab: RunningLab,
    readonly recorder: Recorder,
    readonly sinceMs: number,
    { withUnheard }: { readonly withUnheard: boolean },
  ) {
    this.quietMs = quietMs(lab.plan);
    this.#unfinished = new Unfinished(lab, withUnheard);
  }

  /** When a change of routes, links or neighbors was last reported, or shown; the beginning if none was. */
  get heardAtMs(): number {
    return Math.max(this.#reportedAtMs, this.#unfinished.changedAtMs);
  }

  get #reportedAtMs(): number {
    return Math.max(this.sinceMs, this.recorder.heardAtMs());
  }

  /** What was unfinished at the last look, though the time for it was over. */
  get unfinished(): readonly Lacking[] {
    return this.#last;
  }

  async look(): Promise<readonly Lacking[]> {
    const notQuiet: readonly Lacking[] = [{ kind: 'quiet', quietMs: this.quietMs }];
    if (this.#quietForMs() < this.quietMs) return notQuiet;
    this.#last = await this.#unfinished.look();
    // Routers that have become neighbors without a word tell the others some seconds later.
    if (this.#last.length === 0 && this.#quietForMs() < this.quietMs) return notQuiet;
    return this.#quietForMs() < unfinishedMs(this.quietMs) ? this.#last : [];
  }

  /**
   * Polls until it is over. The deadline is for what happens: the quiet afterwards, and what daemons wait for by
   * themselves, come on top of it.
   */
  async poll(
    look: () => Promise<readonly Lacking[]>,
    isOver: (lacking: readonly Lacking[]) => boolean,
    { deadlineMs, signal }: Omit<PollOptions, 'everyMs'>,
  ): Promise<Polled<readonly Lacking[]>> {
    const polled = await pollUntil(look, isOver, {
      everyMs: LOOK_EVERY_MS,
      deadlineMs: deadlineMs + this.quietMs,
      signal,
    });
    const isShownOnly = this.#unfinished.changedAtMs > this.#reportedAtMs;
    if (polled.held || (this.#last.length === 0 && !isShownOnly)) return polled;
    const longer = await pollUntil(look, isOver, {
      everyMs: LOOK_EVERY_MS,
      deadlineMs: unfinishedMs(this.quietMs),
      signal,
    });
    return { ...longer, elapsedMs: polled.elapsedMs + longer.elapsedMs };
  }

  #quietForMs(): number {
    return performance.now() - this.heardAtMs;
  }
}

/** Waits until routing is quiet. */
export async function convergeQuietly(
  lab: RunningLab,
  deadlineMs: number,
  onProgress: (progress: Progress) => void,
): Promise<Convergence> {
  const recorder = new Recorder(lab);
  try {
    const watch = new QuietWatch(lab, recorder, performance.now(), { withUnheard: !lab.hasConverged });
    const polled = await watch.poll(
      async () => {
        const lacking = await watch.look();
        onProgress({ phase: 'converging', done: 0, total: lab.nodes.size, lacking: lacking[0] });
        return lacking;
      },
      (lacking) => lacking.length === 0,
      { deadlineMs },
    );
    lab.hasConverged ||= polled.held;
    const convergeMs = polled.held ? watch.heardAtMs - watch.sinceMs : polled.elapsedMs;
    return {
      converged: polled.held,
      convergeMs: Math.round(convergeMs),
      lacking: polled.last,
      quietMs: watch.quietMs,
      ...(watch.unfinished.length === 0 ? {} : { unfinished: watch.unfinished }),
    };
  } finally {
    recorder.close();
  }
}
