import type { Topology } from '../../topology/model/topology.js';
import type { Segment } from '../segments.js';
import { LARGE_LAB } from '../timers.js';
import type { GivenAddresses } from './member-addresses.js';

interface Wiring {
  /** The nodes that route. */
  readonly speakers: ReadonlySet<string>;
  /** The autonomous system of each node that speaks BGP. */
  readonly systems: ReadonlyMap<string, number>;
  readonly prefixesGiven: (segment: Segment) => readonly string[];
  readonly given: GivenAddresses;
}

/**
 * Which links between two routers have no addresses of their own: each end has the loopback address of its router, and for IPv6 a
 * link-local one alone (unnumbered links, RFC 2328 section 9 and RFC 7404). OSPF then announces no prefix for them, which in a
 * large lab are most of all routes, and nobody's destination. A link stays numbered whose addresses the file chooses,
 * and that of a router for which the file has lines, routes or commands of its own: these may name them.
 */
export function unnumberedSegments(
  topology: Topology,
  { speakers, systems, prefixesGiven, given }: Wiring,
): (segment: Segment) => boolean {
  const isWanted = topology.unnumbered ?? speakers.size >= LARGE_LAB;
  if (!isWanted) return () => false;
  const plain = new Set(
    topology.nodes
      .filter(
        ({ kind, ownFrr, frr, routes, exec, run }) =>
          kind === 'router' &&
          ownFrr === undefined &&
          frr === undefined &&
          routes.length + exec.length + run.size === 0,
      )
      .map(({ name }) => name),
  );
  return (segment) => {
    const [a, b] = segment.members;
    return (
      a !== undefined &&
      b !== undefined &&
      !segment.switched &&
      plain.has(a.node) &&
      plain.has(b.node) &&
      systems.get(a.node) === systems.get(b.node) &&
      prefixesGiven(segment).length === 0 &&
      segment.members.every((member) => given.of(member).length === 0)
    );
  };
}
