import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import * as z from 'zod';
import { LabError, toLabError } from '../errors.js';
import type { Lab } from '../lab/lab.js';

type Terminal = Awaited<ReturnType<Lab['terminal']>>;

/** More are nobody's. */
const MOST_TERMINALS = 16;
/** What a page may be behind; then the program waits. */
const MOST_UNREAD_BYTES = 256 * 1024;
/** What a program may leave unread. */
const MOST_KEYS_BYTES = 64 * 1024;
/** What a page closes a connection for. */
const POLICY_VIOLATION = 1008;

const count = z.int().min(1).max(1000);
/** What a page says besides keys, as text: its size, and how much of the output it has shown. */
const said = z.union([z.strictObject({ columns: count, rows: count }), z.strictObject({ shown: z.int().min(0) })]);

/** The terminals of a view: each is a WebSocket, with keys and output as binary messages. */
export class Terminals implements AsyncDisposable {
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MOST_KEYS_BYTES, perMessageDeflate: false });
  readonly #open = new Map<WebSocket, Promise<void>>();
  readonly #lab: Lab;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /** Takes a request that was let in over. What is wrong is told in the page. */
  take(request: IncomingMessage, socket: Duplex, head: Buffer, query: URLSearchParams): void {
    this.#server.handleUpgrade(request, socket, head, (page) => {
      const shown = this.#show(page, query)
        .catch((thrown: unknown) => {
          page.close(POLICY_VIOLATION, toLabError(thrown).message.slice(0, 100));
        })
        .finally(() => this.#open.delete(page));
      this.#open.set(page, shown);
    });
  }

  /** Resolves when no program is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.#open];
    for (const [page] of all) page.terminate();
    await Promise.all(all.map(([, shown]) => shown));
    this.#server.close();
  }

  async #show(page: WebSocket, query: URLSearchParams): Promise<void> {
    const gone = new Promise<void>((resolve) =>
      page.once('close', () => {
        resolve();
      }),
    );
    // A browser that left while it was written to.
    page.on('error', () => undefined);
    if (this.#open.size >= MOST_TERMINALS)
      throw new LabError('FAULT_STATE', `${String(MOST_TERMINALS)} terminals are open already: close one`);
    const argv = query.get('program') === 'vtysh' ? ['vtysh'] : [this.#lab.shell];
    const size = said.safeParse({ columns: Number(query.get('columns')), rows: Number(query.get('rows')) });
    // Keys that come while the program starts are for it.
    page.pause();
    const terminal = await this.#lab
      .terminal(
        query.get('node') ?? '',
        argv,
        size.success && 'columns' in size.data ? size.data : { columns: 80, rows: 24 },
      )
      .catch((error: unknown) => {
        page.resume();
        throw error;
      });
    try {
      const ended = connected(page, terminal);
      page.resume();
      await Promise.race([gone, ended]);
    } finally {
      await terminal.end();
      page.close();
    }
  }
}

/** Until the program has ended. Neither can make the view hoard what the other does not take. */
async function connected(page: WebSocket, terminal: Terminal): Promise<void> {
  const { stream } = terminal;
  let unreadBytes = 0;
  stream.on('data', (bytes: Buffer) => {
    unreadBytes += bytes.length;
    page.send(bytes);
    if (unreadBytes > MOST_UNREAD_BYTES) stream.pause();
  });
  page.on('message', (content, isBinary) => {
    const bytes = content as Buffer;
    if (isBinary) {
      stream.write(bytes);
      // A connection that stands still would not tell that its page is gone.
      if (stream.writableLength > MOST_KEYS_BYTES) page.close(POLICY_VIOLATION, 'the program reads no more keys');
      return;
    }
    const { data } = said.safeParse(jsonOf(bytes.toString()));
    if (data === undefined) page.close(POLICY_VIOLATION, 'not a message of a terminal');
    else if ('columns' in data) void terminal.resize(data);
    else {
      unreadBytes = Math.max(0, unreadBytes - data.shown);
      if (unreadBytes <= MOST_UNREAD_BYTES) stream.resume();
    }
  });
  await new Promise<void>((resolve) => {
    for (const event of ['end', 'close', 'error'])
      stream.once(event, () => {
        resolve();
      });
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
