import { readFileSync } from 'node:fs';
import { createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2';
import { request } from 'node:http';
import { createConnection } from 'node:net';
import { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls, createServer as createTlsServer, type TLSSocket } from 'node:tls';
import {
  ENGINE_SOCKET,
  LAB_LABEL,
  OWNER_LABEL,
  RELAY_IDENTITY,
  RELAY_KEY_FILE,
  RELAY_LAB,
  RELAY_MACHINE,
  RELAY_MACHINES,
  RELAY_OWNERS,
  RELAY_PORT,
  RELAY_WHY,
} from './relay-words.js';

/**
 * Carries connections to the engines of a swarm's machines. `serve` runs on every machine, on a network of the lab's own
 * that no port leads to, and hands connections on to the machine's engine; `dial` makes such connections for whoever speaks
 * HTTP/2 on its standard streams. `end` only ends what is left of a lab on its machine. Both of the former prove to each other that they have the key that the swarm gave to the lab's tasks
 * (RFC 5489: with forward secrecy).
 */
const ATTEMPT_EVERY_MS = 200;
const DIAL_DEADLINE_MS = 10_000;
/** While there are connections to a machine, it is tried whether it is still there. */
const PULSE_EVERY_MS = 2000;
const PULSE_DEADLINE_MS = 5000;
/** Whoever has connections makes another one in less than this time. */
const CALLER_LOST_AFTER_MS = 2 * (PULSE_EVERY_MS + PULSE_DEADLINE_MS);
const END_AGAIN_MS = 1000;
const END_DEADLINE_MS = 1000;
const key = process.argv[2] === 'end' ? Buffer.of() : readFileSync(RELAY_KEY_FILE);
const security = {
  ciphers: 'ECDHE-PSK-CHACHA20-POLY1305',
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.2',
} as const;

function serveEngine(): void {
  const callers = new Callers();
  const server = createTlsServer(
    {
      ...security,
      allowHalfOpen: true,
      pskCallback: (_, identity) => (identity === RELAY_IDENTITY ? key : null),
    },
    (client) => {
      callers.hear(client);
      join(client, createConnection({ path: ENGINE_SOCKET, allowHalfOpen: true }));
    },
  );
  // Somebody without the key is nobody's concern.
  server.on('tlsClientError', () => undefined);
  server.listen(RELAY_PORT);
  // The lab is removed: whoever asked for it has the answer first.
  process.once('SIGTERM', () => {
    server.close();
    setTimeout(() => {
      callers.end();
    }, END_DEADLINE_MS).unref();
  });
}

function dial(): void {
  const server = createHttp2Server({ settings: { initialWindowSize: 1024 * 1024 } });
  const pulses = new Pulses();
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    const host = headers[':authority'] ?? '';
    const dialed = new Dialing(host, (engine) => {
      stream.respond({ ':status': 200 });
      join(stream, engine);
      pulses.watch(host, engine);
    });
    dialed.onFailure = (why) => {
      if (!stream.headersSent && !stream.destroyed)
        stream.respond({ ':status': 502, [RELAY_WHY]: encodeURIComponent(why) }, { endStream: true });
    };
    stream.on('error', () => undefined);
    stream.on('close', () => {
      dialed.giveUp();
    });
  });
  server.on('session', (session) =>
    process.stdin.once('close', () => {
      session.destroy();
    }),
  );
  const ends = Duplex.from({ readable: process.stdin, writable: process.stdout });
  server.emit('connection', ends);
}

/**
 * A connection to the relay of another machine. A network that was made a moment ago loses the first packets, and TCP would
 * send them again after whole seconds: until one attempt succeeds, another one begins after a short while.
 */
class Dialing {
  readonly #attempts = new Set<TLSSocket>();
  readonly #timer: NodeJS.Timeout;
  #isOver = false;
  #last = 'no answer';
  onFailure: (why: string) => void = () => undefined;

  constructor(
    readonly host: string,
    readonly onSuccess: (engine: TLSSocket) => void,
    deadlineMs = DIAL_DEADLINE_MS,
  ) {
    const untilMs = performance.now() + deadlineMs;
    this.#timer = setInterval(() => {
      if (performance.now() < untilMs) this.#attempt();
      else {
        this.giveUp();
        this.onFailure(this.#last);
      }
    }, ATTEMPT_EVERY_MS);
    this.#attempt();
  }

  giveUp(): void {
    clearInterval(this.#timer);
    this.#isOver = true;
    for (const attempt of this.#attempts) attempt.destroy();
  }

  #attempt(): void {
    const socket = createConnection({ host: this.host, port: RELAY_PORT, allowHalfOpen: true });
    const engine = connectTls({
      ...security,
      socket,
      checkServerIdentity: () => undefined,
      pskCallback: () => ({ psk: key, identity: RELAY_IDENTITY }),
    });
    this.#attempts.add(engine);
    socket.on('error', (error) => engine.destroy(error));
    engine.on('error', (error: Error) => {
      this.#last = error.message;
      this.#attempts.delete(engine);
    });
    engine.once('secureConnect', () => {
      this.#attempts.delete(engine);
      if (this.#isOver) {
        engine.destroy();
        return;
      }
      this.giveUp();
      this.onSuccess(engine);
    });
  }
}

