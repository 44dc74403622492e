import type { LabPlan, PlanLinkEnd } from '../../plan/model.js';
import { MOST_PARTS, type Part } from '../../protocol/part.js';

const USUAL_MTU = 1500;

/** A link to another part of the lab. */
export interface Trunk {
  /** Its place in the plan. */
  readonly link: number;
  /** Which of its ends is here. */
  readonly end: 0 | 1;
  readonly own: PlanLinkEnd;
  /** The part of the other end. */
  readonly machine: number;
  readonly mtu: number;
}

/** Where the packets of a network between two parts go. */
export interface Way {
  /** The number of the VXLAN network here, and at the other end: two ends on one machine need a number each. */
  readonly network: number;
  readonly farNetwork: number;
  readonly address: string;
}

/** A VXLAN interface of the agent's own namespace. */
interface Tunnel {
  readonly name: string;
  readonly way: Way;
}

/** What `ip` does in the namespace where VXLANs are made and in that where they end, and `bridge` in the latter, one after the other. */
export interface TrunkLines {
  readonly home: readonly string[];
  readonly far: readonly string[];
  readonly bridge: readonly string[];
}

/** The MTU of an end of a link. */
export function mtuOf(plan: LabPlan, { node, interface: name }: PlanLinkEnd): number {
  const planned = plan.nodes.find((each) => each.name === node)?.interfaces.find((each) => each.name === name);
  return planned?.mtu ?? USUAL_MTU;
}

/** Of the conversation of two parts: the address of the first. */
export function talkAddress(own: number, other: number): string {
  return `169.254.${String(own)}.${String(other + 1)}`;
}

/** The other parts that have nodes. */
export function othersOf({ machine, machines }: Pick<Part, 'machine' | 'machines'>): readonly number[] {
  return machines.flatMap((address, number) => (address === null || number === machine ? [] : [number]));
}

export function wayOfLink(part: Part, { link, end, machine }: Pick<Trunk, 'link' | 'end' | 'machine'>): Way {
  const { linkNetworks } = part;
  const first = Math.max(linkNetworks[part.machine] ?? 0, linkNetworks[machine] ?? 0) + 2 * link;
  return wayTo(part, machine, first + end, first + 1 - end);
}

export function wayOfTalk(part: Part, machine: number): Way {
  const network = (from: number, to: number): number => part.firstNetwork + from * MOST_PARTS + to;
  return wayTo(part, machine, network(part.machine, machine), network(machine, part.machine));
}

function wayTo(part: Part, machine: number, network: number, farNetwork: number): Way {
  const address = part.machines[machine] ?? '';
  if (address === part.address) return { network, farNetwork, address };
  const one = Math.min(network, farNetwork);
  return { network: one, farNetwork: one, address };
}

/**
 * What makes the ways to other parts, for what their agents tell each other, and for these links, whose near ends are there already. A
 * VXLAN is made in the agent's own namespace (`home`), whose network its packets go by, and moved to the one where its bridge is (`far`).
 */
export function trunkLines(
  part: Part,
  { others, trunks }: { readonly others: readonly number[]; readonly trunks: readonly Trunk[] },
  far: string,
): TrunkLines {
  const talks = others.map((machine) => talkLines(part, machine, wayOfTalk(part, machine)));
  const tunnels = [
    ...talks.map(({ tunnel }) => tunnel),
    ...trunks.map((trunk): Tunnel => ({ name: tunnelName(trunk), way: wayOfLink(part, trunk) })),
  ];
  return {
    home: tunnels.flatMap((tunnel) => tunnelLines(part, tunnel, far)),
    far: [
      ...talks.flatMap(({ lines }) => lines),
      ...trunks.flatMap((trunk) => [
        `link set ${tunnelName(trunk)} mtu ${String(trunk.mtu)} master b${String(trunk.link)}`,
        `link set ${tunnelName(trunk)} up`,
      ]),
    ],
    bridge: tunnels.filter(({ way }) => isWithinMachine(way)).map(({ name, way }) => farNumberLine(name, way)),
  };
}

/** The bridge of each of these links, in the far namespace. */
export function bridgeLines(trunks: readonly Trunk[]): readonly string[] {
  return trunks.flatMap(({ link, mtu }) => [
    `link add b${String(link)} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
    `link set t${String(link)} mtu ${String(mtu)} master b${String(link)}`,
    `link set b${String(link)} up`,
  ]);
}

export function tunnelName({ link }: Pick<Trunk, 'link'>): string {
  return `x${String(link)}`;
}

/** What ends the way to what another part says. */
export function endTalkLines(part: Part, machine: number): readonly string[] {
  const { tunnel, ends } = talkLines(part, machine, wayOfTalk(part, machine));
  return [...new Set([tunnel.name, ...ends])].map((name) => `link del ${name}`);
}

function tunnelLines(part: Part, { name, way }: Tunnel, far: string): readonly string[] {
  const made = `nc${way.network.toString(16)}`;
  const to = isWithinMachine(way) ? 'nolearning' : `remote ${way.address}`;
  return [
    `link add ${made} type vxlan id ${String(way.network)} local ${part.address} ${to} dstport ${String(part.port)}`,
    `link set ${made} netns ${far} name ${name}`,
  ];
}

/**
 * The interface with the address. Within one machine the kernel hands packets from VXLAN to VXLAN with the route of their sender, by which
 * they would not be taken: a pair of interfaces in between makes them forget it.
 */
function talkLines(
  part: Part,
  machine: number,
  way: Way,
): { readonly tunnel: Tunnel; readonly lines: readonly string[]; readonly ends: readonly string[] } {
  const number = String(machine);
  const name = `c${number}`;
  const [own, other] = [talkAddress(part.machine, machine), talkAddress(machine, part.machine)];
  const lines = [`address add ${own} peer ${other} dev ${name}`, `link set ${name} up`];
  if (!isWithinMachine(way)) return { tunnel: { name, way }, lines, ends: [] };
  const [bridge, tunnel, pair] = [`cb${number}`, `cx${number}`, `cp${number}`];
  return {
    tunnel: { name: tunnel, way },
    ends: [bridge, name],
    lines: [
      `link add ${bridge} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
      `link add ${name} type veth peer name ${pair}`,
      `link set ${pair} master ${bridge} up`,
      `link set ${tunnel} master ${bridge} up`,
      `link set ${bridge} up`,
      ...lines,
    ],
  };
}

/** `ip` gives both ends one number. */
function farNumberLine(name: string, { address, farNetwork }: Way): string {
  return `fdb append 00:00:00:00:00:00 dev ${name} dst ${address} vni ${String(farNetwork)} self permanent`;
}

function isWithinMachine({ network, farNetwork }: Way): boolean {
  return network !== farNetwork;
}
