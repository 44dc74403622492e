import { isFreeAt, type Block } from './apart.js';
import type { Point } from './lines.js';
import type { Edge } from './spread.js';

/** A link that is off by no more than that is meant to be straight. */
const NEARLY = 64;
/** What a straight link is worth, in crossings. */
const WORTH = 0.1;
const ROUNDS = 3;

/** A block that links lead to at a place of its own, by how far that is below its middle. */
export interface HeadedBlock extends Block {
  readonly headY: number;
}

/** Moves single blocks by a little, so that links that are nearly upright or level become so. */
export function straightened(
  blocks: readonly HeadedBlock[],
  edges: readonly Edge[],
  gap: number,
  costOf: (points: readonly Point[]) => number,
): readonly Point[] {
  let points = blocks.map(({ at }) => at);
  const valueOf = (all: readonly Point[]): number => costOf(all) - WORTH * straightIn(blocks, edges, all);
  let value = valueOf(points);
  for (let round = 0; round < ROUNDS; round++)
    for (const [from, to] of edges)
      for (const [nth, other] of [
        [to, from],
        [from, to],
      ] as const) {
        const [block, at] = [blocks[nth], points[nth]];
        if (block === undefined || at === undefined) continue;
        const off = offsetOf(blocks, points, nth, other);
        for (const by of [
          { x: off.x, y: 0 },
          { x: 0, y: off.y },
        ]) {
          const far = Math.abs(by.x) + Math.abs(by.y);
          if (far === 0 || far > NEARLY) continue;
          const moved = { x: at.x + by.x, y: at.y + by.y };
          if (!isFreeAt(blocks, points, nth, moved, gap)) continue;
          const next = points.with(nth, moved);
          const nextValue = valueOf(next);
          if (nextValue < value - 1e-9) [points, value] = [next, nextValue];
        }
      }
  return points;
}

function straightIn(blocks: readonly HeadedBlock[], edges: readonly Edge[], points: readonly Point[]): number {
  return edges.filter(([from, to]) => {
    const { x, y } = offsetOf(blocks, points, from, to);
    return Math.abs(x) < 1e-6 || Math.abs(y) < 1e-6;
  }).length;
}

/** From the head of one to the head of another. */
function offsetOf(blocks: readonly HeadedBlock[], points: readonly Point[], from: number, to: number): Point {
  const [at, other] = [points[from] ?? { x: 0, y: 0 }, points[to] ?? { x: 0, y: 0 }];
  return { x: other.x - at.x, y: other.y + (blocks[to]?.headY ?? 0) - at.y - (blocks[from]?.headY ?? 0) };
}
