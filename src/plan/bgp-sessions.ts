import { parsePrefix } from '../support/ip.js';
import type { BgpTimers, Link, NeighborRelation, Node, Topology } from '../topology/model/topology.js';
import { neighborRelation } from '../topology/model/autonomous-systems.js';
import { covers, hostPrefix } from './addressing.js';
import { speaksOspf } from './ospf-costs.js';
import type { Family, PlanBgp, PlanInterface, PlanLink, PlanOrigin, PlanSession } from './model.js';
import type { Segment, SegmentMember } from './segments.js';
import { familyOf } from '../support/family.js';

/** A BGP speaker, but for what it announces on behalf of hosts. */
export type Speaker = PlanBgp;

export interface SpeakerContext {
  readonly systems: ReadonlyMap<string, number>;
  readonly segments: readonly Segment[];
  readonly links: readonly PlanLink[];
  readonly interfaces: ReadonlyMap<string, readonly PlanInterface[]>;
  readonly families: readonly Family[];
  readonly loopbackOf: (node: string, family: Family) => string;
}

/** Where everything is, so that large networks are planned in one pass. */
interface Places extends SpeakerContext {
  readonly nodeIndex: ReadonlyMap<string, number>;
  readonly linkIndexAt: ReadonlyMap<string, number>;
  readonly interfaceAt: ReadonlyMap<string, PlanInterface>;
}

/**
 * The sessions and the prefixes of every node that speaks BGP. External sessions join all nodes of different autonomous
 * systems that share a segment; internal ones join all of one system that OSPF joins, each with each (RFC 4271 section
 * 9.2.1), or where there are route reflectors, each with those (RFC 4456); except hosts with hosts, which have no
 * routes to announce to each other.
 */
export function planSpeakers(topology: Topology, given: SpeakerContext): ReadonlyMap<string, Speaker> {
  const { systems } = given;
  if (systems.size === 0) return new Map();
  const context: Places = {
    ...given,
    nodeIndex: new Map(topology.nodes.map(({ name }, index) => [name, index])),
    linkIndexAt: new Map(given.links.flatMap(({ ends }, index) => ends.map((end) => [placeOf(end), index] as const))),
    interfaceAt: new Map(
      [...given.interfaces].flatMap(([node, own]) =>
        own.map((item) => [placeOf({ node, interface: item.name }), item] as const),
      ),
    ),
  };
  const sessions = new Map<string, PlanSession[]>([...systems.keys()].map((name) => [name, []]));
  const nodes = new Map(topology.nodes.map((node) => [node.name, node]));
  for (const segment of context.segments) {
    for (const from of segment.members) {
      for (const to of segment.members) {
        if (!systems.has(from.node) || !systems.has(to.node) || systems.get(from.node) === systems.get(to.node))
          continue;
        sessions.get(from.node)?.push(...externalSessions(from, to, segment, topology, context));
      }
    }
  }
  const reflecting = new Set<string>();
  for (const island of islands(context)) {
    const reflectors = new Set(island.filter((name) => topology.bgp.reflectors.includes(name)));
    for (const name of reflectors) reflecting.add(name);
    const isJoined = (from: string, to: string): boolean =>
      reflectors.size === 0
        ? nodes.get(from)?.kind !== 'host' || nodes.get(to)?.kind !== 'host'
        : reflectors.has(from) || reflectors.has(to);
    for (const from of island) {
      for (const to of island) {
        if (from === to || !isJoined(from, to)) continue;
        const isClient = reflectors.has(from) && !reflectors.has(to) ? true : undefined;
        sessions.get(from)?.push(...internalSessions(from, to, isClient, topology, context));
      }
    }
  }
  return new Map(
    [...systems].map(([name, asn]) => [
      name,
      {
        asn,
        clusterId: reflecting.has(name) ? context.loopbackOf(name, 'ipv4') : undefined,
        sessions: (sessions.get(name) ?? []).sort(bySession),
        origins: [...originsOf(name, topology, nodes, context), ...heldBy(nodes.get(name))],
        aggregates: nodes.get(name)?.aggregates.length === 0 ? undefined : nodes.get(name)?.aggregates,
      },
    ]),
  );
}

function externalSessions(
  from: SegmentMember,
  to: SegmentMember,
  segment: Segment,
  topology: Topology,
  context: Places,
): readonly PlanSession[] {
  const link = linkAt(from, topology, context);
  const farLink = linkAt(to, topology, context);
  const near = interfaceAt(from, context);
  const far = interfaceAt(to, context);
  return context.families.flatMap((family): readonly PlanSession[] => {
    const localAddress = addressOf(near, family);
    const neighborAddress = addressOf(far, family);
    if (localAddress === undefined || neighborAddress === undefined) return [];
    return [
      {
        kind: 'external',
        family,
        neighbor: to.node,
        neighborAsn: context.systems.get(to.node) ?? 0,
        localAddress,
        neighborAddress,
        interface: from.interface,
        relation: segment.switched ? sharedRelation(link, farLink) : relationAt(link, from.node),
        policy: link?.policies.get(from.node) ?? {},
        timers: timersOf([from.node, to.node], [link, farLink], topology, context),
        bfd: near?.bfd,
      },
    ];
  });
}

