import { sessionsUp } from '../../forecast/bgp-forecast.js';
import { memo } from '../../forecast/reach.js';
import { terrainOf } from '../../forecast/terrain.js';
import { speaks, type Condition } from '../../forecast/condition.js';
import type { LabPlan, PlanSession } from '../../plan/model.js';
import { cameUpJustNow, isUp, sessionTrouble, type NeighborState, type Summary } from '../../codec/bgp-neighbor.js';
import type { LackingSession, SessionTrouble } from '../../protocol/lacking.js';
import { readPaths, type ShownPrefix } from '../../codec/bgp-table.js';
import { protocols } from '../../plan/protocols.js';
import type { RouteState } from '../../protocol/lab-state.js';
import type { LabNode } from '../node/lab-node.js';
import type { BgpSessions, Expected, WantedNeighbors } from './wanted-neighbors.js';
import { familyOf } from '../../support/family.js';

/** What bgpd says of all its neighbors, by address. */
export type Neighbors = Readonly<Record<string, NeighborState | undefined>>;

/** For each node the sessions that could be up while these faults last. */
export function expectedSessions(plan: LabPlan, condition: Condition): BgpSessions {
  const { interiorOf } = terrainOf(plan, condition);
  const canBeUp = plan.nodes.some(({ routing }) => routing?.bgp !== undefined)
    ? plan.families.map((family) => {
        const { paths } = interiorOf(family);
        return [family, sessionsUp(plan, condition, (from, to) => paths(from).has(to))] as const;
      })
    : [];
  return memo((name) => {
    const bgp = plan.nodes.find((node) => node.name === name)?.routing?.bgp;
    if (bgp === undefined || !speaks(name, 'bgp', condition)) return [];
    return canBeUp.flatMap(([family, canBe]) =>
      bgp.sessions.filter((session) => session.family === family && canBe(name, session)),
    );
  });
}

export function bgpNeighbors(node: LabNode, { bgp }: Expected): WantedNeighbors {
  const sessions = bgp(node.name);
  return {
    isLooking: sessions.length > 0,
    watched: sessions.flatMap(({ interface: device, bfd }) =>
      device === undefined || bfd === undefined ? [] : [[device, 1] as const],
    ),
    lacking: () => lackingSessions(node, sessions),
  };
}

/** Every path that a router has for an address. */
export async function bgpPaths(router: LabNode, address: string): Promise<RouteState['paths']> {
  const sessions = router.plan.routing?.bgp?.sessions;
  if (sessions === undefined) return [];
  const shown = await router.daemons.show<ShownPrefix>(
    protocols.bgp.daemon,
    `show bgp ${familyOf(address)} unicast ${address} json`,
  );
  return readPaths(shown, (peer) => sessions.find(({ neighborAddress }) => neighborAddress === peer)?.neighbor);
}

export async function readNeighbors(node: LabNode): Promise<Neighbors> {
  return (await node.daemons.show<Neighbors>(protocols.bgp.daemon, 'show bgp neighbors json')) ?? {};
}

/**
 * The sessions that a node should have and has not, with the reason as far as bgpd knows it. Nothing hastens them, but
 * for those that collided: what makes bgpd try at once also takes a session that is being set up back to its beginning.
 */
async function lackingSessions(node: LabNode, wanted: readonly PlanSession[]): Promise<readonly LackingSession[]> {
  if (wanted.length === 0) return [];
  const summary = (await node.daemons.show<Summary>(protocols.bgp.daemon, 'show bgp summary json')) ?? {};
  if (wanted.every((session) => isUp(session, summary))) {
    const young = wanted.filter((session) => session.bfd !== undefined && cameUpJustNow(session, summary));
    if (young.length === 0 || !(await node.daemons.ignoresBfdAtFirst())) return [];
    return young.map((session) => troubled(node, session, { cause: 'bfd-ignored' }));
  }
  const states = await readNeighbors(node);
  return wanted.flatMap((session) => lackingSession(node, session, states) ?? []);
}

export function lackingSession(node: LabNode, session: PlanSession, states: Neighbors): LackingSession | undefined {
  const trouble = sessionTrouble(session, states[session.neighborAddress]);
  return trouble === undefined ? undefined : troubled(node, session, trouble);
}

function troubled(
  { name }: LabNode,
  { neighbor, neighborAddress, neighborAsn, family }: PlanSession,
  trouble: SessionTrouble,
): LackingSession {
  return { kind: 'session', node: name, neighbor, neighborAddress, neighborAsn, family, trouble };
}
