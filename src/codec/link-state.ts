import type { Edge, RoutingGraph } from '../forecast/graph.js';
import { routerIdOf } from '../plan/addressing.js';

/** The content of a router's link-state database: links between nodes with their costs, and announced prefixes. */
export interface LinkState {
  readonly graph: RoutingGraph;
  /** Address -> who announces it, by router-id. */
  readonly announcers: ReadonlyMap<string, readonly string[]>;
}

interface RouterLsas {
  readonly routerLinkStates?: { readonly areas?: Readonly<Record<string, readonly RouterLsa[]>> };
}

interface RouterLsa {
  readonly advertisingRouter: string;
  readonly routerLinks?: Readonly<Record<string, RouterLink>>;
}

interface RouterLink {
  readonly linkType: string;
  readonly neighborRouterId?: string;
  readonly designatedRouterAddress?: string;
  readonly networkAddress?: string;
  readonly networkMask?: string;
  readonly tos0Metric: number;
}

interface NetworkLsas {
  readonly networkLinkStates?: { readonly areas?: Readonly<Record<string, readonly NetworkLsa[]>> };
}

interface NetworkLsa {
  /** The address of the designated router on the segment. */
  readonly linkStateId: string;
  /** FRR's spelling. */
  readonly attchedRouters?: Readonly<Record<string, { readonly attachedRouterId: string }>>;
}

/** Reads `show ip ospf database router|network|external json` (RFC 2328 section A.4). */
export function readOspfDatabase(router: unknown, network: unknown, external: unknown): LinkState {
  const { routerLinkStates } = (router ?? {}) as RouterLsas;
  const { networkLinkStates } = (network ?? {}) as NetworkLsas;
  const database = new DatabaseReader();
  for (const lsa of Object.values(routerLinkStates?.areas ?? {}).flat()) {
    for (const link of Object.values(lsa.routerLinks ?? {})) {
      const to =
        link.neighborRouterId ??
        (link.designatedRouterAddress === undefined ? undefined : segmentName(link.designatedRouterAddress));
      if (to !== undefined) database.link(lsa.advertisingRouter, to, link.tos0Metric);
      else if (link.networkMask === '255.255.255.255') database.announce(link.networkAddress, lsa.advertisingRouter);
    }
  }
  for (const lsa of Object.values(networkLinkStates?.areas ?? {}).flat()) {
    for (const { attachedRouterId } of Object.values(lsa.attchedRouters ?? {}))
      database.link(segmentName(lsa.linkStateId), attachedRouterId, 0);
  }
  for (const lsa of readExternal(external)) database.announce(lsa.address, lsa.router);
  return database.read();
}

interface Ospf6Database {
  readonly areaScopedLinkStateDb?: readonly { readonly lsa?: readonly Ospf6Lsa[] }[];
  readonly asScopedLinkStateDb?: readonly { readonly lsa?: readonly Ospf6Lsa[] }[];
}

interface Ospf6Lsa {
  readonly advertisingRouter: string;
  readonly linkStateId?: string;
  /** Letters of the options field; a node without the R bit carries nothing for others (RFC 5340 section A.2). */
  readonly options?: string;
  readonly lsaDescription?: readonly Ospf6Link[];
  /** Of a Network-LSA: the routers on the segment, the designated one among them. */
  readonly attachedRouter?: readonly string[];
  readonly prefix?: readonly { readonly prefix: string }[] | string;
}

interface Ospf6Link {
  readonly type: string;
  readonly metric: number;
  readonly neighborRouterId: string;
  readonly neighborInterfaceId: string;
}

/** Reads `show ipv6 ospf6 database router|network|intra-prefix|as-external detail json` (RFC 5340 section A.4). */
export function readOspf6Database(...answers: readonly unknown[]): LinkState {
  const database = new DatabaseReader();
  for (const answer of answers) {
    const { areaScopedLinkStateDb, asScopedLinkStateDb } = (answer ?? {}) as Ospf6Database;
    for (const lsa of [...(areaScopedLinkStateDb ?? []), ...(asScopedLinkStateDb ?? [])].flatMap(
      (scope) => scope.lsa ?? [],
    )) {
      if (lsa.lsaDescription !== undefined && !/\bR\b/.test(lsa.options ?? 'R'))
        database.endSystem(lsa.advertisingRouter);
      for (const link of lsa.lsaDescription ?? []) database.link(lsa.advertisingRouter, farEnd(link), link.metric);
      for (const router of lsa.attachedRouter ?? []) {
        database.link(segmentName(lsa.advertisingRouter, lsa.linkStateId ?? ''), router, 0);
      }
      const prefixes = typeof lsa.prefix === 'string' ? [lsa.prefix] : (lsa.prefix ?? []).map((each) => each.prefix);
      for (const prefix of prefixes) {
        if (prefix.endsWith('/128')) database.announce(prefix.slice(0, -'/128'.length), lsa.advertisingRouter);
      }
    }
  }
  return database.read();
}