/**
 * A machine that has lost its power says nothing: TCP would wait for a quarter of an hour. While there are connections to one, new ones are
 * made; when none succeeds any more, all of them end.
 */
class Pulses {
  readonly #open = new Map<string, Set<TLSSocket>>();
  readonly #feeling = new Set<string>();

  watch(host: string, engine: TLSSocket): void {
    const known = this.#open.get(host) ?? new Set();
    this.#open.set(host, known.add(engine));
    engine.once('close', () => known.delete(engine));
    if (!this.#feeling.has(host)) this.#feel(host);
  }

  #feel(host: string): void {
    this.#feeling.add(host);
    setTimeout(() => {
      this.#feeling.delete(host);
      const open = this.#open.get(host);
      if (open === undefined || open.size === 0) return;
      const dialed = new Dialing(
        host,
        (engine) => {
          engine.destroy();
          this.#feel(host);
        },
        PULSE_DEADLINE_MS,
      );
      this.#feeling.add(host);
      dialed.onFailure = () => {
        this.#feeling.delete(host);
        for (const engine of open) engine.destroy();
      };
    }, PULSE_EVERY_MS);
  }
}

/**
 * The other side of it: who is cut off says nothing either, and what it has begun here would wait for it, or stay. When a machine with connections
 * makes no new one any more, all of them end.
 */
class Callers {
  readonly #open = new Map<string, { readonly clients: Set<TLSSocket>; lost: NodeJS.Timeout }>();

  hear(client: TLSSocket): void {
    const from = client.remoteAddress ?? '';
    const known = this.#open.get(from);
    clearTimeout(known?.lost);
    const clients = known?.clients ?? new Set();
    const lost = setTimeout(() => {
      this.#open.delete(from);
      for (const each of clients) each.destroy();
    }, CALLER_LOST_AFTER_MS).unref();
    this.#open.set(from, { clients: clients.add(client), lost });
    client.once('close', () => clients.delete(client));
  }

  end(): void {
    for (const { clients } of this.#open.values()) for (const client of clients) client.destroy();
  }
}

/**
 * On a machine that has no nodes of the lab, or no longer, containers of it may be left: of an earlier lab of this name, or because the
 * machine was away when the lab was removed. Nothing but what has the lab's labels is touched.
 */
async function endLeftovers(): Promise<void> {
  const { [RELAY_MACHINES]: machines = '', [RELAY_MACHINE]: own = '' } = process.env;
  if (own === '' || machines.split(' ').includes(own)) return;
  const owners = JSON.parse(process.env[RELAY_OWNERS] ?? '[]') as readonly string[];
  for (;;) {
    try {
      const found = (await Promise.all(owners.map(containersOf))).flat();
      if (found.length === 0) return;
      for (const id of found) await ask('DELETE', `/containers/${id}?force=1&v=1`);
    } catch {
      // The engine has begun a moment ago, or somebody else removes them.
    }
    await delay(END_AGAIN_MS);
  }
}

async function containersOf(owner: string): Promise<readonly string[]> {
  const label = [`${OWNER_LABEL}=${owner}`, `${LAB_LABEL}=${process.env[RELAY_LAB] ?? ''}`];
  const filters = encodeURIComponent(JSON.stringify({ label }));
  const found = JSON.parse(await ask('GET', `/containers/json?all=1&filters=${filters}`)) as readonly {
    readonly Id: string;
  }[];
  return found.map(({ Id }) => Id);
}

/** A request to the machine's engine; what it answers. */
async function ask(method: 'GET' | 'DELETE', path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ socketPath: ENGINE_SOCKET, method, path }, (answer) => {
      let text = '';
      answer
        .setEncoding('utf8')
        .on('data', (part: string) => (text += part))
        .on('error', reject)
        .on('end', () => {
          if ((answer.statusCode ?? 500) < 400) resolve(text);
          else reject(new Error(text));
        });
    })
      .on('error', reject)
      .end();
  });
}

/** Each side ends when the other has ended, and both when one breaks. */
function join(one: Duplex, other: Duplex): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on('error', () => to.destroy());
    from.on('close', () => {
      if (!from.readableEnded) to.destroy();
    });
    from.pipe(to);
  }
}

if (process.argv[2] === 'dial') dial();
else if (process.argv[2] === 'end') void endLeftovers();
else {
  serveEngine();
  void endLeftovers();
}
