import type { Readable, Writable } from 'node:stream';
import { LabError, labErrorCodes, type LabErrorCode } from '../errors.js';
import { readLines } from '../support/lines.js';
import type { OrderedEvent, SubscribeParams } from './events.js';
import type { MethodName, Methods, Progress, Reply, Request, WireError } from './messages.js';

/** How long an agent may be silent during a request, and what else can be found out about its silence. */
export interface Patience {
  /** How long to wait for a sign of life; an agent gives signs also during a long request. */
  readonly silenceMs?: number | undefined;
  /** How long to wait for the first one. */
  readonly birthMs?: number | undefined;
  /** Known reasons end the waiting sooner: asked after a moment of silence, and again while it lasts. */
  readonly whySilent?: (() => LabError | undefined) | undefined;
}

/** The receiver of a subscription's events. */
export interface Subscriber {
  /** `untilMs`: of one of several machines, what comes later has no earlier place in the order. */
  readonly take: (events: readonly OrderedEvent[], untilMs?: number) => void;
  /** The connection has ended: no more come. */
  readonly end: (why: LabError) => void;
}

const LOOK_EVERY_MS = 500;
/**
 * How many looks may pass without a message of the agent: before it is pinged, and before its state is examined.
 */
const [PING_AT, DOUBT_AT] = [2, 4];
/** An agent does much in one go: a big lab on a busy machine keeps it from answering for seconds. */
const SILENCE_MS = 30_000;

/** The asking side of a connection to an agent. */
export class AgentClient {
  readonly #waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: unknown) => void }>();
  readonly #subscribers = new Map<number, Subscriber>();
  readonly #patience: Patience;
  #nextId = 1;
  #isBorn = false;
  #ended: LabError | undefined;
  #watch: NodeJS.Timeout | undefined;
  /** Counted in looks, not by the clock: this process may have been stopped itself, or suspended with the machine. */
  #silentLooks = 0;
  onProgress: ((progress: Progress) => void) | undefined;

  constructor(
    input: Readable,
    readonly output: Writable,
    patience: Patience = {},
  ) {
    this.#patience = patience;
    output.on('error', () => {
      this.#end();
    });
    void this.#read(input);
  }

  /**
   * Asks the agent; rejects with the agent's own error, or AGENT_GONE when the connection ends first, or the agent
   * gives no sign of life.
   */
  async call<M extends MethodName>(method: M, params: Methods[M]['params']): Promise<Methods[M]['result']> {
    return this.#ask(this.#nextId++, method, params);
  }

  /**
   * Events of the lab from the moment that this resolves; what gives them up is returned. Nothing is waited for while
   * there are none, so that an agent that dies in silence is not noticed by this alone.
   */
  async subscribe(params: SubscribeParams, subscriber: Subscriber): Promise<() => Promise<void>> {
    const id = this.#nextId++;
    this.#subscribers.set(id, subscriber);
    try {
      await this.#ask(id, 'subscribe', params);
    } catch (error) {
      this.#subscribers.delete(id);
      throw error;
    }
    return async () => {
      // What is on its way is heard still.
      if (this.#subscribers.has(id)) await this.call('unsubscribe', { subscription: id });
      this.#subscribers.delete(id);
    };
  }

  async #ask<M extends MethodName>(id: number, method: M, params: Methods[M]['params']): Promise<Methods[M]['result']> {
    if (this.#ended !== undefined) throw this.#ended;
    const answered = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#send({ id, method, params });
    this.#watch ??= setInterval(() => {
      this.#look();
    }, LOOK_EVERY_MS);
    return (await answered) as Methods[M]['result'];
  }

  #send(request: Request): void {
    this.output.write(`${JSON.stringify(request)}\n`);
  }

  #look(): void {
    const { silenceMs = SILENCE_MS, birthMs = silenceMs, whySilent } = this.#patience;
    const boundMs = this.#isBorn ? silenceMs : birthMs;
    this.#silentLooks++;
    // No call waits for this one: every message is a sign of life.
    if (this.#silentLooks % PING_AT === 0) this.#send({ id: this.#nextId++, method: 'ping', params: {} });
    const isLost = this.#silentLooks * LOOK_EVERY_MS >= boundMs;
    const reason = this.#silentLooks >= DOUBT_AT ? whySilent?.() : undefined;
    if (isLost || reason !== undefined) this.#end(reason ?? agentSilent(boundMs));
  }

  async #read(input: Readable): Promise<void> {
    try {
      for await (const line of readLines(input)) {
        this.#silentLooks = 0;
        this.#isBorn = true;
        this.#take(JSON.parse(line) as Reply);
      }
    } catch {
      // A broken stream is an ended one.
    } finally {
      this.#end();
    }
  }

  #take(reply: Reply): void {
    if ('progress' in reply) {
      this.onProgress?.(reply.progress);
      return;
    }
    if ('events' in reply) {
      this.#subscribers.get(reply.id)?.take(reply.events, reply.untilMs);
      return;
    }
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('error' in reply) waiting?.reject(fromWire(reply.error));
    else waiting?.resolve(reply.result);
    if (this.#waiting.size === 0) this.#rest();
  }

  #rest(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
    this.#silentLooks = 0;
  }

  #end(why = agentGone()): void {
    this.#ended ??= why;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
    this.#rest();
    for (const { end } of this.#subscribers.values()) end(this.#ended);
    this.#subscribers.clear();
  }
}

function agentGone(): LabError {
  return new LabError('AGENT_GONE', 'the agent of the lab has ended', { hint: 'nearcast list shows what still runs' });
}

function agentSilent(silenceMs: number): LabError {
  return new LabError(
    'AGENT_GONE',
    `the agent of the lab has given no sign of life for ${String(silenceMs / 1000)} s`,
    {
      hint: 'nearcast list shows the lab; nearcast down removes it, whatever its state',
    },
  );
}

export function toWire(error: LabError): WireError {
  return { code: error.code, message: error.message, hint: error.hint };
}

function fromWire(error: WireError): LabError {
  const code: LabErrorCode = Object.hasOwn(labErrorCodes, error.code) ? (error.code as LabErrorCode) : 'BUG';
  return new LabError(code, error.message, { hint: error.hint });
}
