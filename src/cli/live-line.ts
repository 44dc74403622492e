import type { Lab } from '../lab/lab.js';
import type { Subscription } from '../lab/subscription.js';
import { nothingWatched, watchedAfter, watchedText, type Watched } from '../report/live-text.js';
import type { TestEvent } from '../scenario/test.js';
import type { Output } from './output.js';

const DRAW_EVERY_MS = 100;

/** The last line of a terminal while a lab is watched: it tells how long, how the flows are, and what nodes report. */
export class LiveLine {
  readonly #startedAtMs = performance.now();
  readonly #subscription: Subscription;
  readonly #output: Output;
  readonly #ofMs: number | undefined;
  readonly #ended: Promise<void>;
  #watched: Watched = nothingWatched;

  private constructor(output: Output, subscription: Subscription, ofMs: number | undefined) {
    this.#output = output;
    this.#subscription = subscription;
    this.#ofMs = ofMs;
    const timer = setInterval(() => {
      this.#draw();
    }, DRAW_EVERY_MS);
    this.#ended = this.#read().finally(() => {
      clearInterval(timer);
    });
  }

  /** Undefined where nobody sees it: no terminal, `--json`, or CI. */
  static async start(output: Output, lab: Lab, ofMs?: number): Promise<LiveLine | undefined> {
    return output.isLive ? new LiveLine(output, await lab.subscribe(), ofMs) : undefined;
  }

  /** Wipes it away. */
  async stop(): Promise<void> {
    await this.#subscription.close();
    await this.#ended;
    this.#output.progressDone();
  }

  async #read(): Promise<void> {
    try {
      for await (const event of this.#subscription) this.#watched = watchedAfter(this.#watched, event);
    } catch {
      // The lab is gone. Whoever watches it learns that from the answer to their own request.
    }
  }

  #draw(): void {
    this.#output.progress('live', watchedText(this.#watched, performance.now() - this.#startedAtMs, this.#ofMs));
  }
}

/** Does something in a lab that takes a while, with a live line meanwhile. */
export async function watching<T>(output: Output, lab: Lab, work: () => Promise<T>, ofMs?: number): Promise<T> {
  const line = await LiveLine.start(output, lab, ofMs);
  try {
    return await work();
  } finally {
    await line?.stop();
  }
}

/** Watches each step of a scenario, from the events of `up` and `test`. */
export class WatchedSteps {
  readonly #output: Output;
  #lab: Lab | undefined;
  #line: LiveLine | undefined;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Has an event shown, without a live line, and begins one where a step begins. */
  async show(event: TestEvent, show: () => Promise<void> | void): Promise<void> {
    if (event.kind === 'answers') this.#lab = event.lab;
    if (event.kind === 'stepped') await this.#line?.stop();
    await show();
    if (event.kind === 'step' && this.#lab !== undefined) this.#line = await LiveLine.start(this.#output, this.#lab);
  }
}
