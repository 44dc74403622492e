import { hostsBeside, lookOf, type Network, type NetworkNode } from './network.js';
import { nodeHeight, type Metrics, type PictureLayout, type PlacedNode, type Point } from './placed.js';
import { moveTogether, shiftAside } from './geometry/apart.js';
import { COVERED, cross, passes } from './geometry/lines.js';
import { straightened } from './geometry/straight.js';
import { farOf, spreadOut, type Edge } from './geometry/spread.js';

/** Beside each other, at one router and one side of it. */
const MOST_IN_ROW = 3;
/** Pages are wider than high. */
const FLATTER = 0.72;
/** How many orders on a circle are tried, each in several directions. */
const ORDERS = 5;
const FEW_SITES = 24;
/** As near to a link as that, a node seems to be on it. */
const BESIDE = 4;
/** How far apart sites are before they are moved together, and how much flatter than they are wide. */
const beginnings = [
  [1, 0.72],
  [1.5, 0.72],
  [2.2, 0.72],
  [1.5, 0.35],
  [2.5, 0.3],
] as const;
/** Sites that are moved further apart than they need to be, across and down: links then pass beside nodes. */
const stretches = [
  [1, 1],
  [1.4, 1],
  [1.8, 1],
  [1.3, 1.3],
  [2, 1.3],
] as const;
/** So many of the best results are improved by moving single sites: of few sites many, of many few, as each takes longer. */
const SHIFTED_OF_ONE = 1440;
/** About a crossing: what was better from the beginning stays unless another has become clearly better. */
const WORTH_ANOTHER = 0.8;
/** What twice the size is worth, in crossings. */
const WIDE = 0.4;
/** How much wider than high a page is. */
const PAGE = 1.5;

/** A router with the clients above it and the other hosts below it that have no other link: they are placed together. */
interface Site {
  readonly head: NetworkNode;
  readonly above: readonly (readonly NetworkNode[])[];
  readonly below: readonly (readonly NetworkNode[])[];
  readonly width: number;
  readonly height: number;
  /** From its middle down to that of its router. */
  readonly headY: number;
}

/** Places sites so that they are as far from each other as links lead, and of several results takes the one with the fewest crossings. */
export function layOutSites(network: Network, metrics: Metrics): PictureLayout {
  const sites = sitesOf(network, metrics);
  const numbers = new Map(sites.flatMap((site, nth) => nodesOf(site).map(({ name }) => [name, nth] as const)));
  const edges = network.links.flatMap(({ a, b }): readonly Edge[] => {
    const [from, to] = [numbers.get(a), numbers.get(b)];
    return from === undefined || to === undefined || from === to ? [] : [[from, to]];
  });
  const far = farOf(
    sites.map(({ head }) => head.asn),
    edges,
  );
  const unit = Math.max(...sites.map(({ width, height }) => Math.max(width, height / FLATTER))) + metrics.linkGap;
  const turns = sites.length > FEW_SITES ? 4 : 12;
  const tries = Array.from({ length: ORDERS }, (_, nth) => spreadOut(far, nth)).flatMap((spread) =>
    Array.from({ length: turns * 2 * beginnings.length }, (_, nth) => {
      const angle = (2 * Math.PI * nth) / turns;
      const mirror = nth % (2 * turns) < turns ? 1 : -1;
      const [scale, flatness] = beginnings[Math.floor(nth / turns / 2)] ?? [1, 1];
      return moveTogether(
        sites.map(({ width, height }, site) => {
          const { x, y } = turnedBy(spread[site] ?? { x: 0, y: 0 }, angle);
          return { at: { x: x * unit * scale * mirror, y: y * unit * scale * flatness }, width, height };
        }),
        metrics.linkGap,
      );
    }).flatMap((near) =>
      stretches.map(([across, down]) => {
        const middles = near.map(({ x, y }) => ({ x: x * across, y: y * down }));
        return { middles, cost: costOf(sites, middles, edges, metrics) + WIDE * (across * down - 1) };
      }),
    ),
  );
  const shifted = tries
    .toSorted((one, other) => one.cost - other.cost)
    .slice(0, sites.length > FEW_SITES ? 1 : Math.max(2, SHIFTED_OF_ONE / sites.length ** 2))
    .map(({ middles }) => {
      const blocks = sites.map(({ width, height }, nth) => ({ at: middles[nth] ?? { x: 0, y: 0 }, width, height }));
      return shiftAside(blocks, metrics.nodeGap, (points) => costOf(sites, points, edges, metrics));
    });
  const best = shifted.reduce((least, each) => (each.cost < least.cost - WORTH_ANOTHER ? each : least));
  const blocks = sites.map(({ width, height, headY }, nth) => ({
    at: best.points[nth] ?? { x: 0, y: 0 },
    width,
    height,
    headY,
  }));
  const straight = straightened(blocks, edges, metrics.nodeGap, (points) => costOf(sites, points, edges, metrics));
  return placed(network, sites, straight, metrics);
}

function sitesOf(network: Network, metrics: Metrics): readonly Site[] {
  return [...hostsBeside(network)].map(([head, hosts]) => siteOf(head, hosts, metrics));
}

