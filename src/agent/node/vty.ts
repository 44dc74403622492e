import { connect, type Socket } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { LabError } from '../../errors.js';

/** What closes every answer of an FRR daemon on its vty socket: three zero bytes, then a status byte. */
const TERMINATOR_LENGTH = 4;

export interface VtyAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * A connection to one FRR daemon's vty socket, which vtysh uses too: a command ends with a zero byte, its answer with
 * three and a status. It starts no process for a command, so state can be watched every few milliseconds.
 */
export class Vty {
  #received = Buffer.alloc(0);
  readonly #queue: { resolve: (answer: VtyAnswer) => void; reject: (error: unknown) => void }[] = [];

  private constructor(
    readonly path: string,
    readonly socket: Socket,
  ) {
    socket.on('data', (chunk) => {
      this.#take(chunk);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      for (const { reject } of this.#queue.splice(0)) reject(this.#gone());
    });
  }

  /**
   * Throws AGENT_GONE where no daemon runs there, or `signal` comes before it answers; it closes the connection
   * whenever it comes.
   */
  static async open(path: string, signal: AbortSignal): Promise<Vty> {
    const socket = addAbortSignal(signal, connect(path));
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', (cause) => {
        reject(new LabError('AGENT_GONE', `no daemon answers at ${path}`, { cause }));
      });
    });
    const vty = new Vty(path, socket);
    await vty.run('enable');
    return vty;
  }

  /** Runs one command; the answer's text is as vtysh would print it. */
  async run(command: string): Promise<VtyAnswer> {
    if (this.socket.destroyed) throw this.#gone();
    const answer = new Promise<VtyAnswer>((resolve, reject) => this.#queue.push({ resolve, reject }));
    this.socket.write(`${command}\0`);
    return answer;
  }

  /** Runs `show ... json`; undefined where the daemon has nothing to say yet. */
  async json<T>(command: string): Promise<T | undefined> {
    const { text } = await this.run(command);
    try {
      return JSON.parse(text) as T;
    } catch {
      return undefined;
    }
  }

  /**
   * Runs configuration commands in order and leaves configuration mode; throws CONFIG_REJECTED at the first refusal.
   */
  async configure(commands: readonly string[]): Promise<void> {
    const sent = ['configure terminal', ...commands, 'end'];
    const answers = await Promise.all(sent.map((command) => this.run(command)));
    const refused = answers.findIndex((answer) => answer.status !== 0);
    if (refused >= 0) {
      throw new LabError(
        'CONFIG_REJECTED',
        `${this.path} refused "${sent[refused] ?? ''}": ${answers[refused]?.text.trim() ?? ''}`,
      );
    }
  }

  close(): void {
    this.socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const end = this.#received.indexOf(0);
      if (end < 0 || this.#received.length < end + TERMINATOR_LENGTH) return;
      const text = this.#received.subarray(0, end).toString();
      const status = this.#received[end + TERMINATOR_LENGTH - 1] ?? 0;
      this.#received = this.#received.subarray(end + TERMINATOR_LENGTH);
      this.#queue.shift()?.resolve({ status, text });
    }
  }

  #gone(): LabError {
    return new LabError('AGENT_GONE', `the daemon behind ${this.path} has ended`);
  }
}
