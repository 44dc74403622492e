import type { Network } from './network.js';
import { pixels, type Metrics, type PictureLayout, type Point } from './placed.js';
import { moveTogether } from './geometry/apart.js';
import { clustersOf, placedClusters } from './clusters.js';
import { inRings } from './geometry/rings.js';
import { farOf, spreadOut, type Edge } from './geometry/spread.js';
import { untangled, type PatchPlace } from './geometry/untangle.js';

/** All distances between more clusters take too long to work out. */
const MOST_SPREAD = 150;
/** How many orders on a circle are tried. */
const ORDERS = 3;
/** How much further apart clusters are than they need to be, so that links pass between them. */
const STRETCH = 1.4;

/** Places a large network, routers with their hosts as one, so that few links cross. */
export function layOutLarge(network: Network, metrics: Metrics): PictureLayout {
  const clusters = clustersOf(network, metrics);
  const numbers = new Map(
    clusters.flatMap(({ head, hosts }, nth) => [head, ...hosts].map(({ name }) => [name, nth] as const)),
  );
  const edges = network.links.flatMap(({ a, b }): readonly Edge[] => {
    const [from, to] = [numbers.get(a), numbers.get(b)];
    return from === undefined || to === undefined || from === to ? [] : [[from, to]];
  });
  const together = (points: readonly Point[]): readonly PatchPlace[] =>
    moveTogether(
      clusters.map(({ width, height }, nth) => ({ at: points[nth] ?? { x: 0, y: 0 }, width, height })),
      metrics.nodeGap,
    ).map((middle) => ({ middle, isUp: false }));
  const rings = together(inRings(clusters, edges, metrics.rankGap));
  // Lines of characters have no slope.
  if (metrics !== pixels) return placedClusters(network, clusters, rings, metrics);
  const apart = Math.max(...clusters.map(({ width, height }) => Math.max(width, height))) + metrics.linkGap;
  const asns = clusters.map(({ head }) => head.asn);
  const far = clusters.length > MOST_SPREAD ? undefined : farOf(asns, edges);
  const spread = Array.from({ length: far === undefined ? 0 : ORDERS }, (_, nth) =>
    together(spreadOut(far ?? [], nth).map(({ x, y }) => ({ x: x * apart, y: y * apart }))),
  );
  const patches = clusters.map(({ width, height }) => ({ width, height, headHeight: metrics.height }));
  const starts = [rings, ...spread].map((places) =>
    places.map(({ middle: { x, y }, isUp }) => ({ middle: { x: x * STRETCH, y: y * STRETCH }, isUp })),
  );
  return placedClusters(network, clusters, untangled(patches, edges, starts, metrics.nodeGap), metrics);
}
