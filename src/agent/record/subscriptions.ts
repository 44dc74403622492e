import { EventQueue } from '../../protocol/event-queue.js';
import type { EventStream, OrderedEvent, SubscribeParams } from '../../protocol/events.js';
import type { Handlers } from '../../protocol/messages.js';
import type { EventSource } from './event-source.js';

const MOST_AT_ONCE = 500;

/** The subscriptions of one connection: they end with it. */
export class Subscriptions {
  readonly #ends = new Map<number, () => void>();

  constructor(readonly source: Pick<EventSource, 'listen'>) {}

  get handlers(): Pick<Handlers, 'subscribe' | 'unsubscribe'> {
    return {
      // Answers of an asynchronous function also when it refuses.
      subscribe: async (params, _, stream) => Promise.resolve(this.#subscribe(params, stream)),
      unsubscribe: async ({ subscription }) => Promise.resolve(this.#end(subscription)),
    };
  }

  endAll(): void {
    for (const id of [...this.#ends.keys()]) this.#end(id);
  }

  #subscribe({ limit, among }: SubscribeParams, stream: EventStream): null {
    const queue = new EventQueue(limit);
    let isWaiting = false;
    let heardUntilMs: number | undefined;
    const pump = (): void => {
      while (!stream.isFull) {
        const events = queue.take(MOST_AT_ONCE);
        const untilMs = queue.isEmpty ? heardUntilMs : undefined;
        if (untilMs !== undefined) heardUntilMs = undefined;
        if (events.length === 0 && untilMs === undefined) return;
        stream.send(events, untilMs);
      }
      if (isWaiting) return;
      isWaiting = true;
      stream.onDrain(() => {
        isWaiting = false;
        if (this.#ends.has(stream.id)) pump();
      });
    };
    const unlisten = this.source.listen((events, untilMs) => {
      for (const event of events)
        if (among === undefined) queue.push(withoutOrder(event));
        else if (among.isLead || !isMadeByAll(event)) queue.push(event);
      if (among !== undefined) heardUntilMs = untilMs;
      pump();
    }, among?.toLeadMs);
    this.#ends.set(stream.id, unlisten);
    return null;
  }

  #end(id: number): null {
    this.#ends.get(id)?.();
    this.#ends.delete(id);
    return null;
  }
}

function withoutOrder({ orderMs: _, ...event }: OrderedEvent): OrderedEvent {
  return event;
}

function isMadeByAll({ kind }: OrderedEvent): boolean {
  return kind === 'fault' || kind === 'repair';
}
