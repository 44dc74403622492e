import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { LabError, toLabError } from '../errors.js';
import { packageRoot } from '../support/package-root.js';
import { foretell, playStep, type ReadSettings } from './actions.js';
import { Captures } from './captures.js';
import { admit, headersFor, type Admission, type Gate } from './gate.js';
import { lookInside } from './inside.js';
import { Live } from './live.js';
import type { Foretold } from './moments.js';
import { factsOf, type Opening } from './opening.js';
import { pageHtml, pageIcon } from './page-html.js';
import { pageStyles } from './page-styles.js';
import { faultsMoment } from './step-moments.js';
import type { Recorded } from './recordings-file.js';
import type { Subject } from './subject.js';
import type { Terminals } from './terminals.js';
import { streamTo } from './viewer.js';

export interface ViewOptions {
  readonly readOnly: boolean;
  /** The address to listen at. */
  readonly listen: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly command: Opening['command'];
  readonly readSettings: ReadSettings;
  readonly onEnd: () => void;
}

/** What the page loads when it is needed. */
const pagePart = /^GET page-[\w-]+\.js$/;
const MOST_BODY_BYTES = 64 * 1024;

/** A page on a small web server, for a lab that runs, a file that does not, or a test that was recorded. */
export class ViewServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #live: Live | undefined;
  readonly #subject: Subject | Recorded;
  readonly #options: ViewOptions;
  readonly #token = randomBytes(18).toString('base64url');
  readonly #capturesOfLab: Captures | undefined;
  #terminals: Terminals | undefined;
  #isBusy = false;

  private constructor(subject: Subject | Recorded, live: Live | undefined, options: ViewOptions) {
    this.#subject = subject;
    this.#live = live;
    this.#options = options;
    this.#capturesOfLab = subject.kind === 'lab' ? new Captures(subject.lab) : undefined;
    this.#server = createServer((request, response) => {
      void this.#answer(request, response);
    });
    this.#server.on('upgrade', (request, socket, head) => {
      void this.#upgrade(request, socket, head);
    });
  }

  /** LabError USAGE where the address cannot be listened at. */
  static async start(subject: Subject | Recorded, options: ViewOptions): Promise<ViewServer> {
    const live = subject.kind === 'lab' ? await Live.start(subject.lab, subject.plan, options.onEnd) : undefined;
    const view = new ViewServer(subject, live, options);
    const { listen, port } = options;
    await new Promise<void>((resolve, reject) => {
      view.#server.once('error', (cause) => {
        reject(
          new LabError('USAGE', `the view cannot listen at ${listen}, port ${String(port)}: ${cause.message}`, {
            cause,
            hint: 'leave --listen and --port out, or name an address of this machine and a port that is free',
          }),
        );
      });
      view.#server.listen(port, listen, resolve);
    });
    return view;
  }

  /** What to open. */
  get url(): string {
    const { address } = this.#options.listen.includes(':')
      ? { address: `[${this.#options.listen}]` }
      : { address: this.#options.listen };
    return `http://${address}:${String(this.#port)}/${this.#token}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#terminals?.[Symbol.asyncDispose]();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    await this.#live?.[Symbol.asyncDispose]();
  }

  get #port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get #gate(): Gate {
    return { token: this.#token, port: this.#port, address: this.#options.listen };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(headersFor({ hasTerminals: this.#mayTouch })))
      response.setHeader(name, value);
    const { method = 'GET' } = request;
    const admission = this.#admitted(request, method);
    if ('status' in admission) {
      request.resume();
      send(response, admission.status, 'text/plain', admission.text);
      return;
    }
    try {
      await this.#route(`${method} ${admission.path}`, admission.query, request, response);
    } catch (thrown) {
      const { code, message, hint } = toLabError(thrown);
      send(response, code === 'BUG' ? 500 : 400, 'application/json', JSON.stringify({ code, message, hint }));
    }
  }

  #admitted({ url = '/', headers: { host, origin } }: IncomingMessage, method: string): Admission {
    return admit({ method, url, host, origin }, this.#gate);
  }

  /** A lab that whoever sees it may change. */
  get #mayTouch(): boolean {
    return this.#subject.kind === 'lab' && !this.#options.readOnly;
  }

  /** A terminal: whoever wants one has to say where the page comes from. */
  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => undefined);
    const admission = this.#admitted(request, 'UPGRADE');
    const refused =
      'status' in admission
        ? admission.status
        : !this.#mayTouch || this.#subject.kind !== 'lab'
          ? 403
          : admission.path !== 'terminal'
            ? 404
            : undefined;
    if (refused !== undefined || 'status' in admission || this.#subject.kind !== 'lab') {
      socket.end(`HTTP/1.1 ${String(refused)} ${STATUS_CODES[refused ?? 403] ?? ''}\r\nconnection: close\r\n\r\n`);
      return;
    }
    const { Terminals } = await import('./terminals.js');
    this.#terminals ??= new Terminals(this.#subject.lab);
    this.#terminals.take(request, socket, head, admission.query);
  }

  async #route(
    path: string,
    query: URLSearchParams,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (pagePart.test(path)) {
      send(response, 200, 'text/javascript', await readFile(join(packageRoot(), 'dist', path.slice('GET '.length))));
      return;
    }
    switch (path) {
      case 'GET ':
        send(response, 200, 'text/html', pageHtml(this.#subject.name));
        return;
      case 'GET page.js':
        send(response, 200, 'text/javascript', await readFile(join(packageRoot(), 'dist', 'view-page.js')));
        return;
      case 'GET page.css':
        send(response, 200, 'text/css', pageStyles());
        return;
      case 'GET icon.svg':
        send(response, 200, 'image/svg+xml', pageIcon());
        return;
      case 'GET stream':
        streamTo(response, () => this.#openings(), this.#live);
        return;
      case 'GET inside':
        sendJson(response, await this.#inside(query.get('node') ?? ''));
        return;
      case 'GET capture':
        await this.#captures.answer(response, query);
        return;
      case 'POST capture-end':
        this.#captures.stop(await bodyOf(request));
        sendJson(response, {});
        return;
      case 'POST foretell':
        sendJson(response, await this.#foretell(await bodyOf(request)));
        return;
      case 'POST step':
        await this.#step(await bodyOf(request));
        sendJson(response, {});
        return;
      default:
        send(response, 404, 'text/plain', 'there is nothing at this address\n');
    }
  }

  #openings(): readonly Opening[] {
    return this.#subject.kind === 'recording'
      ? this.#subject.recordings
      : [openingOf(this.#subject, this.#options, this.#live)];
  }

  async #foretell(body: unknown): Promise<Foretold> {
    if (this.#subject.kind === 'recording')
      throw new LabError('USAGE', 'this is a recording: nothing in it can be changed');
    return foretell(this.#subject, body, this.#options.readSettings);
  }

  async #inside(node: string): Promise<object> {
    if (this.#subject.kind !== 'lab')
      throw new LabError('LAB_NOT_FOUND', 'this is a file, not a lab that runs', {
        hint: `nearcast up ${this.#subject.name}`,
      });
    return lookInside(this.#subject.lab, this.#subject.plan, node);
  }

  get #captures(): Captures {
    if (this.#options.readOnly)
      throw new LabError('USAGE', 'this view only shows the lab', { hint: 'start it without --read-only' });
    if (this.#capturesOfLab === undefined) throw new LabError('LAB_NOT_FOUND', 'this is a file, not a lab that runs');
    return this.#capturesOfLab;
  }

  async #step(body: unknown): Promise<void> {
    if (this.#options.readOnly)
      throw new LabError('USAGE', 'this view only shows the lab', { hint: 'start it without --read-only' });
    if (this.#subject.kind !== 'lab' || this.#live === undefined)
      throw new LabError('LAB_NOT_FOUND', 'this is a file, not a lab that runs');
    if (this.#isBusy) throw new LabError('FAULT_STATE', 'another step is under way: wait until it has settled');
    this.#isBusy = true;
    try {
      await playStep(this.#subject.lab, this.#live, body, this.#options.readSettings);
    } finally {
      this.#isBusy = false;
    }
  }
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { 'content-type': type === 'application/json' ? type : `${type}; charset=utf-8` });
  response.end(body);
}

function sendJson(response: ServerResponse, document: object): void {
  send(response, 200, 'application/json', JSON.stringify(document));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MOST_BODY_BYTES) throw new LabError('USAGE', 'the request is too long');
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString());
  } catch (cause) {
    throw new LabError('USAGE', 'the request is not JSON', { cause });
  }
}

function openingOf({ name, plan, kind }: Subject, { readOnly, command }: ViewOptions, live: Live | undefined): Opening {
  return {
    name,
    title: plan.title ?? null,
    kind,
    readOnly,
    command,
    ...factsOf(plan),
    losses: [...(live?.losses ?? [])],
    nowMs: live?.nowMs ?? 0,
    hasEnded: live?.hasEnded ?? false,
    moments: live?.moments ?? [faultsMoment(plan, [], 0)],
    chapters: [],
  };
}
