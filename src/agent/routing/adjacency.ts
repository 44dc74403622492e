import { daemonKey, type Condition } from '../../forecast/condition.js';
import type { LabPlan } from '../../plan/model.js';
import { configures, protocols, protocolsOf } from '../../plan/protocols.js';
import type { Lacking } from '../../protocol/lacking.js';
import type { LabNode } from '../node/lab-node.js';
import { expectedSessions } from './bgp-sessions.js';
import { expectedInterior } from './ospf.js';
import { watchedProtocols } from './protocols.js';
import type { Expected } from './wanted-neighbors.js';

/** The neighbors that all nodes should have while these faults last. */
export function expectedNeighbors(plan: LabPlan, condition: Condition): Expected {
  return { plan, condition, interior: expectedInterior(plan, condition), bgp: expectedSessions(plan, condition) };
}

/** The daemons, adjacencies and sessions that a node should have and has not. It only looks. */
export async function lackingAdjacencies(node: LabNode, expected: Expected): Promise<readonly Lacking[]> {
  const { routing } = node.plan;
  if (routing === undefined || !node.isResponsive) return [];
  const { condition } = expected;
  const spoken = protocolsOf(routing).map((protocol) => ({
    daemon: protocols[protocol].daemon,
    neighbors: watchedProtocols[protocol].neighbors(node, expected),
  }));
  if (!spoken.some(({ neighbors }) => neighbors.isLooking)) return [];
  const dead = routing.daemons.filter((daemon) => condition.deadDaemons.has(daemonKey(daemon, node.name)));
  const ended = (await node.daemons.ended()).filter((daemon) => !dead.includes(daemon));
  if (ended.length > 0) return [{ kind: 'daemons', node: node.name, daemons: ended }];
  const alive = spoken.filter(({ daemon }) => !dead.includes(daemon));
  const lacking = await Promise.all(alive.map(({ neighbors }) => neighbors.lacking()));
  const watched = alive.flatMap(({ neighbors }) => neighbors.watched);
  const bfd = configures(routing, 'bfdd') && !dead.includes('bfdd') ? await missingSessions(node, watched) : [];
  return [...lacking.flat(), ...bfd];
}

/** For callers that wait: has each protocol do at once what it would do some time later. */
export async function hastenAdjacencies(node: LabNode, plan: LabPlan, lacking: readonly Lacking[]): Promise<void> {
  for (const { hasten } of Object.values(watchedProtocols)) await hasten?.(node, plan, lacking);
}

type BfdPeers = readonly { readonly interface?: string; readonly status?: string }[];

/**
 * BFD sessions that are not up yet, one for each neighbor of each family: until they are, a failure would not be
 * noticed by them. A session begins with a packet a second (RFC 5880 section 6.8.3).
 */
async function missingSessions(
  node: LabNode,
  watching: readonly (readonly [device: string, sessions: number])[],
): Promise<readonly Lacking[]> {
  const peers = (await node.daemons.show<BfdPeers>('bfdd', 'show bfd peers json')) ?? [];
  return node.plan.interfaces.flatMap(({ name, bfd }): readonly Lacking[] => {
    const wanted =
      bfd === undefined ? 0 : watching.reduce((sum, [device, sessions]) => sum + (device === name ? sessions : 0), 0);
    const up = peers.filter((peer) => peer.interface === name && peer.status === 'up').length;
    return up >= wanted ? [] : [{ kind: 'bfd', node: node.name, interface: name, up, wanted }];
  });
}
