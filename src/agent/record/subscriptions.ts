import { EventQueue } from '../../protocol/event-queue.js';
import type { EventStream, LabEvent } from '../../protocol/events.js';
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
      subscribe: async ({ limit }, _, stream) => Promise.resolve(this.#subscribe(limit, stream)),
      unsubscribe: async ({ subscription }) => Promise.resolve(this.#end(subscription)),
    };
  }

  endAll(): void {
    for (const id of [...this.#ends.keys()]) this.#end(id);
  }

  #subscribe(limit: number, stream: EventStream): null {
    const queue = new EventQueue(limit);
    let isWaiting = false;
    const pump = (): void => {
      while (!stream.isFull) {
        const events = queue.take(MOST_AT_ONCE);
        if (events.length === 0) return;
        stream.send(events);
      }
      if (isWaiting) return;
      isWaiting = true;
      stream.onDrain(() => {
        isWaiting = false;
        if (this.#ends.has(stream.id)) pump();
      });
    };
    const unlisten = this.source.listen((events: readonly LabEvent[]) => {
      for (const event of events) queue.push(event);
      pump();
    });
    this.#ends.set(stream.id, unlisten);
    return null;
  }

  #end(id: number): null {
    this.#ends.get(id)?.();
    this.#ends.delete(id);
    return null;
  }
}
