import { isIPv6 } from 'node:net';

/** By this a web server learns at which address its store is. */
export const STORE_VARIABLE = 'NEARCAST_STORE';
export const STORED_SESSION = '/stored-session';
const MOST_SESSIONS = 10_000;
/** Shorter than the second that a probe waits: a client is to read that the store does not answer. */
const DEADLINE_MS = 500;

/** Who is logged in, by session. Either call fails where the store does not answer. */
export interface SessionStore {
  keep(session: string, user: string): Promise<void>;
  userOf(session: string): Promise<string | undefined>;
}

/** In the memory of one server; the oldest ones are forgotten. */
export class OwnSessions implements SessionStore {
  readonly #users = new Map<string, string>();

  keep(session: string, user: string): Promise<void> {
    const [oldest] = this.#users.keys();
    if (this.#users.size >= MOST_SESSIONS && oldest !== undefined) this.#users.delete(oldest);
    this.#users.set(session, user);
    return Promise.resolve();
  }

  userOf(session: string): Promise<string | undefined> {
    return Promise.resolve(this.#users.get(session));
  }
}

/** In another server, over HTTP: all instances that ask it know the same sessions. */
export class SharedSessions implements SessionStore {
  constructor(
    readonly address: string,
    readonly port: number,
  ) {}

  async keep(session: string, user: string): Promise<void> {
    const response = await this.#ask('PUT', { id: session, user });
    if (!response.ok) throw new Error(`${this.address} did not keep a session: status ${String(response.status)}`);
  }

  async userOf(session: string): Promise<string | undefined> {
    const response = await this.#ask('GET', { id: session });
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`${this.address} could not say who is logged in: ${String(response.status)}`);
    return (await response.text()).trim();
  }

  #ask(method: string, words: Readonly<Record<string, string>>): Promise<Response> {
    const host = isIPv6(this.address) ? `[${this.address}]` : this.address;
    const query = new URLSearchParams(words).toString();
    return fetch(`http://${host}:${String(this.port)}${STORED_SESSION}?${query}`, {
      method,
      // A store that was away and is back knows of no connection that was open before.
      headers: { Connection: 'close' },
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
  }
}
