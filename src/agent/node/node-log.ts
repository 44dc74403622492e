/** How much of each source is kept, the latest. */
const MOST_OF_EACH = 256 * 1024;

/** What one source printed from a place on, and the place behind it. */
export interface LogPart {
  readonly text: string;
  readonly next: number;
}

/** What the programs of a node printed, each under its own name; kept by the agent, so that it outlives the node. */
export class NodeLog {
  readonly #kept = new Map<string, LogPart>();

  get sources(): readonly string[] {
    return [...this.#kept.keys()];
  }

  append(source: string, text: string): void {
    const { text: kept, next } = this.#kept.get(source) ?? { text: '', next: 0 };
    const all = kept + text;
    // From the beginning of a line on, where there is one.
    const cut = all.length <= MOST_OF_EACH ? 0 : all.indexOf('\n', all.length - MOST_OF_EACH) + 1;
    const from = all.length <= MOST_OF_EACH || cut > 0 ? cut : all.length - MOST_OF_EACH;
    this.#kept.set(source, { text: all.slice(from), next: next + text.length });
  }

  /** The last that a source printed since a place: whole lines, as far as they fit, as one may print them. */
  lastOf(source: string, most: number, place = 0): string {
    const text = this.since(source, place)
      .text.replace(/[^\P{Cc}\n\t]/gu, '')
      .trim();
    const cut = text.length <= most ? 0 : text.length - most;
    return text.slice(cut === 0 ? 0 : text.indexOf('\n', cut) + 1 || cut);
  }

  /** What a source printed since a place; all that is kept of it where that is gone. */
  since(source: string, place: number): LogPart {
    const { text, next } = this.#kept.get(source) ?? { text: '', next: 0 };
    return { text: place >= next ? '' : text.slice(-Math.min(text.length, next - place)), next };
  }
}
