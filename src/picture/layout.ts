import type { Network } from './network.js';
import { nodeHeight, pixels, type Metrics, type PictureLayout } from './placed.js';
import { COVERED, cross, passes } from './geometry/lines.js';
import { layOutLarge } from './large.js';
import { layOutLayers } from './layered.js';
import { layOutRow } from './row.js';
import { layOutSites } from './sites.js';

/** Layers of more nodes are wider than any page. */
const MOST_LAYERED = 60;

/**
 * Places all nodes: clients above, instances below, and routers in a row between them where they form one; else sites, or
 * layers in the order of their distance from the clients, whichever is easier to read; in large networks routers with their hosts as one.
 * The order of the nodes is that of the links.
 */
export function layOut(network: Network, metrics: Metrics = pixels): PictureLayout {
  const { links } = network;
  const places = new Map([...new Set(links.flatMap(({ a, b }) => [a, b]))].map((name, nth) => [name, nth]));
  const placeOf = (name: string): number => places.get(name) ?? links.length * 2;
  const nodes = network.nodes.toSorted((one, other) => placeOf(one.name) - placeOf(other.name));
  const ordered = { nodes, links };
  const row = layOutRow(ordered, metrics);
  if (row !== undefined) return row;
  if (nodes.length > MOST_LAYERED) return layOutLarge(ordered, metrics);
  const layers = layOutLayers(ordered, metrics);
  // Lines of characters have no slope.
  if (metrics !== pixels) return layers;
  const sites = layOutSites(ordered, metrics);
  return confusionIn(sites) <= confusionIn(layers) ? sites : layers;
}

/** How hard a picture is to read: links that cross, and nodes that links pass behind. */
export function confusionIn({ nodes, links }: PictureLayout): number {
  const pieces = links.flatMap(({ a, b, points }) =>
    points.slice(1).map((to, nth) => ({ a, b, from: points[nth] ?? to, to })),
  );
  let sum = 0;
  for (const [nth, piece] of pieces.entries()) {
    for (const other of pieces.slice(nth + 1)) {
      const isApart = ![other.a, other.b].some((end) => end === piece.a || end === piece.b);
      if (isApart && cross(piece.from, piece.to, other.from, other.to)) sum += 1;
    }
    for (const { name, at, width } of nodes)
      if (name !== piece.a && name !== piece.b && passes(piece.from, piece.to, at, width / 2, nodeHeight / 2))
        sum += COVERED;
  }
  return sum;
}
