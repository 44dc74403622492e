import { closeSync, constants, existsSync, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { containerFifos } from '../../init/container-init.js';
import { readLines } from '../../support/lines.js';
import { pollUntil } from '../../support/poll.js';

const ANSWER_DEADLINE_MS = 30_000;
const LOOK_EVERY_MS = 10;

/** Lines to and from the first program of a container. */
export class InitDialogue {
  readonly #lines: AsyncGenerator<string>;

  private constructor(
    readonly control: number,
    readonly replies: Socket,
    readonly isAlive: () => boolean,
  ) {
    this.#lines = readLines(replies);
  }

  /** Undefined where the container ends before it opens its side. */
  static async open(folder: string, isAlive: () => boolean): Promise<InitDialogue | undefined> {
    const reply = join(folder, containerFifos.reply);
    const { last } = await pollUntil(
      () => (isAlive() ? existsSync(reply) : undefined),
      (there) => there !== false,
      { everyMs: 2, deadlineMs: ANSWER_DEADLINE_MS },
    );
    if (last !== true) return undefined;
    // A FIFO that is opened for reading and writing does not wait for its other side.
    const flags = constants.O_RDWR | constants.O_NONBLOCK;
    const replies = new Socket({ fd: openSync(reply, flags), readable: true, writable: false });
    replies.on('error', () => undefined);
    return new InitDialogue(openSync(join(folder, containerFifos.control), flags), replies, isAlive);
  }

  tell(word: string): void {
    writeSync(this.control, `${word}\n`);
  }

  /** Undefined where the container ends instead of answering. */
  async ask(word: string): Promise<string | undefined> {
    this.tell(word);
    const answered = new AbortController();
    const ended = pollUntil(this.isAlive, (alive) => !alive, {
      everyMs: LOOK_EVERY_MS,
      deadlineMs: ANSWER_DEADLINE_MS,
      signal: answered.signal,
    }).then(({ held }) =>
      held ? undefined : `it has not answered "${word}" within ${String(ANSWER_DEADLINE_MS / 1000)} s`,
    );
    ended.catch(() => undefined);
    const line = this.#lines.next().then(({ value }) => value as string | undefined);
    try {
      return await Promise.race([line, ended]);
    } finally {
      answered.abort();
    }
  }

  close(): void {
    closeSync(this.control);
    this.replies.destroy();
  }
}
