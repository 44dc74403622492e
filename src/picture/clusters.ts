import type { PatchPlace } from './geometry/untangle.js';
import { hostsBeside, type Network, type NetworkNode } from './network.js';
import type { Metrics, PictureLayout, PlacedNode, Point } from './placed.js';

/** Beside their router, in so many columns. */
const HOST_COLUMNS = 2;
const HOST_GAP = 4;

/** A router with the hosts that have no other link: they are placed together. */
export interface Cluster {
  readonly head: NetworkNode;
  readonly hosts: readonly NetworkNode[];
  readonly width: number;
  readonly height: number;
  /** Of the circle around it. */
  readonly diameter: number;
}

/** The clusters of a network, in the order of its nodes. */
export function clustersOf(network: Network, metrics: Metrics): readonly Cluster[] {
  return [...hostsBeside(network)].map(([head, hosts]) => clusterOf(head, hosts, metrics));
}

function clusterOf(head: NetworkNode, hosts: readonly NetworkNode[], { height, widthOf }: Metrics): Cluster {
  const rows = Math.ceil(hosts.length / HOST_COLUMNS);
  const columns = Math.min(hosts.length, HOST_COLUMNS);
  const hostWidth = Math.max(0, ...hosts.map(widthOf));
  const width = Math.max(widthOf(head), columns * (hostWidth + HOST_GAP) - HOST_GAP);
  const tall = height + rows * (height + HOST_GAP);
  return { head, hosts, width, height: tall, diameter: Math.hypot(width, tall) };
}

/** All nodes of all clusters, moved to where all is in sight, with a straight link between the middles of two nodes. */
export function placedClusters(
  network: Network,
  clusters: readonly Cluster[],
  places: readonly PatchPlace[],
  metrics: Metrics,
): PictureLayout {
  const { height, margin } = metrics;
  const all = clusters.flatMap((cluster, nth) => {
    const place = places[nth];
    return place === undefined ? [] : placedCluster(cluster, place, metrics);
  });
  const placed = new Map(all.map((node) => [node.name, node]));
  const left = Math.min(...all.map(({ at, width }) => at.x - width / 2)) - margin;
  const top = Math.min(...all.map(({ at }) => at.y - height / 2)) - margin;
  const moved = ({ x, y }: Point): Point => ({ x: x - left, y: y - top });
  const nodes = network.nodes.flatMap(({ name }): readonly PlacedNode[] => {
    const node = placed.get(name);
    return node === undefined ? [] : [{ ...node, at: moved(node.at) }];
  });
  const middles = new Map(nodes.map(({ name, at }) => [name, at]));
  return {
    width: Math.max(...nodes.map(({ at, width }) => at.x + width / 2)) + margin,
    height: Math.max(...nodes.map(({ at }) => at.y + height / 2)) + margin,
    nodes,
    links: network.links.map((link) => ({
      ...link,
      points: [middles.get(link.a), middles.get(link.b)].filter((point) => point !== undefined),
    })),
  };
}

function placedCluster(
  { head, hosts, height: tall }: Cluster,
  { middle, isUp }: PatchPlace,
  { height, widthOf }: Metrics,
): readonly PlacedNode[] {
  const down = isUp ? -1 : 1;
  const headY = middle.y - (down * (tall - height)) / 2;
  const hostWidth = Math.max(0, ...hosts.map(widthOf));
  const columns = Math.min(hosts.length, HOST_COLUMNS);
  const left = middle.x - (columns * (hostWidth + HOST_GAP) - HOST_GAP) / 2 + hostWidth / 2;
  return [
    { ...head, at: { x: middle.x, y: headY }, width: widthOf(head) },
    ...hosts.map((host, nth) => ({
      ...host,
      at: {
        x: left + (nth % HOST_COLUMNS) * (hostWidth + HOST_GAP),
        y: headY + down * (Math.floor(nth / HOST_COLUMNS) + 1) * (height + HOST_GAP),
      },
      width: hostWidth,
    })),
  ];
}
