import type { Lab } from '../lab/lab.js';
import type { LabPlan } from '../plan/model.js';
import type { Traffic } from '../protocol/traffic.js';
import { checksOf, ratesOf, type TrafficRates } from './traffic.js';

/** While something flows that is worth watching. */
const BUSY_EVERY_MS = 1000;
const IDLE_EVERY_MS = 3000;

/** Reads the counters of a lab now and then, and tells of rates that are others than before. */
export class TrafficWatch {
  readonly #lab: Lab;
  readonly #checks: ReadonlyMap<string, number>;
  readonly #tell: (rates: TrafficRates) => void;
  #last: Traffic | undefined;
  #told = '';
  #timer: NodeJS.Timeout | undefined;
  #isPaused = false;
  #hasEnded = false;

  constructor(lab: Lab, plan: LabPlan, tell: (rates: TrafficRates) => void) {
    this.#lab = lab;
    this.#checks = checksOf(plan);
    this.#tell = tell;
    this.#lookIn(0);
  }

  /** A step is measured: nothing is asked of the lab meanwhile. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
  }

  stop(): void {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
  }

  #lookIn(ms: number): void {
    this.#timer = setTimeout(() => {
      // A lab that is gone says so by its subscription.
      void this.#look().catch(() => undefined);
    }, ms);
  }

  async #look(): Promise<void> {
    let isBusy = false;
    try {
      if (!this.#isPaused) isBusy = await this.#read();
    } finally {
      if (!this.#hasEnded) this.#lookIn(isBusy ? BUSY_EVERY_MS : IDLE_EVERY_MS);
    }
  }

  async #read(): Promise<boolean> {
    const now = await this.#lab.traffic();
    const rates = ratesOf(this.#last, now, this.#checks);
    this.#last = now;
    const text = JSON.stringify(rates);
    if (text !== this.#told && !this.#hasEnded) this.#tell(rates);
    this.#told = text;
    return now.choices.length + now.sinkholes.length + now.floods.length > 0;
  }
}
