/** What the agents of a lab's machines tell each other of their own nodes, again and again. */
export interface FellowMessage {
  /** Goes up with each message: each says all, and one that was overtaken says nothing new. */
  readonly number: number;
  /** On the sender's clock. */
  readonly atMs: number;
  /** Instances that are announced, and those that their watchers keep announced, as `serviceKey` writes them. */
  readonly announced: readonly string[];
  readonly kept: readonly string[];
  /** By services that sinkholes defend. */
  readonly arrived: Readonly<Record<string, Arrived>>;
  /** Services under attack: the first machine's word counts. */
  readonly attacked: readonly string[];
}

/** Packets that have come so far to the instances of a service, and to its sinkholes, of one machine. */
export interface Arrived {
  readonly atInstances: number;
  readonly atSinkholes: number;
  /** Whether a sinkhole holds a connection. */
  readonly isHolding: boolean;
}

/** Far longer than a message is ever overtaken by. */
const LONGEST_WAY_MS = 5000;
const nothing: Arrived = { atInstances: 0, atSinkholes: 0, isHolding: false };

/** What is known of the other side of such a conversation. */
export class FellowTalk {
  #last: FellowMessage | undefined;
  /** What was counted of a service when it was last asked for. */
  readonly #counted = new Map<string, { readonly atMs: number; readonly arrived: Arrived }>();

  get last(): FellowMessage | undefined {
    return this.#last;
  }

  /** Whether it is news. */
  hear(message: FellowMessage): boolean {
    // An agent that was started again counts from the beginning, on a clock that begins with it.
    if (message.atMs < (this.#last?.atMs ?? 0) - LONGEST_WAY_MS) this.lose();
    if (message.number <= (this.#last?.number ?? -1)) return false;
    this.#last = message;
    return true;
  }

  /** Nothing was heard for too long. */
  lose(): void {
    this.#last = undefined;
    this.#counted.clear();
  }

  /** Whether it has counted anew since it was last asked for what came to a service. */
  hasCounted(service: string): boolean {
    return (this.#last?.atMs ?? -Infinity) > (this.#counted.get(service)?.atMs ?? -Infinity);
  }

  /** How many packets a second have come there, since it was last asked; by its own clock. */
  ratesOf(service: string): Arrived {
    const { atMs = 0, arrived: all = {} } = this.#last ?? {};
    const arrived = all[service] ?? nothing;
    const before = this.#counted.get(service);
    this.#counted.set(service, { atMs, arrived });
    if (before === undefined || atMs <= before.atMs) return { ...nothing, isHolding: arrived.isHolding };
    const perSecond = 1000 / (atMs - before.atMs);
    return {
      atInstances: (arrived.atInstances - before.arrived.atInstances) * perSecond,
      atSinkholes: (arrived.atSinkholes - before.arrived.atSinkholes) * perSecond,
      isHolding: arrived.isHolding,
    };
  }
}
