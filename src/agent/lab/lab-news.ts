import type { TimelineEvent } from '../../protocol/timeline.js';
import { failWords, type FaultKind } from '../../topology/model/fault.js';

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

/** How a fault or a repair is told. */
export function faultNews(
  action: 'fail' | 'restore',
  target: string,
  how: FaultKind,
): Pick<TimelineEvent, 'kind' | 'text' | 'target' | 'how'> {
  const text = action === 'fail' ? failWords(target, how) : `${action} ${target} (${how})`;
  return { kind: action === 'fail' ? 'fault' : 'repair', text, target, how };
}
