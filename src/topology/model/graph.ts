import type { NodeKind, Topology } from './topology.js';

/** Links that are one Ethernet segment: a single link, or all links that switches join. */
export interface Segment {
  readonly id: number;
  /** Routers and hosts, each once for every interface it has on the segment. */
  readonly routers: readonly string[];
  readonly hosts: readonly string[];
}

/** How the nodes of a topology hang together. */
export interface Graph {
  /** The segment of each link, by its position in `topology.links`. */
  readonly segmentOfLink: readonly Segment[];
  /** The segments a router or host is on. */
  segmentsOf(node: string): readonly Segment[];
  /** The islands a router or host is on: routers that packets can pass between share one. Hosts do not forward. */
  islandsOf(node: string): ReadonlySet<number>;
}

/** Works out segments and islands in one pass over the links. */
export function buildGraph(topology: Topology): Graph {
  const kinds = new Map(topology.nodes.map(({ name, kind }) => [name, kind]));
  const segmentOfLink = findSegments(topology, kinds);
  const segmentsByNode = new Map<string, Set<Segment>>();
  const islands = new Groups<string>();
  for (const segment of new Set(segmentOfLink)) {
    for (const node of [...segment.routers, ...segment.hosts]) {
      const known = segmentsByNode.get(node);
      if (known === undefined) segmentsByNode.set(node, new Set([segment]));
      else known.add(segment);
    }
    for (const router of segment.routers) islands.join(router, segment.routers[0] ?? router);
  }
  const segmentsOf = (node: string): readonly Segment[] => [...(segmentsByNode.get(node) ?? [])];
  const islandsOf = (node: string): ReadonlySet<number> =>
    new Set(segmentsOf(node).flatMap(({ routers: [router] }) => (router === undefined ? [] : [islands.idOf(router)])));
  return { segmentOfLink, segmentsOf, islandsOf };
}

/** Sets of things that are joined two at a time (union-find). */
export class Groups<T> {
  readonly #ids = new Map<T, number>();
  readonly #parents: number[] = [];

  /** Joins the groups of two things; false where they are one already. */
  join(a: T, b: T): boolean {
    const [groupA, groupB] = [this.idOf(a), this.idOf(b)];
    this.#parents[groupB] = groupA;
    return groupA !== groupB;
  }

  /** The number of the group a thing is in: the same for all in it, until the next join. */
  idOf(thing: T): number {
    let id = this.#ids.get(thing);
    if (id === undefined) {
      id = this.#parents.length;
      this.#ids.set(thing, id);
      this.#parents.push(id);
    }
    for (let parent = this.#parents[id]; parent !== undefined && parent !== id; parent = this.#parents[id]) {
      // Path halving keeps the chains short, so that a long line of switches costs no more than a star.
      this.#parents[id] = this.#parents[parent] ?? parent;
      id = parent;
    }
    return id;
  }
}

function findSegments(topology: Topology, kinds: ReadonlyMap<string, NodeKind>): readonly Segment[] {
  const groups = new Groups<string | number>();
  topology.links.forEach(({ ends }, position) => {
    for (const { node } of ends) if (kinds.get(node) === 'switch') groups.join(node, position);
  });
  const segments = new Map<number, { id: number; routers: string[]; hosts: string[] }>();
  return topology.links.map(({ ends }, position) => {
    const id = groups.idOf(position);
    const segment = segments.get(id) ?? { id, routers: [], hosts: [] };
    segments.set(id, segment);
    for (const { node } of ends) {
      const kind = kinds.get(node);
      if (kind === 'router') segment.routers.push(node);
      if (kind === 'host') segment.hosts.push(node);
    }
    return segment;
  });
}
