import type { Fate, TimelineEvent } from './timeline.js';

/** From this probe on, a flow has another fate, or another instance answers it, than before. Only while a step runs. */
export interface AnswerEvent {
  /** When that probe was sent. */
  readonly atMs: number;
  readonly kind: 'answer';
  readonly client: string;
  readonly service: string;
  readonly address: string;
  readonly sourcePort: number;
  readonly fate: Fate;
  readonly instance: string | null;
}

/** How many events are missing here: the listener was too slow for them. */
export interface DroppedEvents {
  readonly kind: 'dropped';
  readonly count: number;
}

/** An event of a subscription, on the agent's clock. */
export type LabEvent = TimelineEvent | AnswerEvent | DroppedEvents;

/** An event of one of several machines: where it stands among those of all of them, in the time of the first agent. */
export type OrderedEvent = LabEvent & { readonly orderMs?: number | undefined };

/** A subscription has the id of the request that began it. */
export interface SubscribeParams {
  /** How many events may wait for a listener; more are dropped and counted. */
  readonly limit: number;
  /** Of a machine among several: its events are told in the first agent's time, and with their order. */
  readonly among?: AmongMachines | undefined;
}

interface AmongMachines {
  /** Added to a time of this agent, it is the first agent's. From now on this holds for all listeners, so that all hear the same. */
  readonly toLeadMs: number;
  /** What all machines make, faults and repairs, the first agent alone tells. */
  readonly isLead: boolean;
}

/** The way back to the subscriber. */
export interface EventStream {
  readonly id: number;
  /** Nothing should be sent until `onDrain` is called. */
  readonly isFull: boolean;
  /** `untilMs`: what comes later has no earlier place in the order. */
  send(events: readonly OrderedEvent[], untilMs?: number): void;
  /** Calls back once, when there is room again. */
  onDrain(call: () => void): void;
}
