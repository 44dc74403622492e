import type { LabEvent } from '../../protocol/events.js';

/** What the agent itself knows of a lab as it happens, for those who listen: faults, repairs, answers. */
export class LabNews {
  readonly #listeners = new Set<(event: LabEvent) => void>();

  /** Where nobody listens, nobody need find out what there is to tell. */
  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  tell(event: LabEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** What ends it is returned. */
  listen(listener: (event: LabEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
