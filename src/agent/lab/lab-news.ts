/** What the agent itself knows of a lab as it happens, for those who listen: faults, repairs, answers, ends of programs. */
export class LabNews<Event> {
  readonly #listeners = new Set<(event: Event) => void>();

  /** Without a listener, no events need be collected. */
  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  tell(event: Event): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** What ends it is returned. */
  listen(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
