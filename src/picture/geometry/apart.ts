import type { Point } from './lines.js';

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

/** How far a block is moved aside at a time, and how often all are tried. */
const shifts = [40, 120, 240].flatMap((far) =>
  Array.from({ length: 8 }, (_, nth) => {
    const angle = (nth * Math.PI) / 4;
    return { x: far * Math.cos(angle), y: far * Math.sin(angle) };
  }),
);
const SHIFT_ROUNDS = 6;
/** Where only so much could be gained, blocks stay as they lie to each other. */
const WORTH_A_SHIFT = 0.8;

/** Moves single blocks to where nothing else is, as long as that makes the whole cost less. */
export function shiftAside(
  blocks: readonly Block[],
  gap: number,
  costOf: (points: readonly Point[]) => number,
): { readonly points: readonly Point[]; readonly cost: number } {
  let points = blocks.map(({ at }) => at);
  let cost = costOf(points);
  for (let [round, isBetter] = [0, true]; round < SHIFT_ROUNDS && isBetter && cost >= WORTH_A_SHIFT; round++) {
    isBetter = false;
    for (const [nth, block] of blocks.entries())
      for (const { x, y } of shifts) {
        const from = points[nth] ?? block.at;
        const at = { x: from.x + x, y: from.y + y };
        const next = points.with(nth, at);
        const nextCost = isFreeAt(blocks, points, nth, at, gap) ? costOf(next) : Infinity;
        if (nextCost < cost - WORTH_A_SHIFT) [points, cost, isBetter] = [next, nextCost, true];
      }
  }
  return { points, cost };
}

/** Whether a block would have its room at a place. */
export function isFreeAt(
  blocks: readonly Block[],
  points: readonly Point[],
  nth: number,
  at: Point,
  gap: number,
): boolean {
  const block = blocks[nth];
  return blocks.every((other, otherNth) => {
    const { x, y } = points[otherNth] ?? other.at;
    return (
      block === undefined ||
      otherNth === nth ||
      Math.abs(x - at.x) >= (block.width + other.width) / 2 + gap ||
      Math.abs(y - at.y) >= (block.height + other.height) / 2 + gap
    );
  });
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
