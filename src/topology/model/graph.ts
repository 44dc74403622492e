import type { Link, NodeKind, Topology } from './topology.js';

/** Routers and hosts that one link joins, or switches join, in a file: before there is a plan, and without addresses. */
export interface BroadcastDomain {
  readonly id: number;
  /** Routers and hosts, each once for every interface it has on the domain. */
  readonly routers: readonly string[];
  readonly hosts: readonly string[];
}

/** How the nodes of a topology hang together. */
export interface Graph {
  /** The broadcast domain of each link, by its position in `topology.links`. */
  readonly domainOfLink: readonly BroadcastDomain[];
  /** The broadcast domains a router or host is on. */
  domainsOf(node: string): readonly BroadcastDomain[];
  /** The islands a router or host is on: routers that packets can pass between share one. Hosts do not forward. */
  islandsOf(node: string): ReadonlySet<number>;
}

/** Works out broadcast domains and islands in one pass over the links. */
export function buildGraph(topology: Topology): Graph {
  const kinds = new Map(topology.nodes.map(({ name, kind }) => [name, kind]));
  const domainOfLink = findDomains(topology, kinds);
  const domainsByNode = new Map<string, Set<BroadcastDomain>>();
  const islands = new Groups<string>();
  for (const domain of new Set(domainOfLink)) {
    for (const node of [...domain.routers, ...domain.hosts]) {
      const known = domainsByNode.get(node);
      if (known === undefined) domainsByNode.set(node, new Set([domain]));
      else known.add(domain);
    }
    for (const router of domain.routers) islands.join(router, domain.routers[0] ?? router);
  }
  const domainsOf = (node: string): readonly BroadcastDomain[] => [...(domainsByNode.get(node) ?? [])];
  const islandsOf = (node: string): ReadonlySet<number> =>
    new Set(domainsOf(node).flatMap(({ routers: [router] }) => (router === undefined ? [] : [islands.idOf(router)])));
  return { domainOfLink, domainsOf, islandsOf };
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

function findDomains(topology: Topology, kinds: ReadonlyMap<string, NodeKind>): readonly BroadcastDomain[] {
  const groups = new Groups<string | number>();
  topology.links.forEach(({ ends }, position) => {
    for (const { node } of ends) if (kinds.get(node) === 'switch') groups.join(node, position);
  });
  const domains = new Map<number, { id: number; routers: string[]; hosts: string[] }>();
  return topology.links.map(({ ends }, position) => {
    const id = groups.idOf(position);
    const domain = domains.get(id) ?? { id, routers: [], hosts: [] };
    domains.set(id, domain);
    for (const { node } of ends) {
      const kind = kinds.get(node);
      if (kind === 'router') domain.routers.push(node);
      if (kind === 'host') domain.hosts.push(node);
    }
    return domain;
  });
}

/** What SRv6 adds to a packet: an IPv6 header, and a routing header with one segment (RFC 8986 section 5.1, RFC 8754 section 2). */
export const TUNNEL_BYTES = 64;
const USUAL_MTU = 1500;

/** What the links between routers must take, so that any packet that a host sends can be steered. */
export function steeredMtu({ links, nodes }: Pick<Topology, 'links' | 'nodes'>): number {
  const hosts = new Set(nodes.filter(({ kind }) => kind === 'host').map(({ name }) => name));
  const atHosts = links.filter(({ ends }) => ends.some(({ node }) => hosts.has(node)));
  return Math.max(...atHosts.map(({ mtu }) => mtu ?? USUAL_MTU), 0) + TUNNEL_BYTES;
}

/**
 * The interface names at both ends of every link, in the order of `links`. An end that names its interface keeps it;
 * the others of a node are eth1, eth2, ... in the order of the links, without the names that are taken.
 */
export function assignInterfaces(links: readonly Link[]): readonly (readonly [string, string])[] {
  const taken = new Map<string, Set<string>>();
  for (const end of links.flatMap(({ ends }) => ends)) {
    if (end.interface === undefined) continue;
    const names = taken.get(end.node);
    if (names === undefined) taken.set(end.node, new Set([end.interface]));
    else names.add(end.interface);
  }
  const last = new Map<string, number>();
  const nextFree = (node: string): string => {
    let number = (last.get(node) ?? 0) + 1;
    while (taken.get(node)?.has(`eth${number}`)) number++;
    last.set(node, number);
    return `eth${number}`;
  };
  return links.map(({ ends: [a, b] }) => [a.interface ?? nextFree(a.node), b.interface ?? nextFree(b.node)]);
}
