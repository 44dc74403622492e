import { mayBeIn, type Part, type Weighted } from './model.js';

/**
 * A graph divided into parts, and what that costs: the edges between parts, and far more, each part beyond its limits. A
 * little counts how far a part is from its target, so that of two divisions with the same edges the more even one is better.
 */
export class Division {
  readonly partOf: number[];
  readonly #loads: number[];
  readonly #sizes: number[];
  readonly #dearest: number;

  constructor(
    readonly graph: Weighted,
    readonly parts: readonly Part[],
    partOf: readonly number[],
  ) {
    this.partOf = [...partOf];
    this.#loads = parts.map(() => 0);
    this.#sizes = parts.map(() => 0);
    let weight = 1;
    graph.vertices.forEach(({ load, size }, vertex) => {
      const part = this.partOf[vertex] ?? 0;
      this.#loads[part] = (this.#loads[part] ?? 0) + load;
      this.#sizes[part] = (this.#sizes[part] ?? 0) + size;
      for (const each of graph.edges[vertex]?.values() ?? []) weight += each / 2;
    });
    this.#dearest = weight;
  }

  /** Of the whole division. */
  get cost(): number {
    let cut = 0;
    this.graph.edges.forEach((edges, vertex) => {
      for (const [other, weight] of edges) if (this.partOf[vertex] !== this.partOf[other]) cut += weight / 2;
    });
    return this.parts.reduce((sum, _, part) => sum + this.#excess(part, 0, 0), cut);
  }

  move(vertex: number, to: number): void {
    const from = this.partOf[vertex] ?? 0;
    const { load = 0, size = 0 } = this.graph.vertices[vertex] ?? {};
    this.#loads[from] = (this.#loads[from] ?? 0) - load;
    this.#sizes[from] = (this.#sizes[from] ?? 0) - size;
    this.#loads[to] = (this.#loads[to] ?? 0) + load;
    this.#sizes[to] = (this.#sizes[to] ?? 0) + size;
    this.partOf[vertex] = to;
  }

  /** The best move of a vertex, and by how much the cost falls; undefined where it has nowhere to go. */
  bestMove(vertex: number): { readonly to: number; readonly gain: number } | undefined {
    const own = this.graph.vertices[vertex];
    if (own === undefined) return undefined;
    const from = this.partOf[vertex] ?? 0;
    const weights = new Map<number, number>();
    for (const [other, weight] of this.graph.edges[vertex] ?? []) {
      const part = this.partOf[other] ?? 0;
      weights.set(part, (weights.get(part) ?? 0) + weight);
    }
    const roomiest = this.#roomiestFor(vertex);
    if (roomiest !== undefined && !weights.has(roomiest)) weights.set(roomiest, 0);
    const inside = weights.get(from) ?? 0;
    const { load, size } = own;
    const freed = this.#excess(from, 0, 0) - this.#excess(from, -load, -size);
    let best: { to: number; gain: number } | undefined;
    for (const [to, weight] of weights) {
      if (to === from || !mayBeIn(own, to)) continue;
      const gain = weight - inside + freed + this.#excess(to, 0, 0) - this.#excess(to, load, size);
      if (best === undefined || gain > best.gain || (gain === best.gain && to < best.to)) best = { to, gain };
    }
    return best;
  }

  /** Besides the parts of its neighbors, only the one with most room can be the best for a vertex. */
  #roomiestFor(vertex: number): number | undefined {
    const own = this.graph.vertices[vertex];
    let [roomiest, room] = [undefined as number | undefined, -Infinity];
    this.parts.forEach(({ loadTarget }, part) => {
      const left = loadTarget - (this.#loads[part] ?? 0);
      if (left > room && part !== this.partOf[vertex] && own !== undefined && mayBeIn(own, part))
        [roomiest, room] = [part, left];
    });
    return roomiest;
  }

  #excess(part: number, moreLoad: number, moreSize: number): number {
    const limits = this.parts[part];
    if (limits === undefined) return 0;
    const { loadLeast, loadLimit, loadTarget, sizeLimit } = limits;
    const load = (this.#loads[part] ?? 0) + moreLoad;
    const size = (this.#sizes[part] ?? 0) + moreSize;
    const scale = Math.max(loadTarget, 1e-9);
    const wrong = Math.max(0, load - loadLimit, loadLeast - load) / scale;
    const tooLarge = Math.max(0, size - sizeLimit) / Math.max(sizeLimit, 1);
    // Evenness is never worth an edge.
    const uneven = (0.4 / this.parts.length) * Math.min(1, Math.abs(load - loadTarget) / scale);
    return this.#dearest * (wrong + 4 * tooLarge) + uneven;
  }
}
