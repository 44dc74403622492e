import { moveTogether } from './apart.js';
import { hostsBeside, type Network, type NetworkNode } from './network.js';
import type { Metrics, PictureLayout, PlacedNode, Point } from './placed.js';

/** Hosts below their router, in so many columns. */
const HOST_COLUMNS = 2;
const HOST_GAP = 4;
/** A chord is shorter than its arc. */
const SPARE = 1.1;

/** A router with the hosts that have no other link: they are placed together. */
interface Cluster {
  readonly head: NetworkNode;
  readonly hosts: readonly NetworkNode[];
  readonly width: number;
  readonly height: number;
  /** Of the circle around it. */
  readonly diameter: number;
}

interface Branch {
  readonly cluster: Cluster;
  readonly depth: number;
  readonly children: readonly Branch[];
  /** How much of the circle it needs, as a length. */
  readonly share: number;
}

/** Places a large network in rings around its middle; hosts stand below their routers. */
export function layOutRings(network: Network, metrics: Metrics): PictureLayout {
  const clusters = clustersOf(network, metrics);
  const root = treeOf(clusters, neighborsOf(network, clusters));
  const radii = radiiOf(root, metrics);
  const middles = new Map<string, Point>();
  const place = (branch: Branch, fromAngle: number, angle: number): void => {
    const radius = radii[branch.depth] ?? 0;
    const at = fromAngle + angle / 2;
    middles.set(branch.cluster.head.name, { x: radius * Math.cos(at), y: radius * Math.sin(at) });
    const all = branch.children.reduce((sum, { share }) => sum + share, 0);
    let next = fromAngle;
    for (const child of branch.children) {
      const part = (angle * child.share) / all;
      place(child, next, part);
      next += part;
    }
  };
  place(root, -Math.PI / 2, 2 * Math.PI);
  const all = [...clusters.values()];
  const points = moveTogether(
    all.map(({ head, width, height }) => ({ at: middles.get(head.name) ?? { x: 0, y: 0 }, width, height })),
    metrics.nodeGap,
  );
  const placed = new Map(
    all.flatMap((cluster, nth) =>
      placeCluster(cluster, points[nth] ?? { x: 0, y: 0 }, metrics).map((node) => [node.name, node]),
    ),
  );
  return fitted(network, placed, metrics);
}

