import type { RoutingGraph } from './graph.js';
import { way, type Way } from '../plan/way.js';

export interface Path {
  readonly cost: number;
  /** Every way out of the source that begins a shortest path: more than one where costs tie. */
  readonly firstWays: ReadonlySet<Way>;
  /**
   * The same, apart for each node that is the last but one on such a path; for a neighbor, by each link that leads
   * there.
   */
  readonly byParent: readonly ReadonlySet<Way>[];
}

interface Found {
  readonly node: string;
  readonly parent: string;
  readonly ways: ReadonlySet<Way>;
}

/** Dijkstra's shortest path first from one node, with equal-cost first hops (RFC 2328 section 16.1). */
export function shortestPaths(graph: RoutingGraph, source: string): ReadonlyMap<string, Path> {
  const settled = new Map<
    string,
    { cost: number; firstWays: ReadonlySet<Way>; byParent: Map<string, ReadonlySet<Way>> }
  >();
  const queue = new CostQueue<Found>();
  queue.push(0, { node: source, parent: source, ways: new Set() });
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const {
      cost,
      item: { node, parent, ways },
    } = next;
    const known = settled.get(node);
    if (known !== undefined && known.cost < cost) continue;
    const firstWays = together(known?.firstWays, ways);
    const byParent = known?.byParent ?? new Map<string, ReadonlySet<Way>>();
    byParent.set(parent, together(byParent.get(parent), ways));
    if (known !== undefined && firstWays.size === known.firstWays.size) continue;
    settled.set(node, { cost, firstWays, byParent });
    if (node !== source && !graph.transit.has(node)) continue;
    for (const edge of graph.edges.get(node) ?? []) {
      const first = way(edge.interface, edge.to);
      queue.push(
        cost + edge.cost,
        node === source
          ? { node: edge.to, parent: first, ways: new Set([first]) }
          : { node: edge.to, parent: node, ways: firstWays },
      );
    }
  }
  return new Map(
    [...settled].map(([name, { cost, firstWays, byParent }]) => [
      name,
      { cost, firstWays, byParent: [...byParent.values()] },
    ]),
  );
}

/** What is in either; the same set where that is all: the paths through a node share theirs, of which there are as many as nodes by nodes. */
function together(known: ReadonlySet<Way> | undefined, more: ReadonlySet<Way>): ReadonlySet<Way> {
  if (known === undefined || known === more) return more;
  const both = new Set([...known, ...more]);
  return both.size === known.size ? known : both;
}

/**
 * The cost to one node from each other, Infinity where there is no path: all that is to be known where only few nodes are
 * ever gone to.
 */
export function costsTo(graph: RoutingGraph): (to: string) => (from: string) => number {
  let reverse: ReadonlyMap<string, readonly ReverseEdge[]> | undefined;
  const known = new Map<string, ReadonlyMap<string, number>>();
  const costsFrom = (target: string): ReadonlyMap<string, number> => {
    reverse ??= reversed(graph);
    const settled = new Map<string, number>();
    const queue = new CostQueue<string>();
    queue.push(0, target);
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const { cost, item } = next;
      if (settled.has(item)) continue;
      settled.set(item, cost);
      if (item !== target && !graph.transit.has(item)) continue;
      for (const edge of reverse.get(item) ?? []) if (!settled.has(edge.from)) queue.push(cost + edge.cost, edge.from);
    }
    return settled;
  };
  return (to) => {
    const costs = known.get(to) ?? costsFrom(to);
    known.set(to, costs);
    return (from) => costs.get(from) ?? Infinity;
  };
}

interface ReverseEdge {
  readonly from: string;
  readonly cost: number;
}

function reversed({ edges }: RoutingGraph): ReadonlyMap<string, readonly ReverseEdge[]> {
  const reverse = new Map<string, ReverseEdge[]>();
  for (const [from, out] of edges) {
    for (const { to, cost } of out) {
      const known = reverse.get(to);
      if (known === undefined) reverse.set(to, [{ from, cost }]);
      else known.push({ from, cost });
    }
  }
  return reverse;
}

/** A binary heap: what costs least comes first. */
class CostQueue<T> {
  readonly #heap: { cost: number; item: T }[] = [];

  push(cost: number, item: T): void {
    const heap = this.#heap;
    heap.push({ cost, item });
    let child = heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#swapIfCheaper(child, parent)) break;
      child = parent;
    }
  }

  pop(): { cost: number; item: T } | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let parent = 0; ;) {
      const [left, right] = [2 * parent + 1, 2 * parent + 2];
      const cheaper = (heap[right]?.cost ?? Infinity) < (heap[left]?.cost ?? Infinity) ? right : left;
      if (cheaper >= heap.length || !this.#swapIfCheaper(cheaper, parent)) break;
      parent = cheaper;
    }
    return first;
  }

  #swapIfCheaper(child: number, parent: number): boolean {
    const [c, p] = [this.#heap[child], this.#heap[parent]];
    if (c === undefined || p === undefined || c.cost >= p.cost) return false;
    this.#heap[child] = p;
    this.#heap[parent] = c;
    return true;
  }
}
