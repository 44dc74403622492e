import type { Edge, RoutingGraph } from './graph.js';

export interface Path {
  readonly cost: number;
  /** Every interface of the source on a shortest path: more than one where costs tie. */
  readonly firstInterfaces: ReadonlySet<string>;
}

/** Dijkstra's shortest path first from one node, with equal-cost first hops (RFC 2328 section 16.1). */
export function shortestPaths(graph: RoutingGraph, source: string): ReadonlyMap<string, Path> {
  const settled = new Map<string, Path>();
  const queue = new CostQueue<{ node: string; firstInterfaces: ReadonlySet<string> }>();
  queue.push(0, { node: source, firstInterfaces: new Set() });
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { cost, item } = next;
    const known = settled.get(item.node);
    if (known !== undefined && known.cost < cost) continue;
    const firstInterfaces = new Set([...(known?.firstInterfaces ?? []), ...item.firstInterfaces]);
    if (known !== undefined && firstInterfaces.size === known.firstInterfaces.size) continue;
    settled.set(item.node, { cost, firstInterfaces });
    if (item.node !== source && !graph.transit.has(item.node)) continue;
    for (const edge of graph.edges.get(item.node) ?? []) {
      queue.push(cost + edge.cost, {
        node: edge.to,
        firstInterfaces: item.node === source ? new Set([edge.interface]) : firstInterfaces,
      });
    }
  }
  return settled;
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
    for (let parent = 0; ; ) {
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

export type { Edge };
