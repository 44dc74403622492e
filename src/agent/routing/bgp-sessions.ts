import { runsBgp } from '../../forecast/bgp-routes.js';
import { routingGraph } from '../../forecast/graph.js';
import { sessionsUp } from '../../forecast/bgp-forecast.js';
import { memo } from '../../forecast/reach.js';
import { shortestPaths } from '../../forecast/shortest-paths.js';
import type { Condition } from '../../forecast/condition.js';
import type { LabPlan, PlanSession } from '../../plan/model.js';
import { isUp, sessionTrouble, type NeighborState, type Summary } from '../../codec/bgp-neighbor.js';
import type { LackingSession } from '../../protocol/lacking.js';
import type { LabNode } from '../node/lab-node.js';

/** What bgpd says of all its neighbors, by address. */
export type Neighbors = Readonly<Record<string, NeighborState | undefined>>;

/** The sessions of a node that could be up while these faults last. */
export function wantedSessions(node: LabNode, plan: LabPlan, condition: Condition): readonly PlanSession[] {
  const bgp = node.plan.routing?.bgp;
  if (bgp === undefined || !runsBgp(node.name, condition)) return [];
  return plan.families.flatMap((family) => {
    const graph = routingGraph(plan, condition, family);
    const paths = memo((source) => shortestPaths(graph, source));
    const canBeUp = sessionsUp(plan, condition, (from, to) => paths(from).has(to));
    return bgp.sessions.filter((session) => session.family === family && canBeUp(node.name, session));
  });
}

export async function readNeighbors(node: LabNode): Promise<Neighbors> {
  return (await node.daemons.show<Neighbors>('bgpd', 'show bgp neighbors json')) ?? {};
}

/**
 * The sessions that a node should have and has not, with the reason as far as bgpd knows it. Nothing
 * hastens them: what makes bgpd try at once also takes a session that is being set up back to its beginning.
 */
export async function lackingSessions(
  node: LabNode,
  wanted: readonly PlanSession[],
): Promise<readonly LackingSession[]> {
  if (wanted.length === 0 || !node.isResponsive) return [];
  const summary = (await node.daemons.show<Summary>('bgpd', 'show bgp summary json')) ?? {};
  if (wanted.every((session) => isUp(session, summary))) return [];
  const states = await readNeighbors(node);
  return wanted.flatMap((session) => lackingSession(node, session, states) ?? []);
}

export function lackingSession(node: LabNode, session: PlanSession, states: Neighbors): LackingSession | undefined {
  const { neighbor, neighborAddress, neighborAsn, family } = session;
  const trouble = sessionTrouble(session, states[neighborAddress]);
  return trouble === undefined
    ? undefined
    : { kind: 'session', node: node.name, neighbor, neighborAddress, neighborAsn, family, trouble };
}
