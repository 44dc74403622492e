import type { Point } from '../../picture/placed.js';
import { directions, placeTowards } from './state/place-towards.js';

const inOrder: Readonly<Record<string, number>> = { PageUp: -1, PageDown: 1 };

/**
 * The whole picture is one stop of the Tab key. From there, arrows lead to what is next in a direction, and the keys of
 * pages to all of it in order.
 */
export class PictureFocus {
  readonly #groups: readonly SVGGElement[];
  readonly #places: readonly Point[];
  #at = 0;

  constructor(groups: readonly SVGGElement[], places: readonly Point[]) {
    this.#groups = groups;
    this.#places = places;
    groups.forEach((group, nth) => {
      group.setAttribute('tabindex', nth === 0 ? '0' : '-1');
    });
  }

  /** Tab comes back to what had the focus last. */
  hold(group: SVGGElement): void {
    const nth = this.#groups.indexOf(group);
    if (nth < 0 || nth === this.#at) return;
    this.#groups[this.#at]?.setAttribute('tabindex', '-1');
    group.setAttribute('tabindex', '0');
    this.#at = nth;
  }

  /** Moves by a key; to what, where it leads to something. */
  move(key: string): SVGGElement | undefined {
    const direction = directions[key];
    const step = inOrder[key];
    const count = this.#groups.length;
    const next =
      direction !== undefined
        ? placeTowards(this.#places, this.#at, direction)
        : step !== undefined
          ? (this.#at + step + count) % count
          : undefined;
    const group = next === undefined ? undefined : this.#groups[next];
    group?.focus();
    return group;
  }
}
