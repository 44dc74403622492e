import type { CountedPackets } from '../../measure/attack-watch.js';
import type { Fellows } from '../lab/fellows.js';

/** A machine that is silent for longer is gone without. */
const LONGEST_WAIT_MS = 1000;

/** What was counted since the last time, and whether a sinkhole holds a connection. */
export interface Counted extends CountedPackets {
  readonly isHolding: boolean;
}

const nothing: Counted = { atInstances: 0, atSinkholes: 0, isHolding: false };

/** What comes to a service on several machines: each agent tells the others, and the first puts it together. */
export class SharedCount {
  #sinceLast = nothing;
  #lastMs = performance.now();

  constructor(
    readonly fellows: Fellows,
    readonly service: string,
  ) {}

  /** Tells what has come here. To the first agent, what has come anywhere, each time that all have counted. */
  take(here: Counted): Counted | undefined {
    const { fellows, service } = this;
    fellows.arrived.set(service, sum(fellows.arrived.get(service) ?? nothing, here));
    if (!fellows.isFirst) return undefined;
    this.#sinceLast = sum(this.#sinceLast, here);
    const nowMs = performance.now();
    const forMs = nowMs - this.#lastMs;
    if (forMs < LONGEST_WAIT_MS && !fellows.talks.every((talk) => talk.hasCounted(service))) return undefined;
    const all = fellows.talks
      .map((talk) => talk.ratesOf(service))
      .reduce<Counted>(
        (so, { atInstances, atSinkholes, isHolding }) =>
          sum(so, {
            atInstances: (atInstances * forMs) / 1000,
            atSinkholes: (atSinkholes * forMs) / 1000,
            isHolding: isHolding || so.isHolding,
          }),
        this.#sinceLast,
      );
    this.#sinceLast = nothing;
    this.#lastMs = nowMs;
    return all;
  }
}

/** Holding is as it is now, and packets are added up. */
function sum(before: Counted, { atInstances, atSinkholes, isHolding }: Counted): Counted {
  return {
    atInstances: before.atInstances + atInstances,
    atSinkholes: before.atSinkholes + atSinkholes,
    isHolding,
  };
}
