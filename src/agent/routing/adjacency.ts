import { daemonKey, type Condition } from '../../forecast/condition.js';
import { routingGraph, type Edge, type RoutingGraph } from '../../forecast/graph.js';
import { speaksOspf } from '../../plan/ospf-costs.js';
import { configures } from '../../plan/line-daemons.js';
import type { Daemon, Family, LabPlan, OspfTimers, PlanSession } from '../../plan/model.js';
import { hello6IntervalS } from '../../plan/timers.js';
import type { Lacking, LackingAdjacency } from '../../protocol/lacking.js';
import { lackingSessions, wantedSessions } from './bgp-sessions.js';
import type { LabNode } from '../node/lab-node.js';

interface Ospf6Neighbors {
  readonly neighbors?: readonly { readonly state: string; readonly interfaceName: string }[];
}

interface ShownNeighbors {
  readonly neighbors?: Readonly<Record<string, readonly { readonly nbrState: string; readonly ifaceName: string }[]>>;
}

/** The OSPF neighbors that each speaker should have now, with the interfaces that they are on. */
export type OspfNeighbors = Readonly<Record<Family, RoutingGraph['edges']>>;

export function ospfNeighbors(plan: LabPlan, condition: Condition): OspfNeighbors {
  return { ipv4: routingGraph(plan, condition, 'ipv4').edges, ipv6: routingGraph(plan, condition, 'ipv6').edges };
}

/** The daemons, adjacencies and sessions that a node should have and has not. It only looks. */
export async function lackingAdjacencies(
  node: LabNode,
  plan: LabPlan,
  condition: Condition,
  neighbors = ospfNeighbors(plan, condition),
): Promise<readonly Lacking[]> {
  const wanted = countOf(neighbors.ipv4.get(node.name) ?? []);
  const wanted6 = countOf(neighbors.ipv6.get(node.name) ?? []);
  const sessions = wantedSessions(node, plan, condition);
  const daemons = node.plan.routing?.daemons ?? [];
  if (!node.isResponsive || (!node.plan.interfaces.some(speaksOspf) && sessions.length === 0)) return [];
  const dead = daemons.filter((daemon) => condition.deadDaemons.has(daemonKey(daemon, node.name)));
  const ended = (await node.daemons.ended()).filter((daemon) => !dead.includes(daemon));
  if (ended.length > 0) return [{ kind: 'daemons', node: node.name, daemons: ended }];
  const { routing } = node.plan;
  const speaksNow = (daemon: Daemon): boolean =>
    routing !== undefined && configures(routing, daemon) && !dead.includes(daemon);
  const [ospf, ospf6] = await Promise.all([
    speaksNow('ospfd') ? ospfStates(node) : undefined,
    speaksNow('ospf6d') ? ospf6States(node) : undefined,
  ]);
  const bgp = await lackingSessions(node, sessions);
  const watching = [
    ...(speaksNow('ospfd') ? wanted : []),
    ...(speaksNow('ospf6d') ? wanted6 : []),
    ...watchedSessions(sessions),
  ];
  const bfd = speaksNow('bfdd') ? await missingSessions(node, watching) : [];
  return [...missing(node, 'ipv4', ospf, wanted), ...missing(node, 'ipv6', ospf6, wanted6), ...bgp, ...bfd];
}

/**
 * For whoever waits for OSPFv3: its next hello is a whole second away at least, but entering an interface's hello
 * interval again, unchanged, makes ospf6d send one at once. Two rounds take two routers from never having met to the
 * database exchange.
 */
export async function hastenAdjacencies(node: LabNode, plan: LabPlan, lacking: readonly Lacking[]): Promise<void> {
  const asleep = lacking.filter(
    (each): each is LackingAdjacency =>
      each.kind === 'adjacency' && each.family === 'ipv6' && exchanging(each.states) < each.wanted,
  );
  if (asleep.length === 0) return;
  await sendHellos(
    node,
    asleep.map((each) => each.interface),
    plan.timers,
  );
}

/** How many neighbors there are on each interface. */
function countOf(edges: readonly Edge[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const edge of edges) counts.set(edge.interface, (counts.get(edge.interface) ?? 0) + 1);
  return counts;
}

function watchedSessions(sessions: readonly PlanSession[]): readonly (readonly [device: string, sessions: number])[] {
  return sessions.flatMap(({ interface: device, bfd }) =>
    device === undefined || bfd === undefined ? [] : [[device, 1] as const],
  );
}

/** The states of the neighbors on each interface. */
type States = ReadonlyMap<string, readonly string[]>;

/**
 * Where a segment elected a designated router, all others are adjacent to it and its backup alone (RFC 2328 section
 * 10.4).
 */
function isAdjacent(states: readonly string[], count: number): boolean {
  const settled = states.filter((state) => ['Full', 'Twoway', '2-Way'].includes(state));
  return count === 0 || (settled.length >= count && states.includes('Full'));
}

function missing(
  node: LabNode,
  family: Family,
  shown: States | undefined,
  wanted: ReadonlyMap<string, number>,
): readonly Lacking[] {
  if (shown === undefined) return [];
  return node.plan.interfaces.filter(speaksOspf).flatMap((item): readonly Lacking[] => {
    const where = { node: node.name, family, interface: item.name };
    const states = shown.get(item.name) ?? [];
    const count = wanted.get(item.name) ?? 0;
    if (!isAdjacent(states, count)) return [{ kind: 'adjacency', ...where, wanted: count, states }];
    // When a designated router is missed at last, routes over the segment go, and come back with the next one.
    const isElecting =
      item.ospfNetwork === 'broadcast' || (family === 'ipv6' && item.ospfNetwork === 'point-to-multipoint');
    return isElecting && states.length > count ? [{ kind: 'gone-neighbor', ...where }] : [];
  });
}

async function ospfStates(node: LabNode): Promise<States> {
  const seen = await node.daemons.show<ShownNeighbors>('ospfd', 'show ip ospf neighbor json');
  // ifaceName is `eth1:10.0.0.0`, nbrState `Full/-`.
  return byInterface(
    Object.values(seen?.neighbors ?? {})
      .flat()
      .map(({ ifaceName, nbrState }) => [ifaceName.split(':')[0] ?? '', nbrState.split('/')[0] ?? '']),
  );
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

async function ospf6States(node: LabNode): Promise<States> {
  const seen = await node.daemons.show<Ospf6Neighbors>('ospf6d', 'show ipv6 ospf6 neighbor json');
  return byInterface((seen?.neighbors ?? []).map(({ interfaceName, state }) => [interfaceName, state]));
}

function byInterface(pairs: readonly (readonly [device: string, state: string])[]): States {
  const states = new Map<string, string[]>();
  for (const [device, state] of pairs) states.set(device, [...(states.get(device) ?? []), state]);
  return states;
}

/** How many neighbors are past the stage where only a hello can help (RFC 2328 section 10.1). */
function exchanging(states: readonly string[]): number {
  return states.filter((state) => !['Down', 'Attempt', 'Init'].includes(state)).length;
}

async function sendHellos(node: LabNode, interfaces: readonly string[], timers: OspfTimers): Promise<void> {
  const vty = await node.daemons.vty('ospf6d');
  await vty.configure(
    node.plan.interfaces
      .filter(({ name }) => interfaces.includes(name))
      .flatMap((item) => [
        `interface ${item.name}`,
        `ipv6 ospf6 hello-interval ${String(hello6IntervalS(item, timers))}`,
        'exit',
      ]),
  );
}
