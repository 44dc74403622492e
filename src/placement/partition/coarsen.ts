import { contracted, numbered, type Part, type Weighted } from './model.js';

export interface Level {
  readonly graph: Weighted;
  /** The vertex of the next coarser level that each vertex is in; undefined at the coarsest. */
  readonly coarser: readonly number[] | undefined;
}

/** Less than this share of vertices saved by a level is not worth one. */
const LEAST_SAVED = 0.1;

/**
 * The graph, and the same in ever fewer vertices, each time with those joined that the heaviest edges join: what belongs
 * together is moved as one before it is moved one by one.
 */
export function levelsOf(graph: Weighted, parts: readonly Part[], fewest: number): readonly [Level, ...Level[]] {
  const heaviest = Math.max(
    Math.min(...parts.map(({ loadTarget }) => loadTarget)) / 3,
    (1.5 * graph.vertices.reduce((sum, { load }) => sum + load, 0)) / Math.max(fewest, 1),
  );
  const levels: Level[] = [];
  let finest = graph;
  while (finest.vertices.length > fewest) {
    const coarser = matched(finest, heaviest);
    if (Math.max(...coarser) + 1 > finest.vertices.length * (1 - LEAST_SAVED)) break;
    levels.push({ graph: finest, coarser });
    finest = contracted(finest, coarser);
  }
  const [first = { graph: finest, coarser: undefined }, ...others] = levels;
  return levels.length === 0 ? [first] : [first, ...others, { graph: finest, coarser: undefined }];
}

/** Joins each vertex with the free neighbor that it has most edges with, for its load; the lightest choose first. */
function matched({ vertices, edges }: Weighted, heaviest: number): readonly number[] {
  const partner = new Array<number | undefined>(vertices.length).fill(undefined);
  const order = vertices.map((_, vertex) => vertex);
  order.sort((a, b) => (vertices[a]?.load ?? 0) - (vertices[b]?.load ?? 0) || a - b);
  for (const vertex of order) {
    if (partner[vertex] !== undefined) continue;
    const own = vertices[vertex];
    let [best, bestScore] = [vertex, 0];
    for (const [other, weight] of edges[vertex] ?? []) {
      const its = vertices[other];
      if (own === undefined || its === undefined || partner[other] !== undefined) continue;
      if (own.load + its.load > heaviest || !isAlike(own.allowed, its.allowed)) continue;
      const score = weight / (Math.max(own.load, 1e-9) * Math.max(its.load, 1e-9));
      if (score > bestScore || (score === bestScore && other < best)) [best, bestScore] = [other, score];
    }
    partner[vertex] = best;
    partner[best] = vertex;
  }
  joinLeaves({ vertices, edges }, heaviest, partner);
  return numbered(vertices.map((_, vertex) => Math.min(vertex, partner[vertex] ?? vertex)));
}

/** Joins those two by two that found nobody, because all have the same only neighbor: the points of a star. */
function joinLeaves({ vertices, edges }: Weighted, heaviest: number, partner: (number | undefined)[]): void {
  const waiting = new Map<number, number>();
  vertices.forEach((own, vertex) => {
    const [hub] = edges[vertex]?.keys() ?? [];
    if (partner[vertex] !== vertex || edges[vertex]?.size !== 1 || hub === undefined) return;
    const other = waiting.get(hub);
    const its = other === undefined ? undefined : vertices[other];
    if (
      other === undefined ||
      its === undefined ||
      own.load + its.load > heaviest ||
      !isAlike(own.allowed, its.allowed)
    ) {
      waiting.set(hub, vertex);
      return;
    }
    partner[vertex] = other;
    partner[other] = vertex;
    waiting.delete(hub);
  });
}

function isAlike(a: readonly number[] | undefined, b: readonly number[] | undefined): boolean {
  return a === b || (a?.join() ?? '') === (b?.join() ?? '');
}