/**
 * Reads `show isis hostname` and `show isis database detail`: of both, FRRouting 8.4 has no JSON that is whole. Link
 * states have the names of their routers, and neighbors in them their system IDs; a segment that elected a router is a
 * number behind that of the router (ISO 10589 section 8.4.5).
 */
export function readIsisDatabase(hostnames: string, shown: string): LinkState {
  const idOf = new Map(
    [...hostnames.matchAll(/ ((?:[0-9a-f]{4}\.){2}[0-9a-f]{4}) +(\S+)/g)].map(([, id = '', name = '']) => [name, id]),
  );
  const database = new DatabaseReader();
  for (const link of shown.split(/\n(?=\S+\.[0-9a-f]{2}-[0-9a-f]{2} )/)) {
    const id = idOf.get(/^ {2}Hostname: (\S+)/m.exec(link)?.[1] ?? '');
    if (id === undefined) continue;
    const router = routerIdOf(id);
    for (const [, neighbor = '', part = '', metric = ''] of link.matchAll(
      /^ {2}Extended Reachability: (\S+)\.([0-9a-f]{2}) \(Metric: (\d+)\)/gm,
    )) {
      const to = part === '00' ? routerIdOf(neighbor) : segmentName(neighbor, part);
      database.link(router, to, Number(metric));
      if (part !== '00') database.link(to, router, 0);
    }
    for (const [, address = ''] of link.matchAll(
      /^ {2}(?:Extended IP Reachability: (?=\S+\/32 )|IPv6 Reachability: (?=\S+\/128 ))(\S+)\//gm,
    ))
      database.announce(address, router);
  }
  return database.read();
}

/** How many segments with a designated router the Router-LSAs of one router describe, in the same answer. */
export function countTransitLinks(answer: unknown, routerId: string): number {
  const { areaScopedLinkStateDb } = (answer ?? {}) as Ospf6Database;
  return (areaScopedLinkStateDb ?? [])
    .flatMap(({ lsa }) => lsa ?? [])
    .filter(({ advertisingRouter }) => advertisingRouter === routerId)
    .flatMap(({ lsaDescription }) => lsaDescription ?? [])
    .filter(({ type }) => type === 'Transit-Network').length;
}

function farEnd({ type, neighborRouterId, neighborInterfaceId }: Ospf6Link): string {
  return type === 'Transit-Network' ? segmentName(neighborRouterId, neighborInterfaceId) : neighborRouterId;
}

/**
 * A segment with a designated router is a vertex of its own, named by that router's interface (RFC 2328 section 16.1,
 * RFC 5340 section 4.8.1).
 */
function segmentName(router: string, interfaceId = ''): string {
  return `${router}/${interfaceId}`;
}

interface ExternalLsas {
  readonly asExternalLinkStates?: readonly ExternalLsa[];
}

interface ExternalLsa {
  readonly linkStateId: string;
  readonly advertisingRouter: string;
  readonly networkMask: number;
}

function readExternal(answer: unknown): readonly { address: string; router: string }[] {
  const { asExternalLinkStates } = (answer ?? {}) as ExternalLsas;
  return (asExternalLinkStates ?? [])
    .filter((lsa) => lsa.networkMask === 32)
    .map((lsa) => ({ address: lsa.linkStateId, router: lsa.advertisingRouter }));
}

/** Collects links and announcements; a link counts once both its ends describe it (RFC 2328 section 16.1 (2) (b)). */
class DatabaseReader {
  readonly #edges = new Map<string, Edge[]>();
  readonly #endSystems = new Set<string>();
  readonly #announcers = new Map<string, string[]>();

  link(from: string, to: string, cost: number): void {
    const edge = { to, interface: to, cost };
    this.#edges.set(from, [...(this.#edges.get(from) ?? []), edge]);
  }

  endSystem(router: string): void {
    this.#endSystems.add(router);
  }

  announce(address: string | undefined, router: string): void {
    if (address !== undefined) this.#announcers.set(address, [...(this.#announcers.get(address) ?? []), router]);
  }

  read(): LinkState {
    const edges = new Map<string, readonly Edge[]>();
    for (const [from, out] of this.#edges) {
      const described = out.filter((edge) => this.#edges.get(edge.to)?.some((back) => back.to === from) === true);
      edges.set(from, described);
    }
    return {
      graph: { edges, transit: new Set([...this.#edges.keys()].filter((router) => !this.#endSystems.has(router))) },
      announcers: this.#announcers,
    };
  }
}
