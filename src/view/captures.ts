import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import * as z from 'zod';
import { LabError } from '../errors.js';
import { recordCapture } from '../lab/capture.js';
import type { Lab } from '../lab/lab.js';

/** More are nobody's. */
const MOST_CAPTURES = 16;
/** A page keeps what it gets until it has all. */
const MOST_BYTES = 64 * 1024 * 1024;

const ending = z.strictObject({ id: z.string() });

/** The captures of a view: each is the answer to a request, as long as until the page wants no more. */
export class Captures {
  readonly #open = new Map<string, AbortController>();
  readonly #lab: Lab;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /**
   * Answers with what passes an interface from now on, as pcapng. A browser that takes it slowly makes nobody wait: what
   * is too much then is dropped in the lab, and counted in the file. LabError TARGET_UNKNOWN, NODE_UNKNOWN.
   */
  async answer(response: ServerResponse, query: URLSearchParams): Promise<void> {
    const [end, id] = [query.get('end') ?? '', query.get('id') ?? ''];
    if (this.#open.size >= MOST_CAPTURES || this.#open.has(id))
      throw new LabError('FAULT_STATE', `${String(this.#open.size)} captures are under way already: stop one`);
    const stopping = new AbortController();
    const stop = (): void => {
      stopping.abort();
    };
    this.#open.set(id, stopping);
    response.once('close', stop);
    response.on('error', () => undefined);
    try {
      await using capture = await this.#lab.capture(end);
      response.writeHead(200, { 'content-type': 'application/octet-stream' });
      response.flushHeaders();
      let bytesSent = 0;
      const write = async (bytes: Buffer): Promise<void> => {
        bytesSent += bytes.length;
        if (bytesSent > MOST_BYTES) stop();
        if (response.destroyed || response.write(bytes)) return;
        await Promise.race([once(response, 'drain'), once(response, 'close')]);
      };
      await recordCapture(capture, write, { signal: stopping.signal });
      response.end();
    } finally {
      this.#open.delete(id);
    }
  }

  /** Ends a capture well: its file is whole. */
  stop(body: unknown): void {
    const { data } = ending.safeParse(body);
    if (data === undefined) throw new LabError('USAGE', 'the request names no capture');
    this.#open.get(data.id)?.abort();
  }
}