function internalSessions(
  from: string,
  to: string,
  isClient: true | undefined,
  topology: Topology,
  context: Places,
): readonly PlanSession[] {
  return context.families.map((family): PlanSession => ({
    kind: 'internal',
    isClient,
    family,
    neighbor: to,
    neighborAsn: context.systems.get(to) ?? 0,
    localAddress: context.loopbackOf(from, family),
    neighborAddress: context.loopbackOf(to, family),
    interface: undefined,
    relation: undefined,
    policy: {},
    timers: timersOf([from, to], [], topology, context),
    bfd: undefined,
  }));
}

function heldBy(node: Node | undefined): readonly PlanOrigin[] {
  return (node?.prefixes ?? []).map((prefix) => ({ prefix, service: undefined, instance: undefined, isHeld: true }));
}

/** A router announces the links that hosts are on, so that answers find their way; an announcing host its service. */
function originsOf(
  name: string,
  topology: Topology,
  nodes: ReadonlyMap<string, Node>,
  { segments, interfaces }: SpeakerContext,
): readonly PlanOrigin[] {
  if (nodes.get(name)?.kind === 'router') {
    return (interfaces.get(name) ?? [])
      .filter(
        (own) => segments[own.segment]?.members.some((member) => nodes.get(member.node)?.kind === 'host') === true,
      )
      .flatMap((own) =>
        own.addresses.map((address) => ({
          prefix: parsePrefix(address)?.prefix.text ?? address,
          service: undefined,
          instance: undefined,
        })),
      );
  }
  return topology.services
    .filter(({ announce, instances }) => announce === 'host' && instances.includes(name))
    .flatMap((service) =>
      announcedPrefixes(service, name).map((prefix) => ({ prefix, service: service.name, instance: name })),
    );
}

/**
 * What an instance announces: the addresses, or the prefixes around them where it stands in for the others. An address
 * without one is announced as it is.
 */
export function announcedPrefixes(
  {
    addresses,
    covering,
  }: { readonly addresses: readonly string[]; readonly covering: Topology['services'][number]['covering'] },
  instance: string,
): readonly string[] {
  if (covering?.instances.includes(instance) !== true) return addresses.map(hostPrefix);
  const around = addresses.flatMap((address) => {
    const prefixes = covering.prefixes.filter((prefix) => covers(prefix, address));
    return prefixes.length === 0 ? [hostPrefix(address)] : prefixes;
  });
  return [...new Set(around)];
}

/** Sets of nodes of one autonomous system that OSPF joins. */
function islands({ systems, segments, interfaces }: SpeakerContext): readonly (readonly string[])[] {
  const found: string[][] = [];
  const seen = new Set<string>();
  const neighbors = (name: string): readonly string[] =>
    (interfaces.get(name) ?? [])
      .filter(speaksOspf)
      .flatMap((own) => segments[own.segment]?.members.map((member) => member.node) ?? [])
      .filter((other) => systems.get(other) === systems.get(name));
  for (const start of [...systems.keys()].sort()) {
    if (seen.has(start)) continue;
    const island = new Set([start]);
    for (const name of island) for (const other of neighbors(name)) island.add(other);
    for (const name of island) seen.add(name);
    found.push([...island].sort());
  }
  return found;
}

function linkAt(member: SegmentMember, topology: Topology, { linkIndexAt }: Places): Link | undefined {
  return topology.links[linkIndexAt.get(placeOf(member)) ?? -1];
}

function interfaceAt(member: SegmentMember, { interfaceAt: found }: Places): PlanInterface | undefined {
  return found.get(placeOf(member));
}

function placeOf(end: { readonly node: string; readonly interface: string }): string {
  return `${end.node}:${end.interface}`;
}

function addressOf(own: PlanInterface | undefined, family: Family): string | undefined {
  return own?.addresses.find((address) => familyOf(address) === family)?.split('/')[0];
}

function relationAt(link: Link | undefined, node: string): NeighborRelation | undefined {
  return neighborRelation(link?.relation, link?.ends[0].node === node ? 0 : 1);
}

/** On a switch there are no customers: where either end says so, they are peers. */
function sharedRelation(...links: readonly (Link | undefined)[]): NeighborRelation | undefined {
  return links.some((link) => link?.relation === 'peer') ? 'peer' : undefined;
}

/** The link's, else those of one of the nodes, else the lab's: both ends must agree. */
function timersOf(
  names: readonly string[],
  links: readonly (Link | undefined)[],
  topology: Topology,
  { nodeIndex }: Places,
): BgpTimers {
  const indexes = names.map((name) => nodeIndex.get(name) ?? -1).sort((a, b) => a - b);
  const nodes = indexes.flatMap((index) => topology.nodes[index] ?? []);
  const said = [...links, ...nodes].flatMap((one) => one?.detection.bgp ?? []);
  return said[0] ?? topology.bgp.timers;
}

function bySession(a: PlanSession, b: PlanSession): number {
  const key = ({ kind, neighbor, interface: device = '', family }: PlanSession): string =>
    [kind, neighbor, device, family].join(' ');
  return key(a) < key(b) ? -1 : 1;
}
