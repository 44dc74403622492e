import type { Point } from './placed.js';

/** A rectangle around its middle. */
export interface Block {
  readonly at: Point;
  readonly width: number;
  readonly height: number;
}

/** How far together everything is moved at first; the last one leaves it where it is. */
const SCALES = [0.3, 0.36, 0.43, 0.52, 0.62, 0.75, 0.87, 1];
const MOST_ROUNDS = 120;

/**
 * Moves blocks as near to each other as they fit, and keeps how they lie to each other: all are scaled towards the
 * middle, and those that then cover each other are pushed apart.
 */
export function moveTogether(blocks: readonly Block[], gap: number): readonly Point[] {
  for (const scale of SCALES) {
    const points = pushedApart(
      blocks.map(({ at, width, height }) => ({ at: { x: at.x * scale, y: at.y * scale }, width, height })),
      gap,
    );
    if (points !== undefined) return points;
  }
  return blocks.map(({ at }) => at);
}

/** Undefined where some still cover each other in the end. */
function pushedApart(blocks: readonly Block[], gap: number): readonly Point[] | undefined {
  const points = blocks.map(({ at }) => ({ ...at }));
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let moved = false;
    for (const [nth, one] of blocks.entries()) {
      for (let other = nth + 1; other < blocks.length; other++)
        moved = push(one, blocks[other], points[nth], points[other], gap) || moved;
    }
    if (!moved) return points;
  }
  return undefined;
}

/** Apart by as little as is needed, in the direction in which that is less. */
function push(
  one: Block,
  other: Block | undefined,
  at: { x: number; y: number } | undefined,
  otherAt: { x: number; y: number } | undefined,
  gap: number,
): boolean {
  if (other === undefined || at === undefined || otherAt === undefined) return false;
  const [dx, dy] = [otherAt.x - at.x, otherAt.y - at.y];
  const tooNear = {
    x: (one.width + other.width) / 2 + gap - Math.abs(dx),
    y: (one.height + other.height) / 2 + gap - Math.abs(dy),
  };
  if (tooNear.x <= 0.01 || tooNear.y <= 0.01) return false;
  if (tooNear.x < tooNear.y) {
    const by = ((dx < 0 ? -1 : 1) * tooNear.x) / 2;
    at.x -= by;
    otherAt.x += by;
  } else {
    const by = ((dy < 0 ? -1 : 1) * tooNear.y) / 2;
    at.y -= by;
    otherAt.y += by;
  }
  return true;
}