/** Moved to where all is in sight, with a straight link between the middles of its two nodes. */
function fitted(network: Network, placed: ReadonlyMap<string, PlacedNode>, metrics: Metrics): PictureLayout {
  const { height, margin } = metrics;
  const all = [...placed.values()];
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

function clustersOf(network: Network, metrics: Metrics): ReadonlyMap<string, Cluster> {
  return new Map(
    [...hostsBeside(network)].map(([head, hosts]) => [head.name, clusterOf(head, hosts, metrics)] as const),
  );
}

function clusterOf(head: NetworkNode, hosts: readonly NetworkNode[], { height, widthOf }: Metrics): Cluster {
  const rows = Math.ceil(hosts.length / HOST_COLUMNS);
  const columns = Math.min(hosts.length, HOST_COLUMNS);
  const hostWidth = Math.max(0, ...hosts.map(widthOf));
  const width = Math.max(widthOf(head), columns * (hostWidth + HOST_GAP) - HOST_GAP);
  const tall = height + rows * (height + HOST_GAP);
  return { head, hosts, width, height: tall, diameter: Math.hypot(width, tall) };
}

function placeCluster(
  { head, hosts, height: tall }: Cluster,
  middle: Point,
  { height, widthOf }: Metrics,
): readonly PlacedNode[] {
  const top = middle.y - tall / 2 + height / 2;
  const hostWidth = Math.max(0, ...hosts.map(widthOf));
  const columns = Math.min(hosts.length, HOST_COLUMNS);
  const left = middle.x - (columns * (hostWidth + HOST_GAP) - HOST_GAP) / 2 + hostWidth / 2;
  return [
    { ...head, at: { x: middle.x, y: top }, width: widthOf(head) },
    ...hosts.map((host, nth) => ({
      ...host,
      at: {
        x: left + (nth % HOST_COLUMNS) * (hostWidth + HOST_GAP),
        y: top + (Math.floor(nth / HOST_COLUMNS) + 1) * (height + HOST_GAP),
      },
      width: hostWidth,
    })),
  ];
}

function neighborsOf(
  { links }: Network,
  clusters: ReadonlyMap<string, Cluster>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const neighbors = new Map<string, Set<string>>([...clusters.keys()].map((name) => [name, new Set()]));
  for (const { a, b } of links) {
    if (!clusters.has(a) || !clusters.has(b)) continue;
    neighbors.get(a)?.add(b);
    neighbors.get(b)?.add(a);
  }
  return neighbors;
}

/** The tree of shortest ways from the middle; what no way leads to hangs on the middle too. */
function treeOf(clusters: ReadonlyMap<string, Cluster>, neighbors: ReadonlyMap<string, ReadonlySet<string>>): Branch {
  const names = [...clusters.keys()];
  const middle = middleOf(names, neighbors);
  const children = new Map<string, string[]>();
  const found = new Set([middle]);
  const explore = (): void => {
    for (const name of found) {
      for (const next of neighbors.get(name) ?? []) {
        if (found.has(next)) continue;
        found.add(next);
        children.set(name, [...(children.get(name) ?? []), next]);
      }
    }
  };
  explore();
  for (const name of names) {
    if (found.has(name)) continue;
    children.set(middle, [...(children.get(middle) ?? []), name]);
    found.add(name);
    explore();
  }
  const branch = (name: string, depth: number): Branch => {
    const own = (children.get(name) ?? []).map((child) => branch(child, depth + 1));
    const cluster = clusters.get(name);
    if (cluster === undefined) throw new RangeError(`no cluster ${name}`);
    return {
      cluster,
      depth,
      children: own,
      share: Math.max(
        cluster.diameter,
        own.reduce((sum, { share }) => sum + share, 0),
      ),
    };
  };
  return branch(middle, 0);
}

/** The one with the most neighbors: it is where large networks come together. */
function middleOf(names: readonly string[], neighbors: ReadonlyMap<string, ReadonlySet<string>>): string {
  const degree = (name: string): number => neighbors.get(name)?.size ?? 0;
  return names.reduce((most, name) => (degree(name) > degree(most) ? name : most), names[0] ?? '');
}

/** Of each ring: so that what stands on it has room, and so that it has room from the ring within. */
function radiiOf(root: Branch, { rankGap }: Metrics): readonly number[] {
  const rings: Branch[][] = [];
  const collect = (branch: Branch): void => {
    (rings[branch.depth] ??= []).push(branch);
    branch.children.forEach(collect);
  };
  collect(root);
  // Of the length of the whole circle, a branch gets the product of its parts on the way out.
  const parts = new Map<Branch, number>([[root, 1]]);
  for (const branch of rings.flat()) {
    const all = branch.children.reduce((sum, { share }) => sum + share, 0);
    for (const child of branch.children) parts.set(child, ((parts.get(branch) ?? 0) * child.share) / all);
  }
  const largest = (ring: readonly Branch[]): number => Math.max(...ring.map(({ cluster }) => cluster.diameter));
  const radii = [0];
  rings.slice(1).forEach((ring, nth) => {
    const within = rings[nth] ?? [];
    const least = (radii[nth] ?? 0) + largest(within) / 2 + largest(ring) / 2 + rankGap / 2;
    const needed = ring.map((branch) => (SPARE * branch.cluster.diameter) / (2 * Math.PI * (parts.get(branch) ?? 1)));
    radii.push(Math.max(least, ...needed));
  });
  return radii;
}
