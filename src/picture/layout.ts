import { layOutLayers } from './layered.js';
import type { Network } from './network.js';
import { pixels, type Metrics, type PictureLayout } from './placed.js';
import { layOutRings } from './rings.js';
import { confusionIn, layOutSites } from './sites.js';
import { layOutRow } from './row.js';

/** Layers of more nodes are wider than any page. */
const MOST_LAYERED = 60;

/**
 * Places all nodes: clients above, instances below, and routers in a row between them where they form one; else sites, or
 * layers in the order of their distance from the clients, whichever is easier to read; large networks around their middle.
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
  if (nodes.length > MOST_LAYERED) return layOutRings(ordered, metrics);
  const layers = layOutLayers(ordered, metrics);
  // Lines of characters have no slope.
  if (metrics !== pixels) return layers;
  const sites = layOutSites(ordered, metrics);
  return confusionIn(sites) <= confusionIn(layers) ? sites : layers;
}
