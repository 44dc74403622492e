/** That an attack has begun or ended, by packets that were counted. */
export interface AttackNews {
  readonly kind: 'begins' | 'ends';
  /** For how long it has been so, and what came in each second of it. */
  readonly lastingMs: number;
  readonly packetsPerSecond: number;
}

/** Routing has so long to bring an attack to the sinkholes before a lull counts as its end. */
const MOST_MOVING_MS = 5000;

/** Packets to a service that were counted. */
export interface CountedPackets {
  readonly atInstances: number;
  readonly atSinkholes: number;
}

/**
 * Tells an attack by its rate: it begins when the rate has been over a threshold for so long without a break, and ends
 * when it has not been over it for as long.
 */
export class AttackWatch {
  #isAttack = false;
  #lastMs: number;
  /** Until when the attack may be on its way to the sinkholes, where nothing has come yet. */
  #movingUntilMs = 0;
  /** Since when, and by how many packets, the rate has contradicted what is held. */
  #against: { readonly sinceMs: number; packets: number } | undefined;

  constructor(
    readonly packetsPerSecond: number,
    readonly forMs: number,
    startedAtMs: number,
  ) {
    this.#lastMs = startedAtMs;
  }

  get isAttack(): boolean {
    return this.#isAttack;
  }

  /**
   * So many packets have come since the last look. While what takes them is busy otherwise, no attack is over; nor while
   * routing moves it to the sinkholes, for packets find no way then.
   */
  look(nowMs: number, { atInstances, atSinkholes }: CountedPackets, isBusy = false): AttackNews | undefined {
    const sinceMs = this.#lastMs;
    if (nowMs <= sinceMs) return undefined;
    this.#lastMs = nowMs;
    const isOverThreshold = (count: number): boolean => (count * 1000) / (nowMs - sinceMs) > this.packetsPerSecond;
    if (isOverThreshold(atSinkholes)) this.#movingUntilMs = 0;
    const packets = this.#isAttack ? atInstances + atSinkholes : atInstances;
    const isOver = isBusy || nowMs < this.#movingUntilMs || isOverThreshold(packets);
    if (isOver === this.#isAttack) {
      this.#against = undefined;
      return undefined;
    }
    this.#against ??= { sinceMs, packets: 0 };
    this.#against.packets += packets;
    const lastingMs = nowMs - this.#against.sinceMs;
    if (lastingMs < this.forMs) return undefined;
    const rate = Math.round((this.#against.packets * 1000) / lastingMs);
    this.#against = undefined;
    this.#isAttack = isOver;
    this.#movingUntilMs = isOver ? nowMs + MOST_MOVING_MS : 0;
    return { kind: isOver ? 'begins' : 'ends', lastingMs: Math.round(lastingMs), packetsPerSecond: rate };
  }
}
