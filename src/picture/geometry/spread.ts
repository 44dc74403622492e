import type { Point } from './lines.js';

const ROUNDS = 250;
/** Sites of one autonomous system are so much nearer to each other. */
const SAME_SYSTEM = 0.6;

/** A link between two sites, by their numbers. */
export type Edge = readonly [from: number, to: number];

/** How far two sites are to be from each other, by the links between them; sites are given by their systems. */
export function farOf(asns: readonly (number | undefined)[], edges: readonly Edge[]): readonly (readonly number[])[] {
  const far = asns.map((_, from) => asns.map((__, to) => (from === to ? 0 : Infinity)));
  const set = (from: number, to: number, length: number): void => {
    const row = far[from];
    if (row !== undefined) row[to] = Math.min(row[to] ?? Infinity, length);
  };
  for (const [from, to] of edges) {
    const length = asns[from] !== undefined && asns[from] === asns[to] ? SAME_SYSTEM : 1;
    set(from, to, length);
    set(to, from, length);
  }
  for (const middle of asns.keys())
    for (const from of asns.keys())
      for (const to of asns.keys()) set(from, to, (far[from]?.[middle] ?? Infinity) + (far[middle]?.[to] ?? Infinity));
  // What no link leads to stands aside.
  const most = Math.max(1, ...far.flat().filter(Number.isFinite));
  return far.map((row) => row.map((length) => (Number.isFinite(length) ? length : most + 1)));
}

/**
 * Places on which the distances are as near to those wanted as this beginning leads to (stress majorization, after
 * E. Gansner, Y. Koren and S. North, "Graph Drawing by Stress Majorization").
 */
export function spreadOut(far: readonly (readonly number[])[], nth: number): readonly Point[] {
  const count = far.length;
  // On a circle, in another order each time.
  const step = [1, 2, 3, 5, 7, 11, 13].filter((each) => each === 1 || count % each !== 0)[nth] ?? 1;
  let points: readonly Point[] = far.map((_, site) => {
    const angle = (2 * Math.PI * ((site * step) % count)) / count - Math.PI / 2;
    return { x: Math.cos(angle), y: Math.sin(angle) };
  });
  for (let round = 0; round < ROUNDS; round++) {
    const before = points;
    points = before.map((at, one) => {
      let [x, y, sum] = [0, 0, 0];
      for (const [other, otherAt] of before.entries()) {
        if (other === one) continue;
        const wanted = far[one]?.[other] ?? 1;
        const weight = 1 / (wanted * wanted);
        const [dx, dy] = [at.x - otherAt.x, at.y - otherAt.y];
        const apart = Math.max(1e-6, Math.hypot(dx, dy));
        x += weight * (otherAt.x + (wanted * dx) / apart);
        y += weight * (otherAt.y + (wanted * dy) / apart);
        sum += weight;
      }
      return sum === 0 ? at : { x: x / sum, y: y / sum };
    });
  }
  return points;
}
