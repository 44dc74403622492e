import type { AsGraph } from './graph.js';

/** A system that announces the anycast prefix. */
export interface Site {
  /** Its index in the graph. */
  readonly index: number;
  /** How many times more its own number is in the paths that it announces. */
  readonly prepend: number;
}

/** From whom a system has its best route: it is a site itself, or from a customer, a peer, a provider; or from nobody. */
export const routeKinds = ['none', 'own', 'customer', 'peer', 'provider'] as const;
export type RouteKind = (typeof routeKinds)[number];
const NONE = 0;
const OWN = 1;
const CUSTOMER = 2;
const PEER = 3;
const PROVIDER = 4;

/** The best routes of all systems. */
export interface AsRoutes {
  /** By index: one of `routeKinds`. */
  readonly kinds: Uint8Array;
  /** How long the AS path is. */
  readonly lengths: Uint16Array;
  /** Which sites the route may lead to, as bits: those of system i begin at `i * words`. */
  readonly sites: Uint32Array;
  readonly words: number;
}

/**
 * Who uses a route to which site, by the model of Gao and Rexford: a route from a customer before one from a peer
 * before one from a provider, then the shortest AS path; routes of peers and providers are announced to customers alone.
 * Where several neighbors offer equally good routes, the sites of all of them are possible. Three phases: up to
 * providers, across to peers, and down to customers; each in the order of lengths, so that every route is final when it
 * is passed on.
 */
export function propagate(graph: AsGraph, sites: readonly Site[]): AsRoutes {
  const size = graph.asns.length;
  const words = Math.max(1, Math.ceil(sites.length / 32));
  const kinds = new Uint8Array(size);
  const lengths = new Uint16Array(size);
  const bits = new Uint32Array(size * words);
  sites.forEach(({ index, prepend }, nth) => {
    kinds[index] = OWN;
    lengths[index] = prepend;
    bits[index * words + (nth >> 5)] = (1 << (nth & 31)) >>> 0;
  });
  const merge = (to: number, from: number): void => {
    for (let word = 0; word < words; word++)
      bits[to * words + word] = ((bits[to * words + word] ?? 0) | (bits[from * words + word] ?? 0)) >>> 0;
  };

  /** Passes routes on along rows, by length; whoever gets a first one passes it on, too. */
  const spread = (rows: AsGraph['customers'], kind: number, levels: number[][]): void => {
    for (let length = 0; length < levels.length; length++) {
      for (const node of levels[length] ?? []) {
        const end = rows.from[node + 1] ?? 0;
        for (let place = rows.from[node] ?? 0; place < end; place++) {
          const neighbor = rows.to[place] ?? 0;
          if (kinds[neighbor] === NONE) {
            kinds[neighbor] = kind;
            lengths[neighbor] = length + 1;
            merge(neighbor, node);
            (levels[length + 1] ??= []).push(neighbor);
          } else if (kinds[neighbor] === kind && lengths[neighbor] === length + 1) merge(neighbor, node);
        }
      }
    }
  };

  spread(graph.providers, CUSTOMER, levelsOf(kinds, lengths));
  acrossPeers(graph, kinds, lengths, merge);
  spread(graph.customers, PROVIDER, levelsOf(kinds, lengths));
  return { kinds, lengths, sites: bits, words };
}

/** One hop: routes of peers are not passed on to peers. */
function acrossPeers(
  { peers }: AsGraph,
  kinds: Uint8Array,
  lengths: Uint16Array,
  merge: (to: number, from: number) => void,
): void {
  const isOffered = (peer: number): boolean => kinds[peer] === OWN || kinds[peer] === CUSTOMER;
  for (let node = 0; node < kinds.length; node++) {
    if (kinds[node] !== NONE) continue;
    const begin = peers.from[node] ?? 0;
    const end = peers.from[node + 1] ?? 0;
    let least = Infinity;
    for (let place = begin; place < end; place++) {
      const peer = peers.to[place] ?? 0;
      if (isOffered(peer)) least = Math.min(least, (lengths[peer] ?? 0) + 1);
    }
    if (least === Infinity) continue;
    for (let place = begin; place < end; place++) {
      const peer = peers.to[place] ?? 0;
      if (isOffered(peer) && (lengths[peer] ?? 0) + 1 === least) merge(node, peer);
    }
    kinds[node] = PEER;
    lengths[node] = least;
  }
}

/** The systems that have a route, by its length. */
function levelsOf(kinds: Uint8Array, lengths: Uint16Array): number[][] {
  const levels: number[][] = [];
  for (let node = 0; node < kinds.length; node++) {
    if (kinds[node] === NONE) continue;
    const length = lengths[node] ?? 0;
    for (let level = levels.length; level <= length; level++) levels.push([]);
    levels[length]?.push(node);
  }
  return levels;
}
