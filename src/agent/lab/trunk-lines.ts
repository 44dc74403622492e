import type { LabPlan, PlanLinkEnd } from '../../plan/model.js';
import type { Part } from '../../protocol/part.js';

/** The most machines of a lab: a network for each two of them comes before those of the links. */
const MOST_MACHINES = 64;
const USUAL_MTU = 1500;

/** A link to another machine. */
export interface Trunk {
  /** Its place in the plan. */
  readonly link: number;
  /** Which of its ends is here. */
  readonly end: 0 | 1;
  readonly own: PlanLinkEnd;
  readonly machine: number;
  readonly mtu: number;
}

/** The MTU of an end of a link. */
export function mtuOf(plan: LabPlan, { node, interface: name }: PlanLinkEnd): number {
  const planned = plan.nodes.find((each) => each.name === node)?.interfaces.find((each) => each.name === name);
  return planned?.mtu ?? USUAL_MTU;
}

/** Of the conversation of two machines: the address of the first. */
export function talkAddress(own: number, other: number): string {
  return `169.254.${String(own)}.${String(other + 1)}`;
}

/**
 * What `ip` does for the links to other machines. A VXLAN is made in the agent's own namespace (`home`), whose network its
 * packets go by, and moved to the one where its bridge is (`far`).
 */
export function trunkLines(
  part: Part,
  trunks: readonly Trunk[],
  far: string,
): { readonly home: readonly string[]; readonly far: readonly string[] } {
  const vxlan = (network: number, machine: number, name: string): readonly string[] => {
    const made = `nc${network.toString(16)}`;
    return [
      `link add ${made} type vxlan id ${String(network)} local ${part.address} remote ${part.machines[machine] ?? ''} dstport ${String(part.port)}`,
      `link set ${made} netns ${far} name ${name}`,
    ];
  };
  const others = [...part.machines.keys()].filter((machine) => machine !== part.machine);
  return {
    home: [
      ...others.flatMap((machine) => vxlan(talkNetwork(part, machine), machine, `c${String(machine)}`)),
      ...trunks.flatMap(({ link, machine }) => vxlan(linkNetwork(part, link), machine, `x${String(link)}`)),
    ],
    far: [
      ...others.flatMap((machine) => {
        const [own, other] = [talkAddress(part.machine, machine), talkAddress(machine, part.machine)];
        return [`address add ${own} peer ${other} dev c${String(machine)}`, `link set c${String(machine)} up`];
      }),
      ...trunks.flatMap(({ link, mtu }) => {
        const [bridge, near, tunnel] = [`b${String(link)}`, `t${String(link)}`, `x${String(link)}`];
        return [
          `link add ${bridge} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
          `link set ${near} mtu ${String(mtu)} master ${bridge}`,
          `link set ${tunnel} mtu ${String(mtu)} master ${bridge}`,
          `link set ${tunnel} up`,
          `link set ${bridge} up`,
        ];
      }),
    ],
  };
}

function talkNetwork({ firstNetwork, machine }: Part, other: number): number {
  return firstNetwork + Math.min(machine, other) * MOST_MACHINES + Math.max(machine, other);
}

function linkNetwork({ firstNetwork }: Part, link: number): number {
  return firstNetwork + MOST_MACHINES * MOST_MACHINES + link;
}
