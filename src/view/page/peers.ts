import { nodeHeight, type PictureLayout, type PlacedLink, type Point } from '../../picture/placed.js';
import { round } from '../../support/round.js';
import { neighborsText, type NeighborsNow } from '../neighbors.js';

/** From the outline of a node to the dot on a link of it. */
const BESIDE = 9;

/** What two neighbors are to each other over a link. */
export interface LinkPeers {
  readonly says: string;
  readonly isDown: boolean;
}

/** By the number of a link: the neighbors at its ends. Sessions that lead over several links are at none. */
export function peersByLink({ links }: PictureLayout, all: readonly NeighborsNow[]): ReadonlyMap<number, LinkPeers> {
  const keyOf = (a: string, b: string): string => JSON.stringify(a < b ? [a, b] : [b, a]);
  const byEnds = new Map<string, NeighborsNow[]>();
  for (const each of all) {
    const key = keyOf(...each.ends);
    byEnds.set(key, [...(byEnds.get(key) ?? []), each]);
  }
  return new Map(
    links.flatMap(({ a, b }, nth) => {
      const own = byEnds.get(keyOf(a, b));
      if (own === undefined) return [];
      const peers = { says: own.map(neighborsText).join(', '), isDown: own.some(({ up, count }) => up < count) };
      return [[nth, peers] as const];
    }),
  );
}

/** Where the dots of a link are: where it leaves its nodes. */
export function dotsOf({ nodes }: PictureLayout, { a, b, points }: PlacedLink): readonly Point[] {
  const placed = new Map(nodes.filter(({ name }) => name === a || name === b).map((node) => [node.name, node]));
  const [first, last] = [points[0], points.at(-1)];
  const ends = [a, b].map((name) => placed.get(name));
  if (first === undefined || last === undefined) return [];
  return ends.flatMap((node) => {
    if (node === undefined) return [];
    const apart = ({ x, y }: Point): number => Math.hypot(x - node.at.x, y - node.at.y);
    const way = apart(first) <= apart(last) ? points : points.toReversed();
    const from = way.findLastIndex((point) => isInside(point, node)) + 1;
    const next = way[Math.min(way.length - 1, Math.max(1, from))] ?? last;
    const start = way[Math.max(0, from - 1)] ?? first;
    const length = Math.hypot(next.x - start.x, next.y - start.y);
    if (length === 0) return [];
    const step = { x: (next.x - start.x) / length, y: (next.y - start.y) / length };
    const leaves = inside(start, step, node, length);
    return [{ x: round(start.x + step.x * (leaves + BESIDE)), y: round(start.y + step.y * (leaves + BESIDE)) }];
  });
}

interface Box {
  readonly at: Point;
  readonly width: number;
}

function isInside({ x, y }: Point, { at, width }: Box): boolean {
  return Math.abs(x - at.x) <= width / 2 + 0.5 && Math.abs(y - at.y) <= nodeHeight / 2 + 0.5;
}

/** How far from a point in a direction the box of a node ends. */
function inside(start: Point, step: Point, { at, width }: Box, length: number): number {
  const left = (from: number, by: number, middle: number, half: number): number =>
    by === 0 ? Infinity : ((by > 0 ? middle + half : middle - half) - from) / by;
  const x = left(start.x, step.x, at.x, width / 2);
  const y = left(start.y, step.y, at.y, nodeHeight / 2);
  return Math.max(0, Math.min(x, y, length / 2));
}
