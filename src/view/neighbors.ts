import type { Moment } from './moments.js';

/** Two nodes that should be neighbors by a daemon of FRR, and by how many adjacencies or sessions. */
export interface Neighbors {
  readonly ends: readonly [string, string];
  /** `OSPFv2`. */
  readonly protocol: string;
  readonly daemon: string;
  readonly count: number;
}

/** How many adjacencies or sessions an end has lost, by `lossKey`. */
export type Losses = ReadonlyMap<string, number>;

/** What one end has lost to the other. */
export function lossKey(node: string, neighbor: string, daemon: string): string {
  return JSON.stringify([node, neighbor, daemon]);
}

/** As the daemons of a node say that a neighbor came or went: `ospfd: OSPF neighbor router2: Full -> Down (…)`. */
const said = /^(\w+): (?:(?:OSPF|IS-IS) neighbor (\S+): (\S+) -> (\S+)|BGP session with (\S+) (up|down))/;
/** What OSPF and IS-IS call an adjacency that is up. */
const adjacent: readonly (string | undefined)[] = ['Full', 'Up'];

/** What is lost after some moments. */
export function lossesAfter(losses: Losses, moments: Iterable<Moment>): Losses {
  const lost = new Map(losses);
  for (const moment of moments) {
    if (moment.kind !== 'daemon' || moment.node === null) continue;
    const [, daemon = '', interior, from, to, bgp, way] = said.exec(moment.text) ?? [];
    const neighbor = interior ?? bgp;
    if (neighbor === undefined) continue;
    const change = adjacent.includes(to) || way === 'up' ? -1 : adjacent.includes(from) || way === 'down' ? 1 : 0;
    const key = lossKey(moment.node, neighbor, daemon);
    lost.set(key, Math.max(0, (lost.get(key) ?? 0) + change));
  }
  return lost;
}

/** Neighbors at a moment, of which one end or both may have lost the other. */
export interface NeighborsNow extends Neighbors {
  readonly up: number;
}

export function neighborsNow(all: readonly Neighbors[], losses: Losses): readonly NeighborsNow[] {
  return all.map((each) => {
    const [a, b] = each.ends;
    const lost = Math.max(losses.get(lossKey(a, b, each.daemon)) ?? 0, losses.get(lossKey(b, a, each.daemon)) ?? 0);
    return { ...each, up: Math.max(0, each.count - lost) };
  });
}

/** `OSPFv2 up`, `BGP 1 of 2 up`, `BGP down`. */
export function neighborsText({ protocol, up, count }: NeighborsNow): string {
  return `${protocol} ${up === count ? 'up' : up === 0 ? 'down' : `${String(up)} of ${String(count)} up`}`;
}
