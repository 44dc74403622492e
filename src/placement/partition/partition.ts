import { bisected } from './bisect.js';
import { levelsOf } from './coarsen.js';
import { Division } from './division.js';
import type { Part, Weighted } from './model.js';
import { refine } from './refine.js';

/** The coarsest graph has about so many vertices for each part. */
const COARSE_VERTICES = 16;

/**
 * Divides a graph into parts with as little weight as possible on edges between parts, and parts within their
 * limits; to miss them by a tenth of what a part is meant to have is as bad as a tenth of all edges. First the graph in few vertices, then refined in ever more detail (Karypis and Kumar). The same input gives the same
 * division.
 */
export function partition(graph: Weighted, parts: readonly Part[]): readonly number[] {
  const levels = levelsOf(graph, parts, COARSE_VERTICES * parts.length);
  const coarsest = levels[levels.length - 1]?.graph ?? graph;
  let partOf = refined(coarsest, parts, bisected(coarsest, parts));
  for (const { graph: finer, coarser } of [...levels].reverse()) {
    if (coarser === undefined) continue;
    const coarse = partOf;
    const projected = coarser.map((vertex) => coarse[vertex] ?? 0);
    partOf = refined(finer, parts, projected);
  }
  return partOf;
}

function refined(graph: Weighted, parts: readonly Part[], partOf: readonly number[]): readonly number[] {
  const division = new Division(graph, parts, partOf);
  refine(division);
  return division.partOf;
}
