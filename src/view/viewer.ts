import type { ServerResponse } from 'node:http';
import type { Live } from './live.js';
import type { Moment } from './moments.js';
import type { Opening } from './opening.js';

/** What comes between two sends of moments; a picture that is drawn more often shows nothing more. */
const SEND_EVERY_MS = 50;
/** A browser that is further behind is told everything anew. */
const MOST_WAITING = 5000;

/**
 * Sends a page what happens (server-sent events): at first `openings` with all so far, of several where several tests were
 * recorded, then `moments`, and `end` where the lab is gone. A page that reads slowly gets them later, or a new opening; nothing waits for it.
 */
export function streamTo(response: ServerResponse, openings: () => readonly Opening[], live: Live | undefined): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  const write = (event: string, content: unknown): void => {
    response.write(`event: ${event}\ndata: ${JSON.stringify(content)}\n\n`);
  };
  write('openings', openings());
  if (live === undefined) return;
  let waiting: Moment[] = [];
  let isLost = false;
  let isTold = live.hasEnded;
  const stop = live.listen((moments) => {
    if (waiting.length + moments.length <= MOST_WAITING) waiting.push(...moments);
    else [waiting, isLost] = [[], true];
  });
  const timer = setInterval(() => {
    if (response.writableNeedDrain) return;
    if (isLost) write('openings', openings());
    else if (waiting.length > 0) write('moments', { nowMs: live.nowMs, moments: waiting });
    [waiting, isLost] = [[], false];
    if (!isTold && live.hasEnded) write('end', {});
    isTold = live.hasEnded;
  }, SEND_EVERY_MS);
  response.on('close', () => {
    clearInterval(timer);
    stop();
  });
  // A browser that left while it was written to.
  response.on('error', () => undefined);
}
