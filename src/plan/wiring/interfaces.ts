import type { Prefix } from '../../support/ip.js';
import type { Detection, HelloSettings, Topology } from '../../topology/model/topology.js';
import type { Family, PlanInterface, PlanLink } from '../model.js';
import type { Segment } from '../segments.js';
import { familyOf } from '../../support/family.js';
import { tunnelMtu } from '../selection.js';
import { memberAddresses, type GivenAddresses } from './member-addresses.js';

/** OSPF's own timers (RFC 2328 section C.3): what a configuration says that says nothing. */
const PROTOCOL_HELLO: HelloSettings = { helloMs: 10_000, deadMs: 40_000 };

interface InterfaceContext {
  readonly speakers: ReadonlySet<string>;
  /** The autonomous system of each node that speaks BGP. */
  readonly systems: ReadonlyMap<string, number>;
  readonly families: readonly Family[];
  readonly prefixesOf: (segment: Segment) => readonly Prefix[];
  readonly given: GivenAddresses;
  /** Whether the ends of a segment have no addresses of their own. */
  readonly isUnnumbered: (segment: Segment) => boolean;
  /** The loopback addresses of a node, with their prefix length. */
  readonly loopbacksOf: (node: string) => readonly string[];
}

/** The interfaces of every node, with their addresses, and what routing does there; by node, in the order of the links. */
export function planInterfaces(
  topology: Topology,
  links: readonly PlanLink[],
  segments: readonly Segment[],
  { speakers, systems, families, prefixesOf, given, isUnnumbered, loopbacksOf }: InterfaceContext,
): ReadonlyMap<string, readonly PlanInterface[]> {
  const interfaces = new Map<string, PlanInterface[]>(topology.nodes.map((node) => [node.name, []]));
  const linkIndex = new Map(links.map((link, index) => [link.id, index]));
  const nodeIndex = new Map(topology.nodes.map(({ name }, index) => [name, index]));
  const tunnelMtuOf = tunnelMtu(topology);
  const usersOwn = new Set(topology.nodes.filter(({ ownFrr }) => ownFrr !== undefined).map(({ name }) => name));
  const isSaid = [...topology.links, ...topology.nodes].some(
    ({ detection: { bfd, hello } }) => bfd !== undefined || hello !== undefined,
  );
  for (const segment of segments) {
    const unnumbered = isUnnumbered(segment);
    const addresses = unnumbered
      ? segment.members.map(({ node }) => loopbacksOf(node).filter((address) => familyOf(address) === 'ipv4'))
      : memberAddresses(segment, prefixesOf(segment), families, given);
    const detection: SaidDetection = isSaid ? detectionOf(segment, topology, linkIndex, nodeIndex) : {};
    const around = segment.members.filter((member) => speakers.has(member.node));
    const speaking = around.length;
    const isBorder = new Set(around.map((member) => systems.get(member.node))).size > 1;
    const isUsers = around.some((member) => usersOwn.has(member.node));
    let place = 0;
    for (const link of segment.links) {
      const mtu = topology.links[linkIndex.get(link.id) ?? -1]?.mtu ?? tunnelMtuOf(segment);
      for (const end of link.ends) {
        // Switches are no members: their ends have no addresses.
        const member = segment.members[place];
        const isMember = member?.node === end.node && member.interface === end.interface;
        interfaces.get(end.node)?.push({
          name: end.interface,
          link: link.id,
          addresses: (isMember ? addresses[place++] : undefined) ?? [],
          ...(unnumbered ? { unnumbered: families } : {}),
          mtu,
          cost: link.cost,
          segment: segment.index,
          bfd: watchesNeighbors(speakers.has(end.node), speaking) ? detection.bfd : undefined,
          hello: detection.hello ?? (isUsers ? PROTOCOL_HELLO : undefined),
          ospfNetwork:
            isBorder || !speakers.has(end.node) ? 'none' : isUsers ? 'broadcast' : ospfNetwork(speaking, segment),
        });
      }
    }
  }
  // Only segments of several links come in another order than their links.
  if (segments.length < links.length)
    for (const own of interfaces.values())
      own.sort((a, b) => (linkIndex.get(a.link) ?? 0) - (linkIndex.get(b.link) ?? 0));
  return interfaces;
}

type SaidDetection = Partial<Pick<Detection, 'bfd' | 'hello'>>;

/** The first of a segment's links that says something, else the first of its nodes: all ends of it must agree. */
function detectionOf(
  segment: Segment,
  topology: Topology,
  linkIndex: ReadonlyMap<string, number>,
  nodeIndex: ReadonlyMap<string, number>,
): SaidDetection {
  const links = segment.links.map((link) => at(topology.links, linkIndex.get(link.id) ?? -1));
  const indexes = new Set(segment.links.flatMap((link) => link.ends.map((end) => nodeIndex.get(end.node) ?? -1)));
  const said = [...links, ...[...indexes].sort((a, b) => a - b).map((index) => at(topology.nodes, index))].map(
    ({ detection }) => detection,
  );
  return {
    bfd: said.find(({ bfd }) => bfd !== undefined)?.bfd,
    hello: said.find(({ hello }) => hello !== undefined)?.hello,
  };
}

function watchesNeighbors(isSpeaker: boolean, speaking: number): boolean {
  return isSpeaker && speaking > 1;
}

/**
 * Neither point-to-point nor point-to-multipoint elects a designated router, for which a LAN waits (RFC 2328 section
 * 9.4). But point-to-multipoint announces the addresses of its speakers alone, not the prefix that all others on the
 * segment are in.
 */
function ospfNetwork(speaking: number, { switched, members }: Segment): PlanInterface['ospfNetwork'] {
  if (speaking < 2) return 'passive';
  if (!switched || speaking < 3) return 'point-to-point';
  return speaking === members.length ? 'point-to-multipoint' : 'broadcast';
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`no item ${String(index)} in a list of ${String(list.length)}`);
  return item;
}
