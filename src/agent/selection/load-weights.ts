/** How often instances report what they have to do, and so the step of all that is damped here. */
export const REPORT_EVERY_MS = 200;
/** The share of a new report in the average; the rest is the average before. */
const NEWS = 0.2;
/** How much of a difference in load goes into the weights in one step. */
const GAIN = 0.2;
/** How much of what was learned is forgotten in one step: without a difference, all weights become equal again. */
const LEAK = 0.05;
/** Requests in a second that make no difference: health checks, and those of few clients. */
const IDLE = 50;
/** The largest part of another's weight that is lost: an instance that gets nothing can show nothing. */
const LEAST = 1 / 50;
/** The kernel's weights are whole numbers from 1 to 256. */
const MOST = 100;
/** A change of the weights moves flows: small ones are not worth that. */
const WORTH = 0.2;

/**
 * Shares flows among instances so that all have the same to do. Instances that report more than the others get a
 * smaller weight, step by step: each is moved a part of the way only, and by reports that are smoothed, so that it
 * neither swings from one to another nor sends all flows to the instance that was idle last.
 */
export class LoadWeights {
  readonly #loads = new Map<string, number>();
  /** Natural logarithms of weights. */
  readonly #learned = new Map<string, number>();
  #told: ReadonlyMap<string, number> = new Map();

  /** An instance reports how many requests it gets in a second. */
  report(instance: string, load: number): void {
    const known = this.#loads.get(instance) ?? load;
    this.#loads.set(instance, known + NEWS * (load - known));
  }

  /** One step, among the instances that there are to choose from. Whether their weights have changed by what is worth it. */
  step(instances: readonly string[]): boolean {
    const loads = instances.map((instance) => (this.#loads.get(instance) ?? 0) + IDLE);
    const mean = loads.reduce((sum, load) => sum + load, 0) / loads.length;
    instances.forEach((instance, index) => {
      const before = this.#learned.get(instance) ?? 0;
      const after = (1 - LEAK) * before + GAIN * Math.log(mean / (loads[index] ?? mean));
      this.#learned.set(instance, Math.max(after, Math.log(LEAST)));
    });
    const weights = this.#weights(instances);
    const isWorth = instances.some((instance) => {
      const told = this.#told.get(instance) ?? MOST;
      return Math.abs((weights.get(instance) ?? MOST) - told) > WORTH * told;
    });
    if (isWorth) this.#told = weights;
    return isWorth;
  }

  /** By which flows are shared now. */
  weightOf(instance: string): number {
    return this.#told.get(instance) ?? MOST;
  }

  #weights(instances: readonly string[]): ReadonlyMap<string, number> {
    const weights = instances.map((instance) => Math.exp(this.#learned.get(instance) ?? 0));
    const largest = Math.max(...weights);
    return new Map(
      instances.map((instance, index) => [
        instance,
        Math.max(1, Math.round(MOST * Math.max(LEAST, (weights[index] ?? 1) / largest))),
      ]),
    );
  }
}
