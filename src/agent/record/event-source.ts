import type { LabEvent, OrderedEvent } from '../../protocol/events.js';
import { round } from '../../support/round.js';
import type { RunningLab } from '../lab/running-lab.js';
import { Recorder } from './recorder.js';

/** `untilMs`: what is told later has no earlier place in the order. */
export type EventListener = (events: readonly OrderedEvent[], untilMs: number) => void;

/** How often events of kernels are read. No `Ticker`: that would take a thread from those of a step. */
const LOOK_EVERY_MS = 5;
/** How often events are passed on, sorted by time as far as known by then. */
const HAND_ON_EVERY_MS = 50;

/**
 * Everything that happens in a lab from the first listener to the last, whether a step runs or not: what kernels,
 * daemons and the agent itself report. Each listener gets the same. Nothing runs while there is no listener.
 */
export class EventSource {
  readonly #listeners = new Set<EventListener>();
  readonly #running: () => RunningLab;
  readonly #order = new EventOrder();
  #stop: (() => void) | undefined;

  constructor(running: () => RunningLab) {
    this.#running = running;
  }

  /** What ends it is returned. With `toLeadMs`, times are those of another agent from now on, for all listeners. */
  listen(listener: EventListener, toLeadMs?: number): () => void {
    this.#stop ??= this.#start(this.#running());
    if (toLeadMs !== undefined) this.#order.toLeadMs = toLeadMs;
    this.#listeners.add(listener);
    return () => {
      if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
      this.#stop?.();
      this.#stop = undefined;
    };
  }

  #start(lab: RunningLab): () => void {
    let heard: LabEvent[] = [];
    const hear = (event: LabEvent): void => void heard.push(event);
    const recorder = new Recorder(lab, { listener: hear });
    const unlisten = lab.news.listen(hear);
    const looking = setInterval(() => {
      recorder.look();
    }, LOOK_EVERY_MS);
    const handingOn = setInterval(() => {
      recorder.readLogs();
      const { events, untilMs } = this.#order.put(heard, performance.now());
      heard = [];
      for (const listener of [...this.#listeners]) listener(events, untilMs);
    }, HAND_ON_EVERY_MS);
    return () => {
      clearInterval(looking);
      clearInterval(handingOn);
      unlisten();
      recorder.close();
    };
  }
}

/** The events of one machine in the order that they have among those of all machines, whoever listens, and since when. */
export class EventOrder {
  /** Added to a time of this agent, it is that of the agent that all times are told in. */
  toLeadMs = 0;
  #untilMs = -Infinity;

  /** What was heard until now. What is late, because a log or an answer was, comes after all that was told before. */
  put(
    heard: readonly LabEvent[],
    nowMs: number,
  ): { readonly events: readonly OrderedEvent[]; readonly untilMs: number } {
    const sinceMs = this.#untilMs;
    const untilMs = Math.max(sinceMs, nowMs + this.toLeadMs);
    this.#untilMs = untilMs;
    const events = heard
      .map((event) => (event.kind === 'dropped' ? event : { ...event, atMs: round(event.atMs + this.toLeadMs) }))
      .sort((a, b) => timeOf(a) - timeOf(b))
      .map((event) => ({ ...event, orderMs: Math.min(Math.max(timeOf(event), sinceMs), untilMs) }));
    return { events, untilMs };
  }
}

function timeOf(event: LabEvent): number {
  return event.kind === 'dropped' ? 0 : event.atMs;
}
