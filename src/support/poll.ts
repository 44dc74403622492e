import { setTimeout as delay } from 'node:timers/promises';

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

/** Looks at once, then again every `everyMs` until `isDone` or the deadline; always says what was seen last. */
export async function pollUntil<T>(
  look: () => T | Promise<T>,
  isDone: (seen: T) => boolean,
  { everyMs, deadlineMs, signal }: PollOptions,
): Promise<Polled<T>> {
  const startedAt = performance.now();
  for (;;) {
    signal?.throwIfAborted();
    const last = await look();
    const elapsedMs = performance.now() - startedAt;
    if (isDone(last)) return { held: true, last, elapsedMs };
    if (elapsedMs >= deadlineMs) return { held: false, last, elapsedMs };
    await delay(Math.min(everyMs, deadlineMs - elapsedMs), undefined, { signal });
  }
}
