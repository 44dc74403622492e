import { answerIdentity, identityQuestion, readIdentity } from './dns-identity.js';

const ID_BYTES = 2;

/** The identity query under any id, encoded once. */
export class PreparedQuestion {
  readonly #message = identityQuestion(0);

  /** Valid until the next call. */
  withId(id: number): Buffer {
    this.#message.writeUInt16BE(id, 0);
    return this.#message;
  }
}

/**
 * Replies as `answerIdentity` does. Probes send the same query again and again, and what it says besides its id says
 * the same each time: its reply is encoded once.
 */
export class PreparedAnswer {
  readonly #question = identityQuestion(0);
  readonly #reply: Buffer | undefined;

  constructor(readonly instance: string) {
    this.#reply = answerIdentity(this.#question, instance);
  }

  /** Valid until the next call; undefined where the message gets no reply. */
  to(message: Buffer): Buffer | undefined {
    if (this.#reply === undefined || !isSameButForId(message, this.#question))
      return answerIdentity(message, this.instance);
    message.copy(this.#reply, 0, 0, ID_BYTES);
    return this.#reply;
  }
}

/** Reads as `readIdentity` does; a reply like the one before, but for its id, is not decoded again. */
export class IdentityReader {
  #last = Buffer.alloc(0);
  #instance = '';

  read(message: Buffer): { readonly id: number; readonly instance: string } | undefined {
    if (isSameButForId(message, this.#last)) return { id: message.readUInt16BE(0), instance: this.#instance };
    const identity = readIdentity(message);
    if (identity !== undefined) {
      this.#last = Buffer.from(message);
      this.#instance = identity.instance;
    }
    return identity;
  }
}

function isSameButForId(message: Buffer, other: Buffer): boolean {
  return (
    message.length === other.length &&
    message.length > ID_BYTES &&
    message.compare(other, ID_BYTES, other.length, ID_BYTES) === 0
  );
}
