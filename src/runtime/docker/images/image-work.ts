import { retryTransient } from '../../../support/retry.js';
import { isPassing, statusOf, type Engine } from '../engine.js';
import type { Preparation } from '../../runtime.js';

/** How images are worked on: until it is enough, and telling how far it is. */
export interface ImageWork {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Preparation) => void;
}

const FIRST_WAIT_MS = 500;

interface Message {
  readonly stream?: string;
  readonly status?: string;
  readonly progress?: string;
  readonly error?: string;
}

/** Follows an engine's progress messages to the end; rejects with the engine's own words. */
export async function follow(
  engine: Engine,
  stream: NodeJS.ReadableStream,
  onLine: (line: string) => void = () => undefined,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    engine.modem.followProgress(
      stream,
      (error, messages: readonly Message[]) => {
        const complaint = error?.message ?? messages.find((message) => message.error !== undefined)?.error;
        if (complaint === undefined) resolve();
        else reject(new Error(complaint.trim()));
      },
      (message: Message) => {
        const line = `${message.stream ?? message.status ?? ''} ${message.progress ?? ''}`.trim();
        if (line !== '') onLine(line.split('\n').at(-1) ?? line);
      },
    );
  });
}

/**
 * Pulls an image to its end, telling how far it is; tries again where the registry or the way to it fails for a moment.
 */
export async function pull(
  engine: Engine,
  reference: string,
  { signal, onProgress }: ImageWork,
  topic: string,
): Promise<void> {
  await retryTransient(
    async () => {
      await follow(engine, await engine.pull(reference, { abortSignal: signal }), (line) => {
        onProgress({ topic, text: `${reference}: ${line}` });
      });
    },
    {
      isTransient: isPassing,
      signal,
      firstWaitMs: FIRST_WAIT_MS,
      onRetry: (error) => {
        onProgress({ topic, text: `${reference}: ${error.message}; trying again` });
      },
    },
  );
}

export async function hasImage(engine: Engine, reference: string): Promise<boolean> {
  try {
    await engine.getImage(reference).inspect();
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  }
}
