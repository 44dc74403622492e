import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';

const COOKIE = 'session';
const MOST_SESSIONS = 10_000;
const MOST_NAME = 100;

/*
 * The web server of `serve: http`, one process for each instance. Its words: the instance's name, the port, and the
 * addresses to listen at. Sessions are in its memory, so that no other instance knows them.
 */

/** One answer: what it is for people and for programs, and the headers that it has besides. */
interface Page {
  readonly status: number;
  readonly text: string;
  readonly json: object;
  readonly headers?: Readonly<Record<string, string>>;
}

class WebServer {
  /** Session -> who logged in. */
  readonly #sessions = new Map<string, string>();
  #served = 0;
  readonly #servers: readonly Server[];

  constructor(
    readonly instance: string,
    readonly port: number,
    addresses: readonly string[],
  ) {
    this.#servers = addresses.map((address) =>
      createServer((request, response) => {
        this.#answer(request, response);
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

  /** Answers what has been asked, closes connections that nobody uses, and ends with the last one. */
  drain(): void {
    for (const server of this.#servers) {
      server.close();
      server.closeIdleConnections();
    }
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.#served += 1;
    const { status, text, json, headers = {} } = this.#pageOf(request);
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

  #pageOf({ method = 'GET', url = '/', headers }: IncomingMessage): Page {
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
        const user = this.#sessions.get(session);
        return user === undefined
          ? { status: 401, text: `nobody is logged in on ${instance}`, json: { instance, user: null } }
          : { status: 200, text: `${user} is logged in on ${instance}`, json: { instance, user } };
      }
      default:
        return { status: 404, text: `no such page: ${pathname}`, json: { instance, error: 'no such page' } };
    }
  }

  #login(user: string): Page {
    const session = randomUUID();
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size >= MOST_SESSIONS && oldest !== undefined) this.#sessions.delete(oldest);
    this.#sessions.set(session, user);
    return {
      status: 200,
      text: `${user} is logged in on ${this.instance}`,
      json: { instance: this.instance, user },
      headers: { 'Set-Cookie': `${COOKIE}=${session}; Path=/; HttpOnly` },
    };
  }
}

const [instance = '', port = '', ...addresses] = process.argv.slice(2);
const server = new WebServer(instance, Number(port), addresses);
process.once('SIGTERM', () => {
  server.drain();
});
