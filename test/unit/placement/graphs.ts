import { contracted, type Part, type Weighted } from '../../../src/placement/partition/model.js';

/** A graph of vertices that are all alike. */
export function graphOf(count: number, pairs: readonly (readonly [number, number])[]): Weighted {
  const edges = Array.from({ length: count }, () => new Map<number, number>());
  for (const [a, b] of pairs) {
    edges[a]?.set(b, (edges[a].get(b) ?? 0) + 1);
    edges[b]?.set(a, (edges[b].get(a) ?? 0) + 1);
  }
  return { vertices: edges.map(() => ({ load: 1, size: 1 })), edges };
}

/** So many parts, each meant to have the same. */
export function evenParts(count: number, load: number, slack = 0.1): readonly Part[] {
  const loadTarget = load / count;
  return Array.from({ length: count }, () => ({
    loadTarget,
    loadLeast: loadTarget * (1 - slack),
    loadLimit: loadTarget * (1 + slack),
    sizeLimit: 1e9,
  }));
}

/** How many edges are between parts. */
export function cutOf(graph: Weighted, partOf: readonly number[]): number {
  const between = contracted(graph, partOf).edges;
  return between.reduce((sum, edges) => sum + [...edges.values()].reduce((all, each) => all + each, 0), 0) / 2;
}

/** How many vertices each part has. */
export function sizesOf(partOf: readonly number[], parts: number): readonly number[] {
  return Array.from({ length: parts }, (_, part) => partOf.filter((each) => each === part).length);
}
