import pRetry from 'p-retry';

export interface RetryOptions {
  /** Whether another attempt may succeed where this error ended one. */
  readonly isTransient: (error: Error) => boolean;
  readonly signal?: AbortSignal | undefined;
  /** How often it is tried again; 3 times where it is left out. */
  readonly retries?: number | undefined;
  /** The wait before the second attempt; each later one is twice as long. */
  readonly firstWaitMs: number;
  /** Called before each wait. */
  readonly onRetry?: ((error: Error) => void) | undefined;
}

const RETRIES = 3;

/**
 * Does what may fail for a moment, such as a download: tries again a few times, with growing waits, while the error is
 * transient. Throws the last error, and the reason of an abort.
 */
export async function retryTransient<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { isTransient, signal, retries = RETRIES, firstWaitMs, onRetry } = options;
  return pRetry(work, {
    retries,
    factor: 2,
    minTimeout: firstWaitMs,
    shouldRetry: ({ error, retriesLeft }) => {
      if (!isTransient(error) || retriesLeft === 0) return false;
      onRetry?.(error);
      return true;
    },
    ...(signal === undefined ? {} : { signal }),
  });
}
