import type { LabEvent, OrderedEvent } from '../../../protocol/events.js';

interface Told {
  event: LabEvent;
  readonly orderMs: number;
  readonly machine: number;
}

/**
 * The events of several machines in one order, which is the same for whoever listens: by the place that each machine gave to its
 * own, and of equal places by machine. An event is told once all machines have said that none comes before it.
 */
export class EventMerge {
  #waiting: readonly Told[] = [];
  readonly #lastMs: number[];
  readonly #untilMs: number[];

  constructor(
    machines: number,
    /** How many may wait for their turn, as they do while a machine is silent; more are dropped, and counted. */
    readonly limit: number,
  ) {
    this.#lastMs = Array<number>(machines).fill(-Infinity);
    this.#untilMs = Array<number>(machines).fill(-Infinity);
  }

  /** What a machine tells; returns those, of all machines, whose turn has come. */
  take(machine: number, events: readonly OrderedEvent[], untilMs?: number): readonly LabEvent[] {
    const room = Math.max(0, this.limit - this.#waiting.length);
    const told = withinRoom(events, room).map(({ orderMs, ...event }) => {
      // What was dropped has no time of its own.
      const placeMs = orderMs ?? this.#lastMs[machine] ?? -Infinity;
      this.#lastMs[machine] = placeMs;
      return { event, orderMs: placeMs, machine };
    });
    if (untilMs !== undefined) this.#untilMs[machine] = untilMs;
    const more = this.#countOn(machine, told) ? [] : told;
    // The order of one machine stays as it is, where places are equal.
    this.#waiting = [...this.#waiting, ...more].sort((a, b) => a.orderMs - b.orderMs || a.machine - b.machine);
    const knownMs = Math.min(...this.#untilMs);
    const later = this.#waiting.findIndex(({ orderMs }) => orderMs >= knownMs);
    const turn = later === -1 ? this.#waiting : this.#waiting.slice(0, later);
    this.#waiting = this.#waiting.slice(turn.length);
    return turn.map(({ event }) => event);
  }

  /** Whether there was nothing but more of what is counted already. */
  #countOn(machine: number, [first, ...more]: readonly Told[]): boolean {
    const last = this.#waiting.findLast((each) => each.machine === machine);
    if (first?.event.kind !== 'dropped' || more.length > 0 || last?.event.kind !== 'dropped') return false;
    last.event = { kind: 'dropped', count: last.event.count + first.event.count };
    return true;
  }
}

function withinRoom(events: readonly OrderedEvent[], room: number): readonly OrderedEvent[] {
  const missed = events.slice(room).reduce((sum, event) => sum + (event.kind === 'dropped' ? event.count : 1), 0);
  return missed === 0 ? events : [...events.slice(0, room), { kind: 'dropped', count: missed }];
}
