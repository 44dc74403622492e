import pRetry from 'p-retry';

export interface PollOptions {
  readonly everyMs: number;
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Polled<T> {
  readonly held: boolean;
  /** What was seen last, whether or not it held. */
  readonly last: T;
  readonly elapsedMs: number;
}

/**
 * Looks at once, then again every `everyMs` until `isDone` or the deadline; always says what was seen last. A look is
 * handed the signal, so that an abort can end it too. Throws what a look throws, at once, and the reason of an abort.
 */
export async function pollUntil<T>(
  look: (signal: AbortSignal | undefined) => T | Promise<T>,
  isDone: (seen: T) => boolean,
  { everyMs, deadlineMs, signal }: PollOptions,
): Promise<Polled<T>> {
  const startedAt = performance.now();
  const notYet = new Error('it does not hold yet');
  const attempt = async (): Promise<Polled<T>> => {
    const last = await look(signal);
    const polled = { held: isDone(last), last, elapsedMs: performance.now() - startedAt };
    if (!polled.held && polled.elapsedMs < deadlineMs) throw notYet;
    return polled;
  };
  try {
    return await pRetry(attempt, {
      retries: Infinity,
      factor: 1,
      minTimeout: everyMs,
      maxRetryTime: Math.max(0, deadlineMs),
      shouldRetry: ({ error }) => error === notYet,
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    // The deadline passed between a look and the wait for the next: the last look is at the deadline, not before it.
    if (error === notYet) return attempt();
    throw error;
  }
}