function siteOf(head: NetworkNode, hosts: readonly NetworkNode[], metrics: Metrics): Site {
  const rowsOf = (nodes: readonly NetworkNode[]): readonly (readonly NetworkNode[])[] =>
    Array.from({ length: Math.ceil(nodes.length / MOST_IN_ROW) }, (_, nth) =>
      nodes.slice(nth * MOST_IN_ROW, (nth + 1) * MOST_IN_ROW),
    );
  const above = rowsOf(hosts.filter((node) => lookOf(node) === 'client'));
  const below = rowsOf(hosts.filter((node) => lookOf(node) !== 'client'));
  const { height, rankGap } = metrics;
  const rows = above.length + 1 + below.length;
  return {
    head,
    above,
    below,
    width: Math.max(metrics.widthOf(head), ...[...above, ...below].map((row) => widthOfRow(row, metrics))),
    height: rows * height + (rows - 1) * rankGap,
    headY: ((above.length - below.length) * (height + rankGap)) / 2,
  };
}

function widthOfRow(row: readonly NetworkNode[], { widthOf, nodeGap }: Metrics): number {
  return row.reduce((sum, node) => sum + widthOf(node) + nodeGap, -nodeGap);
}

function nodesOf({ head, above, below }: Site): readonly NetworkNode[] {
  return [head, ...above.flat(), ...below.flat()];
}

/** Links that cross, and nodes that links pass behind; of equal ones, what is as wide as a page, and short. */
function costOf(sites: readonly Site[], middles: readonly Point[], edges: readonly Edge[], metrics: Metrics): number {
  const lines = edges.flatMap(([from, to]) => {
    const [a, b] = [headAt(sites[from], middles[from]), headAt(sites[to], middles[to])];
    return a === undefined || b === undefined ? [] : [{ from, to, a, b }];
  });
  const nodes = sites.flatMap((site, nth) =>
    placedSite(site, middles[nth] ?? { x: 0, y: 0 }, metrics).map((node) => ({ node, site, nth })),
  );
  const extent = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);
  const width = extent(nodes.flatMap(({ node: { at, width: own } }) => [at.x - own / 2, at.x + own / 2]));
  const height = extent(nodes.flatMap(({ node: { at } }) => [at.y - nodeHeight / 2, at.y + nodeHeight / 2]));
  let cost = 0.8 * Math.abs(Math.log(width / height / PAGE));
  for (const [nth, line] of lines.entries()) {
    cost += Math.hypot(line.a.x - line.b.x, line.a.y - line.b.y) / 20_000;
    for (const other of lines.slice(nth + 1)) {
      const isApart = ![other.from, other.to].some((end) => end === line.from || end === line.to);
      if (isApart && cross(line.a, line.b, other.a, other.b)) cost += 1;
    }
    for (const { node, site, nth: own } of nodes) {
      const isEnd = node.name === site.head.name && (own === line.from || own === line.to);
      if (!isEnd && passes(line.a, line.b, node.at, node.width / 2 + BESIDE, nodeHeight / 2 + BESIDE)) cost += COVERED;
    }
  }
  return cost;
}

function turnedBy({ x, y }: Point, angle: number): Point {
  return { x: x * Math.cos(angle) - y * Math.sin(angle), y: x * Math.sin(angle) + y * Math.cos(angle) };
}

function headAt(site: Site | undefined, middle: Point | undefined): Point | undefined {
  return site === undefined || middle === undefined ? undefined : { x: middle.x, y: middle.y + site.headY };
}

/** All nodes of all sites, moved to where all is in sight, with a straight link between the middles of two nodes. */
function placed(network: Network, sites: readonly Site[], middles: readonly Point[], metrics: Metrics): PictureLayout {
  const all = new Map(
    sites.flatMap((site, nth) =>
      placedSite(site, middles[nth] ?? { x: 0, y: 0 }, metrics).map((node) => [node.name, node] as const),
    ),
  );
  const { margin } = metrics;
  const nodes = network.nodes.flatMap(({ name }) => all.get(name) ?? []);
  const left = Math.min(...nodes.map(({ at, width }) => at.x - width / 2)) - margin;
  const top = Math.min(...nodes.map(({ at }) => at.y - nodeHeight / 2)) - margin;
  const moved = nodes.map((node) => ({ ...node, at: { x: node.at.x - left, y: node.at.y - top } }));
  const ats = new Map(moved.map(({ name, at }) => [name, at]));
  return {
    width: Math.max(...moved.map(({ at, width }) => at.x + width / 2)) + margin,
    height: Math.max(...moved.map(({ at }) => at.y + nodeHeight / 2)) + margin,
    nodes: moved,
    links: network.links.map((link) => ({
      ...link,
      points: [ats.get(link.a), ats.get(link.b)].filter((point) => point !== undefined),
    })),
  };
}

function placedSite(site: Site, middle: Point, metrics: Metrics): readonly PlacedNode[] {
  const { height, rankGap, nodeGap, widthOf } = metrics;
  const headY = middle.y + site.headY;
  const rowAt = (row: readonly NetworkNode[], y: number): readonly PlacedNode[] => {
    let left = middle.x - widthOfRow(row, metrics) / 2;
    return row.map((node) => {
      const width = widthOf(node);
      const at = { x: left + width / 2, y };
      left += width + nodeGap;
      return { ...node, at, width };
    });
  };
  return [
    { ...site.head, at: { x: middle.x, y: headY }, width: widthOf(site.head) },
    ...site.above.flatMap((row, nth) => rowAt(row, headY - (site.above.length - nth) * (height + rankGap))),
    ...site.below.flatMap((row, nth) => rowAt(row, headY + (nth + 1) * (height + rankGap))),
  ];
}
