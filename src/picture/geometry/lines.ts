export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A link that passes behind a node misleads more than two that cross. */
export const COVERED = 3;

/** Whether two lines cross. */
export function cross(a: Point, b: Point, c: Point, d: Point): boolean {
  if (Math.max(a.x, b.x) < Math.min(c.x, d.x) || Math.min(a.x, b.x) > Math.max(c.x, d.x)) return false;
  if (Math.max(a.y, b.y) < Math.min(c.y, d.y) || Math.min(a.y, b.y) > Math.max(c.y, d.y)) return false;
  return side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b);
}

function side(p: Point, q: Point, r: Point): number {
  return Math.sign((q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x));
}

/** Whether a line passes a rectangle around a middle. */
export function passes(a: Point, b: Point, { x, y }: Point, halfWidth: number, halfHeight: number): boolean {
  if (Math.max(a.x, b.x) < x - halfWidth || Math.min(a.x, b.x) > x + halfWidth) return false;
  if (Math.max(a.y, b.y) < y - halfHeight || Math.min(a.y, b.y) > y + halfHeight) return false;
  const [left, right, top, bottom] = [x - halfWidth, x + halfWidth, y - halfHeight, y + halfHeight];
  const upperLeft = { x: left, y: top };
  const lowerRight = { x: right, y: bottom };
  const upperRight = { x: right, y: top };
  const lowerLeft = { x: left, y: bottom };
  return (
    cross(a, b, upperLeft, upperRight) ||
    cross(a, b, upperRight, lowerRight) ||
    cross(a, b, lowerRight, lowerLeft) ||
    cross(a, b, lowerLeft, upperLeft)
  );
}
