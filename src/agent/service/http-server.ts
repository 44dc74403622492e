import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import { OwnSessions, SharedSessions, STORE_VARIABLE, STORED_SESSION, type SessionStore } from './session-store.js';

const COOKIE = 'session';
const MOST_NAME = 100;

/*
 * The web server of `serve: http`, one process for each instance. Its words: the instance's name, the port, and the
 * addresses to listen at. Sessions are in its memory, so that no other instance knows them, or in a store that they
 * share: another server of this kind.
 */

/** One answer: what it is for people and for programs, and the headers that it has besides. */
interface Page {
  readonly status: number;
  readonly text: string;
  readonly json: object;
  readonly headers?: Readonly<Record<string, string>>;
}

class WebServer {
  #served = 0;
  readonly #servers: readonly Server[];

  constructor(
    readonly instance: string,
    readonly port: number,
    readonly sessions: SessionStore,
    addresses: readonly string[],
  ) {
    this.#servers = addresses.map((address) =>
      // A connection that waits through a long step must not end by itself: it would look broken.
      createServer({ keepAliveTimeout: 0 }, (request, response) => {
        void this.#answer(request, response);
      })
        .on('error', (error) => {
          process.stderr.write(`${error.message}\n`);
          process.exitCode = 1;
          this.drain();
        })
        .listen(port, address, () => {
          process.stdout.write(`${instance} listens at ${address} port ${String(port)}\n`);
        }),
    );
  }

  /** Answers the requests received, closes idle connections, and ends with the last one. */
  drain(): void {
    for (const server of this.#servers) {
      server.close();
      server.closeIdleConnections();
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#served += 1;
    const page = await this.#pageOf(request).catch((error: unknown) => this.#withoutStore(error));
    const { status, text, json, headers = {} } = page;
    const wantsJson = request.headers.accept?.includes('application/json') === true;
    const body = wantsJson ? `${JSON.stringify(json)}\n` : `${text}\n`;
    request.resume();
    response.writeHead(status, {
      'Content-Type': wantsJson ? 'application/json' : 'text/plain; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
      'Cache-Control': 'no-store',
      'X-Instance': this.instance,
      ...headers,
    });
    response.end(body);
  }

  async #pageOf({ method = 'GET', url = '/', headers }: IncomingMessage): Promise<Page> {
    const { instance } = this;
    const { pathname, searchParams } = new URL(url, 'http://instance');
    const session = new RegExp(`(?:^|; *)${COOKIE}=([^;]+)`).exec(headers.cookie ?? '')?.[1] ?? '';
    switch (`${method === 'HEAD' ? 'GET' : method} ${pathname}`) {
      case 'GET /':
      case 'GET /whoami':
        return { status: 200, text: instance, json: { instance } };
      case 'GET /counter':
        return { status: 200, text: String(this.#served), json: { instance, counter: this.#served } };
      case 'POST /login':
        return this.#login((searchParams.get('user') ?? 'somebody').slice(0, MOST_NAME));
      case 'GET /session': {
        const user = await this.sessions.userOf(session);
        return user === undefined
          ? { status: 401, text: `nobody is logged in on ${instance}`, json: { instance, user: null } }
          : { status: 200, text: `${user} is logged in on ${instance}`, json: { instance, user } };
      }
      // What another instance asks this one for, where this one is its store.
      case `PUT ${STORED_SESSION}`:
        await this.sessions.keep(searchParams.get('id') ?? '', searchParams.get('user') ?? '');
        return { status: 200, text: 'kept', json: { instance } };
      case `GET ${STORED_SESSION}`: {
        const user = await this.sessions.userOf(searchParams.get('id') ?? '');
        return user === undefined
          ? { status: 404, text: 'no such session', json: { instance, user: null } }
          : { status: 200, text: user, json: { instance, user } };
      }
      default:
        return { status: 404, text: `no such page: ${pathname}`, json: { instance, error: 'no such page' } };
    }
  }

  async #login(user: string): Promise<Page> {
    const session = randomUUID();
    await this.sessions.keep(session, user);
    return {
      status: 200,
      text: `${user} is logged in on ${this.instance}`,
      json: { instance: this.instance, user },
      headers: { 'Set-Cookie': `${COOKIE}=${session}; Path=/; HttpOnly` },
    };
  }

  #withoutStore(error: unknown): Page {
    const { instance } = this;
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(`the session store does not answer: ${why}\n`);
    return {
      status: 503,
      text: `the session store does not answer ${instance}`,
      json: { instance, error: 'no store' },
    };
  }
}

const [instance = '', port = '', ...addresses] = process.argv.slice(2);
const store = process.env[STORE_VARIABLE];
const server = new WebServer(
  instance,
  Number(port),
  store === undefined ? new OwnSessions() : new SharedSessions(store, Number(port)),
  addresses,
);
process.once('SIGTERM', () => {
  server.drain();
});
