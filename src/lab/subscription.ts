import { LabError } from '../errors.js';
import { EventQueue } from '../protocol/event-queue.js';
import type { LabEvent } from '../protocol/events.js';
import type { Agent } from '../runtime/runtime.js';

const DEFAULT_LIMIT = 10_000;

export interface SubscribeOptions {
  /** Ends it: events received by then can still be read, and no more come. */
  readonly signal?: AbortSignal | undefined;
  /** How many events may wait until they are read, 10000 by default. More are dropped, and counted. */
  readonly limit?: number | undefined;
}

/** What happens in a lab from when it was subscribed to, for one reader. */
export class Subscription implements AsyncIterable<LabEvent>, AsyncDisposable {
  readonly #queue: EventQueue;
  #wake: () => void = () => undefined;
  #hasEnded = false;
  #closing: Promise<void> | undefined;
  #failure: LabError | undefined;
  #giveUp: () => Promise<void> = () => Promise.resolve();

  private constructor(limit: number) {
    this.#queue = new EventQueue(limit);
  }

  /** LabError USAGE for a limit that is not a number of events. */
  static async start(agent: Agent, { signal, limit = DEFAULT_LIMIT }: SubscribeOptions = {}): Promise<Subscription> {
    signal?.throwIfAborted();
    if (!Number.isSafeInteger(limit) || limit < 1)
      throw new LabError('USAGE', `${String(limit)} is not a valid number of events`, {
        hint: 'write a whole number from 1 on',
      });
    const subscription = new Subscription(limit);
    const giveUp = await agent.subscribe(
      { limit },
      {
        take: (events) => {
          for (const event of events) subscription.#queue.push(event);
          subscription.#wake();
        },
        end: (why) => {
          subscription.#end(why);
        },
      },
    );
    const onAbort = (): void => void subscription.close().catch(() => undefined);
    subscription.#giveUp = async () => {
      signal?.removeEventListener('abort', onAbort);
      await giveUp();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    return subscription;
  }

  /**
   * The events as they come, until the subscription is closed; leaving the loop closes it. Throws LabError AGENT_GONE
   * where the lab, or the connection to it, ends first.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<LabEvent, void, undefined> {
    try {
      for (;;) {
        const [event] = this.#queue.take(1);
        if (event !== undefined) {
          yield event;
          continue;
        }
        if (this.#failure !== undefined) throw this.#failure;
        if (this.#hasEnded) return;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      await this.close();
    }
  }

  /** No more events come; those that wait can still be read. */
  async close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    try {
      await this.#giveUp();
    } catch (error) {
      // With the lab its subscriptions have ended too.
      if (!(error instanceof LabError) || error.code !== 'AGENT_GONE') throw error;
    } finally {
      this.#end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #end(failure?: LabError): void {
    if (!this.#hasEnded) this.#failure = failure;
    this.#hasEnded = true;
    this.#wake();
  }
}
