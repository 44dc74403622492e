import type { Readable, Writable } from 'node:stream';
import { LabError, labErrorCodes, type LabErrorCode } from '../errors.js';
import { readLines } from '../support/lines.js';
import type { MethodName, Methods, Progress, Reply, Request, WireError } from './messages.js';

/** The asking side of a connection to an agent. */
export class AgentClient {
  readonly #waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: unknown) => void }>();
  #nextId = 1;
  #ended = false;
  onProgress: ((progress: Progress) => void) | undefined;

  constructor(
    input: Readable,
    readonly output: Writable,
  ) {
    output.on('error', () => {
      this.#end();
    });
    void this.#read(input);
  }

  /** Asks the agent; rejects with the agent's own error, or AGENT_GONE when the connection ends first. */
  async call<M extends MethodName>(method: M, params: Methods[M]['params']): Promise<Methods[M]['result']> {
    if (this.#ended) throw agentGone();
    const id = this.#nextId++;
    const request: Request<M> = { id, method, params };
    const answered = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.output.write(`${JSON.stringify(request)}\n`);
    return (await answered) as Methods[M]['result'];
  }

  async #read(input: Readable): Promise<void> {
    try {
      for await (const line of readLines(input)) this.#take(JSON.parse(line) as Reply);
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
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('error' in reply) waiting?.reject(fromWire(reply.error));
    else waiting?.resolve(reply.result);
  }

  #end(): void {
    this.#ended = true;
    for (const { reject } of this.#waiting.values()) reject(agentGone());
    this.#waiting.clear();
  }
}

function agentGone(): LabError {
  return new LabError('AGENT_GONE', 'the agent of the lab has ended', { hint: 'nearcast list shows what still runs' });
}

export function toWire(error: LabError): WireError {
  return { code: error.code, message: error.message, hint: error.hint };
}

function fromWire(error: WireError): LabError {
  const code: LabErrorCode = Object.hasOwn(labErrorCodes, error.code) ? (error.code as LabErrorCode) : 'BUG';
  return new LabError(code, error.message, { hint: error.hint });
}
