import type { Division } from './division.js';

const MOST_PASSES = 12;
/** A pass goes uphill for so many moves before it gives up: far enough to leave a small valley. */
const MOST_UPHILL = 60;
const LEAST_GAIN = 1e-9;

/**
 * Moves vertices between parts as long as it helps (Fiduccia and Mattheyses, for many parts): in each pass every vertex
 * at most once, always the best move there is, also where it costs something; then back to the best state of the pass.
 */
export function refine(division: Division): void {
  for (let pass = 0; pass < MOST_PASSES; pass++) if (!improve(division)) return;
}

function improve(division: Division): boolean {
  const locked = new Set<number>();
  const moves: { vertex: number; from: number }[] = [];
  const queue = new MoveQueue();
  const offer = (vertex: number): void => {
    const best = division.bestMove(vertex);
    if (best !== undefined && !locked.has(vertex)) queue.push({ vertex, ...best });
  };
  division.graph.vertices.forEach((_, vertex) => {
    offer(vertex);
  });
  let [sum, best, bestLength] = [0, 0, 0];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { vertex, gain: told } = next;
    if (locked.has(vertex)) continue;
    // Loads and neighbors have changed since it was offered.
    const now = division.bestMove(vertex);
    if (now === undefined) continue;
    if (now.gain < told - LEAST_GAIN) {
      queue.push({ vertex, ...now });
      continue;
    }
    moves.push({ vertex, from: division.partOf[vertex] ?? 0 });
    locked.add(vertex);
    division.move(vertex, now.to);
    sum += now.gain;
    if (sum > best + LEAST_GAIN) [best, bestLength] = [sum, moves.length];
    if (moves.length - bestLength > MOST_UPHILL) break;
    for (const other of division.graph.edges[vertex]?.keys() ?? []) offer(other);
  }
  for (const { vertex, from } of moves.slice(bestLength).reverse()) division.move(vertex, from);
  return best > LEAST_GAIN;
}

interface Move {
  readonly vertex: number;
  readonly to: number;
  readonly gain: number;
}

/** A heap: the move that gains most first, of equal ones that of the lowest vertex. */
class MoveQueue {
  readonly #heap: Move[] = [];

  push(move: Move): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(move);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !isBefore(move, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = move;
  }

  pop(): Move | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      let child = heap[below];
      const other = heap[below + 1];
      if (child === undefined) break;
      if (other !== undefined && isBefore(other, child)) [below, child] = [below + 1, other];
      if (!isBefore(child, last)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
    return top;
  }
}

function isBefore(a: Move, b: Move): boolean {
  return a.gain !== b.gain ? a.gain > b.gain : a.vertex < b.vertex;
}
