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

/** Why few packets may have come of an attack that goes on. */
interface Doubts {
  /** What takes it is busy otherwise. */
  readonly isBusy?: boolean;
  /** For so long since the last look the machine did not run who looks. */
  readonly pausedMs?: number;
}

/**
 * Tells an attack by its rate: it begins when the rate has been over a threshold for so long without a break, and ends
 * when it has not been over it for as long. Of that, time does not count in which the machine did not run who looks:
 * it may have kept the attacker from running, too.
 */
export class AttackWatch {
  #isAttack = false;
  #lastMs: number;
  /** Until when the attack may be on its way to the sinkholes, where nothing has come yet. */
  #movingUntilMs = 0;
  /** For how long, and by how many packets, the rate has contradicted what is held. */
  #against: { lastingMs: number; packets: number } | undefined;

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
  look(
    nowMs: number,
    { atInstances, atSinkholes }: CountedPackets,
    { isBusy = false, pausedMs = 0 }: Doubts = {},
  ): AttackNews | undefined {
    const passedMs = nowMs - this.#lastMs;
    if (passedMs <= 0) return undefined;
    this.#lastMs = nowMs;
    const ranMs = this.#isAttack ? Math.max(0, passedMs - pausedMs) : passedMs;
    const isOverThreshold = (count: number): boolean => count * 1000 > this.packetsPerSecond * ranMs;
    if (isOverThreshold(atSinkholes)) this.#movingUntilMs = 0;
    const packets = this.#isAttack ? atInstances + atSinkholes : atInstances;
    const isOver = isBusy || nowMs < this.#movingUntilMs || isOverThreshold(packets);
    if (isOver === this.#isAttack) {
      this.#against = undefined;
      return undefined;
    }
    this.#against ??= { lastingMs: 0, packets: 0 };
    this.#against.packets += packets;
    this.#against.lastingMs += ranMs;
    const { lastingMs } = this.#against;
    if (lastingMs < this.forMs) return undefined;
    const rate = Math.round((this.#against.packets * 1000) / lastingMs);
    this.#against = undefined;
    this.#isAttack = isOver;
    this.#movingUntilMs = isOver ? nowMs + MOST_MOVING_MS : 0;
    return { kind: isOver ? 'begins' : 'ends', lastingMs: Math.round(lastingMs), packetsPerSecond: rate };
  }
}
