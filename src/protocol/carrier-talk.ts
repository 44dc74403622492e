/** What the agents of two machines tell each other of the links between them. */
export interface CarrierMessage {
  /** Another one where the sender has begun anew. */
  readonly session: string;
  /** Goes up with each change of `up`. */
  readonly number: number;
  /** The number of the last message that was heard from the other one. */
  readonly heard: number;
  /** The links whose end is up at the sender, by their place in the plan. */
  readonly up: readonly number[];
}

/**
 * One side of that conversation. A link has a carrier where its end at the other machine is up: as with a cable, of which
 * each end sees the other. Messages may be lost or overtake each other: each says all.
 */
export class CarrierTalk {
  readonly #up = new Set<number>();
  #farSession: string | undefined;
  #number = 1;
  #heard = 0;
  #answered = 0;
  #farUp: ReadonlySet<number> = new Set();

  /** `session`: the same as long as this side does not begin anew. */
  constructor(readonly session: string) {}

  /** Something was said that the other side has not confirmed. */
  get isUnheard(): boolean {
    return this.#answered < this.#number;
  }

  /** An end here is up, or is not; whether that is news. */
  note(link: number, isUp: boolean): boolean {
    if (this.#up.has(link) === isUp) return false;
    if (isUp) this.#up.add(link);
    else this.#up.delete(link);
    this.#number += 1;
    return true;
  }

  message(): CarrierMessage {
    return { session: this.session, number: this.#number, heard: this.#heard, up: [...this.#up] };
  }

  /** The links whose far end is up now and was not, or the other way round; and whether the other side waits for an answer. */
  hear({ session, number, heard, up }: CarrierMessage): {
    readonly changed: readonly (readonly [link: number, isUp: boolean])[];
    readonly isNew: boolean;
  } {
    if (session !== this.#farSession) {
      // An agent that was started again has heard nothing, and counts from the beginning.
      this.#farSession = session;
      this.#heard = 0;
      this.#answered = 0;
    }
    this.#answered = Math.max(this.#answered, heard);
    const isNew = number > this.#heard;
    if (!isNew) return { changed: [], isNew };
    this.#heard = number;
    return { changed: this.#turnTo(new Set(up)), isNew };
  }

  /** Nothing was heard for too long: the far ends count as gone until the next message. */
  lose(): readonly (readonly [link: number, isUp: boolean])[] {
    this.#heard = 0;
    return this.#turnTo(new Set());
  }

  #turnTo(up: ReadonlySet<number>): readonly (readonly [number, boolean])[] {
    const before = this.#farUp;
    this.#farUp = up;
    return [
      ...[...before].filter((link) => !up.has(link)).map((link) => [link, false] as const),
      ...[...up].filter((link) => !before.has(link)).map((link) => [link, true] as const),
    ];
  }
}
