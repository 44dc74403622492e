import { LabError } from '../../errors.js';
import type { LabPlan, PlanMachine } from '../../plan/model.js';
import { MOST_PARTS, TALK_NETWORKS, type Part } from '../../protocol/part.js';
import { NETWORKS_OF_LAB, type LabMachine, type SwarmLab } from './lab-services.js';
import { trunksOf } from './trunks.js';

/** What each agent has of a lab, by the number of its part. LabError RUNTIME_UNFIT where there are more parts, or links, than networks. */
export function partsOf(
  plan: Pick<LabPlan, 'links' | 'nodes'>,
  { parts, firstNetwork }: Pick<SwarmLab, 'parts' | 'firstNetwork'>,
  port: number,
): readonly Part[] {
  const partOf = new Map(parts.flatMap(({ nodes }, number) => nodes.map((node) => [node, number] as const)));
  const linkNetworks = parts.map(({ turn = 0 }) => firstLinkNetwork(plan, firstNetwork, turn));
  if (parts.length > MOST_PARTS)
    throw new LabError(
      'RUNTIME_UNFIT',
      `a lab has at most ${String(MOST_PARTS)} parts on machines, and this one would have ${String(parts.length)}`,
      {
        hint: 'nearcast down, and up again',
      },
    );
  return parts.map(({ address, nodes }, number) => ({
    machine: number,
    nodes,
    address,
    port,
    firstNetwork,
    linkNetworks,
    machines: parts.map((each) => (each.isGivenUp === true ? null : each.address)),
    trunks: trunksOf(plan, partOf, number),
  }));
}

/** A link has a number for each end, and other ones after each turn: what a machine that was given up still sends comes to nobody. */
function firstLinkNetwork({ links }: Pick<LabPlan, 'links'>, firstNetwork: number, turn: number): number {
  const first = TALK_NETWORKS + turn * 2 * links.length;
  if (first + 2 * links.length <= NETWORKS_OF_LAB) return firstNetwork + first;
  throw new LabError(
    'RUNTIME_UNFIT',
    turn === 0
      ? `a lab on several machines has at most ${String((NETWORKS_OF_LAB - TALK_NETWORKS) / 2)} links`
      : 'nodes of this lab were given to other machines as often as it has numbers for networks',
    { hint: turn === 0 ? '--runtime docker' : 'nearcast down, and up again' },
  );
}

/** The machines of a plan: those that have nodes, in the order of their first parts. */
export function machinesOfParts(parts: readonly LabMachine[]): readonly PlanMachine[] {
  const nodes = new Map<string, string[]>();
  for (const part of parts)
    if (part.isGivenUp !== true) nodes.set(part.name, [...(nodes.get(part.name) ?? []), ...part.nodes]);
  return [...nodes].map(([name, own]) => ({ name, nodes: own }));
}
