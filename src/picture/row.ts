import type { Metrics, PictureLayout, PlacedNode, Point } from './placed.js';
import type { Network, NetworkNode } from './network.js';

/** More routers in a row are wider than a page. */
const MOST_ROUTERS = 6;
/** Beside each other, at one router and one side of it. */
const MOST_HOSTS = 4;

interface Column {
  readonly router: NetworkNode;
  readonly above: readonly NetworkNode[];
  readonly below: readonly NetworkNode[];
}

/**
 * Routers in a row, each with its clients above and its other hosts below. Undefined where the routers are no row, or a
 * host has not just one link.
 */
export function layOutRow(network: Network, metrics: Metrics): PictureLayout | undefined {
  const columns = columnsOf(network);
  if (columns === undefined) return undefined;
  const { margin, nodeGap, linkGap, rankGap, height, widthOf } = metrics;
  const widthOfAll = (nodes: readonly NetworkNode[]): number =>
    nodes.reduce((sum, node) => sum + widthOf(node) + nodeGap, -nodeGap);
  const hasAbove = columns.some(({ above }) => above.length > 0);
  const hasBelow = columns.some(({ below }) => below.length > 0);
  const top = margin + height / 2;
  const middle = top + (hasAbove ? height + rankGap : 0);
  const bottom = middle + (hasBelow ? height + rankGap : 0);
  const placed = new Map<string, PlacedNode>();
  let left = margin;
  for (const { router, above, below } of columns) {
    const own = widthOf(router);
    const width = Math.max(own, widthOfAll(above), widthOfAll(below));
    const x = left + width / 2;
    placed.set(router.name, { ...router, at: { x, y: middle }, width: own });
    for (const [nodes, y] of [
      [above, top],
      [below, bottom],
    ] as const) {
      let from = x - widthOfAll(nodes) / 2;
      for (const node of nodes) {
        const nodeWidth = widthOf(node);
        placed.set(node.name, { ...node, at: { x: from + nodeWidth / 2, y }, width: nodeWidth });
        from += nodeWidth + nodeGap;
      }
    }
    left += width + linkGap;
  }
  const nodes = network.nodes.flatMap(({ name }) => placed.get(name) ?? []);
  return {
    width: left - linkGap + margin,
    height: bottom + height / 2 + margin,
    nodes,
    links: network.links.map((link) => ({
      ...link,
      points: pointsBetween(placed.get(link.a), placed.get(link.b), height),
    })),
  };
}

/** Straight, from the border of one to the border of the other. */
function pointsBetween(a: PlacedNode | undefined, b: PlacedNode | undefined, height: number): readonly Point[] {
  if (a === undefined || b === undefined) return [];
  if (a.at.y === b.at.y) {
    const to = Math.sign(b.at.x - a.at.x);
    return [
      { x: a.at.x + (to * a.width) / 2, y: a.at.y },
      { x: b.at.x - (to * b.width) / 2, y: b.at.y },
    ];
  }
  const to = Math.sign(b.at.y - a.at.y) * (height / 2);
  return [
    { x: a.at.x, y: a.at.y + to },
    { x: b.at.x, y: b.at.y - to },
  ];
}

function columnsOf({ nodes, links }: Network): readonly Column[] | undefined {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const routers = nodes.filter(({ role }) => role === 'transit');
  const isTransit = (name: string): boolean => byName.get(name)?.role === 'transit';
  const linksOf = (name: string): readonly string[] =>
    links.filter(({ a, b }) => a === name || b === name).map(({ a, b }) => (a === name ? b : a));
  const order = inOrder(
    routers.map(({ name }) => name),
    (name) => linksOf(name).filter(isTransit),
  );
  if (order === undefined) return undefined;
  const hosts = new Map<string, NetworkNode[]>(order.map((name) => [name, []]));
  for (const node of nodes) {
    if (node.role === 'transit') continue;
    const [router, ...others] = linksOf(node.name);
    const own = router === undefined || others.length > 0 ? undefined : hosts.get(router);
    if (own === undefined) return undefined;
    own.push(node);
  }
  const columns = order.flatMap((name): readonly Column[] => {
    const router = byName.get(name);
    const own = hosts.get(name) ?? [];
    return router === undefined
      ? []
      : [
          {
            router,
            above: own.filter(({ role }) => role === 'client'),
            below: own.filter(({ role }) => role !== 'client'),
          },
        ];
  });
  return columns.every(({ above, below }) => above.length <= MOST_HOSTS && below.length <= MOST_HOSTS)
    ? columns
    : undefined;
}

/** From one end of the row to the other, the end that comes first in the file at first; undefined where it is no row. */
function inOrder(
  names: readonly string[],
  neighborsOf: (name: string) => readonly string[],
): readonly string[] | undefined {
  const [first] = names;
  if (first === undefined || names.length > MOST_ROUTERS) return undefined;
  const ends = names.filter((name) => neighborsOf(name).length === 1);
  const begin = names.length === 1 ? first : ends[0];
  if (begin === undefined || names.some((name) => neighborsOf(name).length > 2)) return undefined;
  const order = [begin];
  for (let at: string | undefined = begin; at !== undefined;) {
    const next: string | undefined = neighborsOf(at).find((name) => !order.includes(name));
    if (next !== undefined) order.push(next);
    at = next;
  }
  return order.length === names.length ? order : undefined;
}
