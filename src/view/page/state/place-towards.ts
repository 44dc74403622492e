import type { Point } from '../../../picture/placed.js';

/** What lies aside of the direction counts as so much further away. */
const ASIDE = 2;

/** Keys that move, and in which direction. */
export const directions: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** Which of several places is the next one from one of them in a direction; undefined where none is. */
export function placeTowards(places: readonly Point[], from: number, { x, y }: Point): number | undefined {
  const at = places[from];
  if (at === undefined) return undefined;
  let best: { readonly nth: number; readonly far: number } | undefined;
  for (const [nth, place] of places.entries()) {
    const [dx, dy] = [place.x - at.x, place.y - at.y];
    const ahead = dx * x + dy * y;
    const aside = Math.abs(dx * y) + Math.abs(dy * x);
    if (ahead <= 0 || aside > 2 * ahead) continue;
    const far = ahead + ASIDE * aside;
    if (best === undefined || far < best.far) best = { nth, far };
  }
  return best?.nth;
}
