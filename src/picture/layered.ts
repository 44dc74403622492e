import * as dagre from '@dagrejs/dagre';
import { isClient, type Metrics, type PictureLayout, type Point } from './placed.js';
import type { Network } from './network.js';

/** The part of dagre that is used: its own declarations lack the endings of files that ECMAScript modules need. */
interface Layering {
  setGraph(settings: Readonly<Record<string, string | number>>): void;
  setNode(name: string, size: { readonly width: number; readonly height: number }): void;
  setEdge(from: string, to: string, label: object, key: string): void;
  /** Of the whole, once it is laid out. */
  graph(): { readonly width?: number; readonly height?: number };
  node(name: string): Point;
  edge(from: string, to: string, key: string): { readonly points: readonly Point[] } | undefined;
}
const { Graph, layout } = dagre as unknown as {
  readonly Graph: new (options: { readonly multigraph: boolean }) => Layering;
  readonly layout: (graph: Layering) => void;
};

/** Above all clients, and not drawn: it keeps them in one row. */
const ABOVE = 'above';

/** Places clients above, and everything else below in the order of its distance from them. */
export function layOutLayers({ nodes, links }: Network, metrics: Metrics): PictureLayout {
  const { height: nodeHeight, widthOf, nodeGap, edgeGap, rankGap, margin } = metrics;
  const ranks = distances({ nodes, links });
  const places = new Map(nodes.map(({ name }, nth) => [name, nth]));
  // Names come from files; the graph keeps its nodes in plain objects, whose own keys they must not meet.
  const keyOf = (name: string): string => `n${String(places.get(name))}`;
  // No two are alike, so that links drawn downwards make no circle.
  const orderOf = (name: string): number => (ranks.get(name) ?? 0) * nodes.length + (places.get(name) ?? 0);
  const ends = links.map(({ a, b }) =>
    orderOf(a) <= orderOf(b) ? ([keyOf(a), keyOf(b)] as const) : ([keyOf(b), keyOf(a)] as const),
  );

  const graph = new Graph({ multigraph: true });
  graph.setGraph({
    rankdir: 'TB',
    nodesep: nodeGap,
    edgesep: edgeGap,
    ranksep: rankGap,
    marginx: margin,
    marginy: margin,
  });
  for (const node of nodes) graph.setNode(keyOf(node.name), { width: widthOf(node), height: nodeHeight });
  ends.forEach(([upper, lower], nth) => {
    graph.setEdge(upper, lower, {}, String(nth));
  });
  const clients = nodes.filter(isClient);
  if (clients.length > 1) {
    graph.setNode(ABOVE, { width: 0, height: 0 });
    for (const { name } of clients) graph.setEdge(ABOVE, keyOf(name), { weight: 50 }, ABOVE);
  }
  layout(graph);

  const { width = 0, height = 0 } = graph.graph();
  const top =
    nodes.reduce((least, { name }) => Math.min(least, graph.node(keyOf(name)).y - nodeHeight / 2), height) - margin;
  const moved = ({ x, y }: Point): Point => ({ x, y: y - top });
  return {
    width,
    height: height - top,
    nodes: nodes.map((node) => ({ ...node, at: moved(graph.node(keyOf(node.name))), width: widthOf(node) })),
    links: links.map((link, nth) => {
      const [upper = '', lower = ''] = ends[nth] ?? [];
      return { ...link, points: graph.edge(upper, lower, String(nth))?.points.map(moved) ?? [] };
    }),
  };
}

/** How many links each node is away from the nearest client, or from the first node where there is none. */
function distances({ nodes, links }: Network): ReadonlyMap<string, number> {
  const clients = nodes.filter(isClient);
  const starts = (clients.length > 0 ? clients : nodes.slice(0, 1)).map(({ name }) => name);
  const found = new Map(starts.map((name) => [name, 0]));
  for (let edge = starts; edge.length > 0;) {
    const next: string[] = [];
    for (const name of edge) {
      for (const { a, b } of links) {
        const other = a === name ? b : b === name ? a : undefined;
        if (other === undefined || found.has(other)) continue;
        found.set(other, (found.get(name) ?? 0) + 1);
        next.push(other);
      }
    }
    edge = next;
  }
  return found;
}
