import { Division } from './division.js';
import type { Part, Vertex, Weighted } from './model.js';
import { refine } from './refine.js';

/** How much work the starts of one bisection may be, in vertices squared. */
const MOST_WORK = 4e6;
const MOST_STARTS = 12;

/**
 * A first division of a small graph: in two halves, these in two again, and so on. A half grows from one vertex by what it is
 * joined to most; of several starts the best is taken.
 */
export function bisected(graph: Weighted, parts: readonly Part[]): readonly number[] {
  if (parts.length <= 1) return graph.vertices.map(() => 0);
  const middle = Math.ceil(parts.length / 2);
  const halves = [parts.slice(0, middle), parts.slice(middle)] as const;
  const inHalves = { vertices: graph.vertices.map((vertex) => halved(vertex, middle)), edges: graph.edges };
  const sideOf = bestOfStarts(inHalves, halves.map(together));
  const partOf = new Array<number>(graph.vertices.length).fill(0);
  halves.forEach((half, side) => {
    const first = side === 0 ? 0 : middle;
    const members = graph.vertices.flatMap((_, vertex) => (sideOf[vertex] === side ? [vertex] : []));
    const inner = bisected(within(graph, members, first, half.length), half);
    members.forEach((vertex, index) => {
      partOf[vertex] = first + (inner[index] ?? 0);
    });
  });
  return partOf;
}

function halved({ load, size, allowed }: Vertex, middle: number): Vertex {
  if (allowed === undefined) return { load, size };
  const sides = [...new Set(allowed.map((part) => (part < middle ? 0 : 1)))];
  return sides.length === 2 ? { load, size } : { load, size, allowed: sides };
}

function together(parts: readonly Part[]): Part {
  const sum = (of: (part: Part) => number): number => parts.reduce((all, part) => all + of(part), 0);
  return {
    loadTarget: sum((part) => part.loadTarget),
    loadLeast: sum((part) => part.loadLeast),
    loadLimit: sum((part) => part.loadLimit),
    sizeLimit: sum((part) => part.sizeLimit),
  };
}

function within({ vertices, edges }: Weighted, members: readonly number[], first: number, count: number): Weighted {
  const numberOf = new Map(members.map((vertex, index) => [vertex, index]));
  return {
    vertices: members.map((vertex) => {
      const { load = 0, size = 0, allowed } = vertices[vertex] ?? {};
      const own = allowed?.map((part) => part - first).filter((part) => part >= 0 && part < count);
      return { load, size, ...(own === undefined ? {} : { allowed: own }) };
    }),
    edges: members.map(
      (vertex) =>
        new Map(
          [...(edges[vertex] ?? [])].flatMap(([other, weight]) => {
            const number = numberOf.get(other);
            return number === undefined ? [] : [[number, weight] as const];
          }),
        ),
    ),
  };
}

function bestOfStarts(graph: Weighted, sides: readonly Part[]): readonly number[] {
  const count = graph.vertices.length;
  const starts = Math.max(1, Math.min(MOST_STARTS, count, Math.floor(MOST_WORK / Math.max(1, count * count))));
  let best: Division | undefined;
  for (let start = 0; start < starts; start++) {
    const division = new Division(graph, sides, grown(graph, sides, Math.floor((start * count) / starts)));
    refine(division);
    if (best === undefined || division.cost < best.cost - 1e-9) best = division;
  }
  return best?.partOf ?? [];
}

/** Everything on the second side, but what has to be on the first, and what grows there from one vertex. */
function grown({ vertices, edges }: Weighted, sides: readonly Part[], seed: number): readonly number[] {
  const sideOf = vertices.map(({ allowed }) => (allowed?.[0] === 0 ? 0 : 1));
  let load = vertices.reduce((sum, vertex, number) => sum + (sideOf[number] === 0 ? vertex.load : 0), 0);
  const target = sides[0]?.loadTarget ?? 0;
  const open = new Set(vertices.flatMap(({ allowed }, vertex) => (allowed === undefined ? [vertex] : [])));
  const scores = vertices.map((_, vertex) => scoreOf(edges[vertex] ?? new Map(), sideOf));
  let next: number | undefined = open.has(seed) && load === 0 ? seed : mostJoined(open, scores, seed);
  while (next !== undefined && load + (vertices[next]?.load ?? 0) / 2 <= target) {
    open.delete(next);
    sideOf[next] = 0;
    load += vertices[next]?.load ?? 0;
    for (const [other, weight] of edges[next] ?? []) scores[other] = (scores[other] ?? 0) + 2 * weight;
    next = mostJoined(open, scores, seed);
  }
  return sideOf;
}

/** How much more joins it to the first side than to the second. */
function scoreOf(edges: ReadonlyMap<number, number>, sideOf: readonly number[]): number {
  let score = 0;
  for (const [other, weight] of edges) score += sideOf[other] === 0 ? weight : -weight;
  return score;
}

/** Of equal ones the first from the seed on, so that starts differ. */
function mostJoined(open: ReadonlySet<number>, scores: readonly number[], seed: number): number | undefined {
  let best: number | undefined;
  const turn = (vertex: number): number => (vertex >= seed ? vertex - seed : vertex + scores.length - seed);
  for (const vertex of open) {
    const [score = 0, bestScore = 0] = [scores[vertex], best === undefined ? 0 : scores[best]];
    if (best === undefined || score > bestScore || (score === bestScore && turn(vertex) < turn(best))) best = vertex;
  }
  return best;
}
