import { daemonKey, isLinkUp, speaks, type Condition } from '../plan/condition.js';
import { configures } from '../plan/line-daemons.js';
import type { Daemon, Family, LabPlan, OspfTimers, PlanSession } from '../plan/model.js';
import { hello6IntervalS } from '../plan/timers.js';
import { lackingSessions, wantedSessions } from './bgp-sessions.js';
import type { LabNode } from './lab-node.js';

interface Ospf6Neighbors {
  readonly neighbors?: readonly { readonly state: string; readonly interfaceName: string }[];
}

interface OspfNeighbors {
  readonly neighbors?: Readonly<Record<string, readonly { readonly nbrState: string; readonly ifaceName: string }[]>>;
}

/**
 * The adjacencies that a node should have and has not, for people: `router1: OSPFv3 on eth2 is Init`. OSPFv3's are
 * hastened: its next hello is a whole second away at least, but entering an interface's hello interval again, unchanged,
 * makes ospf6d send one at once. Two rounds take two routers from never having met to the database exchange.
 */
export async function lackingAdjacencies(node: LabNode, plan: LabPlan, condition: Condition): Promise<readonly string[]> {
  const wanted = wantedNeighbors(node, plan, condition, 'ipv4');
  const wanted6 = wantedNeighbors(node, plan, condition, 'ipv6');
  const sessions = wantedSessions(node, plan, condition);
  const daemons = node.plan.routing?.daemons ?? [];
  if (!node.isResponsive || wanted.size + wanted6.size + sessions.length === 0) return [];
  const dead = daemons.filter((daemon) => condition.deadDaemons.has(daemonKey(daemon, node.name)));
  const ended = (await node.daemons.ended()).filter((daemon) => !dead.includes(daemon));
  if (ended.length > 0) return [`${node.name}: ${ended.join(' and ')} ended`];
  const { routing } = node.plan;
  const speaksNow = (daemon: Daemon): boolean => routing !== undefined && configures(routing, daemon) && !dead.includes(daemon);
  const [ospf, ospf6] = await Promise.all([
    speaksNow('ospfd') ? ospfStates(node) : undefined,
    speaksNow('ospf6d') ? ospf6States(node) : undefined,
  ]);
  const asleep = ospf6 === undefined ? [] : [...wanted6].filter(([name, count]) => exchanging(ospf6.get(name)) < count);
  if (asleep.length > 0) {
    await sendHellos(node, asleep.map(([name]) => name), plan.timers);
  }
  const bgp = await lackingSessions(node, sessions);
  const watching = [...(speaksNow('ospfd') ? wanted : []), ...(speaksNow('ospf6d') ? wanted6 : []), ...countByInterface(sessions)];
  const bfd = speaksNow('bfdd') ? await missingSessions(node, watching) : [];
  return [...missing(node, 'OSPFv2', ospf, wanted), ...missing(node, 'OSPFv3', ospf6, wanted6), ...bgp, ...bfd];
}

function countByInterface(sessions: readonly PlanSession[]): readonly (readonly [device: string, sessions: number])[] {
  return sessions.flatMap(({ interface: device, bfd }) => (device === undefined || bfd === undefined ? [] : [[device, 1] as const]));
}

/** The states of the neighbors on each interface. */
type States = ReadonlyMap<string, readonly string[]>;

/** How many neighbors each interface should have: the other speakers of its segment whose links carry packets. */
function wantedNeighbors(node: LabNode, plan: LabPlan, condition: Condition, family: Family): ReadonlyMap<string, number> {
  const usable = new Set(plan.links.filter((link) => isLinkUp(link, condition)).map((link) => link.id));
  const neighbors = (segment: number): number =>
    plan.nodes.filter(
      (other) =>
        other.name !== node.name &&
        other.routing !== undefined &&
        speaks(other.name, family, condition) &&
        other.interfaces.some((item) => item.segment === segment && usable.has(item.link)),
    ).length;
  const speaking = node.plan.interfaces.filter((item) => item.ospfNetwork.startsWith('point') && usable.has(item.link));
  return new Map(speaking.map((item) => [item.name, neighbors(item.segment)] as const).filter(([, count]) => count > 0));
}

/** Where a segment elected a designated router, all others are adjacent to it and its backup alone (RFC 2328 section 10.4). */
function isAdjacent(states: readonly string[], count: number): boolean {
  const settled = states.filter((state) => state === 'Full' || state === 'Twoway');
  return settled.length >= count && states.includes('Full');
}

function missing(
  node: LabNode,
  protocol: string,
  states: States | undefined,
  wanted: ReadonlyMap<string, number>,
): readonly string[] {
  if (states === undefined) return [];
  return [...wanted]
    .filter(([name, count]) => !isAdjacent(states.get(name) ?? [], count))
    .map(([name]) => `${node.name}: ${protocol} on ${name} is ${states.get(name)?.join(', ') ?? 'without a neighbor'}`);
}

async function ospfStates(node: LabNode): Promise<States> {
  const seen = await node.daemons.show<OspfNeighbors>('ospfd', 'show ip ospf neighbor json');
  // ifaceName is `eth1:10.0.0.0`, nbrState `Full/-`.
  return byInterface(
    Object.values(seen?.neighbors ?? {})
      .flat()
      .map(({ ifaceName, nbrState }) => [ifaceName.split(':')[0] ?? '', nbrState.split('/')[0] ?? '']),
  );
}

type BfdPeers = readonly { readonly interface?: string; readonly status?: string }[];

/**
 * BFD sessions that are not up yet, one for each neighbor of each family: until they are, a failure would not be noticed
 * by them. A session begins with a packet a second (RFC 5880 section 6.8.3).
 */
async function missingSessions(node: LabNode, watching: readonly (readonly [device: string, sessions: number])[]): Promise<readonly string[]> {
  const peers = (await node.daemons.show<BfdPeers>('bfdd', 'show bfd peers json')) ?? [];
  return node.plan.interfaces.flatMap(({ name, bfd }) => {
    const count = bfd === undefined ? 0 : watching.reduce((sum, [device, sessions]) => sum + (device === name ? sessions : 0), 0);
    const up = peers.filter((peer) => peer.interface === name && peer.status === 'up').length;
    return up >= count ? [] : [`${node.name}: BFD on ${name} has ${String(up)} of ${String(count)} sessions up`];
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
function exchanging(states: readonly string[] = []): number {
  return states.filter((state) => !['Down', 'Attempt', 'Init'].includes(state)).length;
}

async function sendHellos(node: LabNode, interfaces: readonly string[], timers: OspfTimers): Promise<void> {
  const vty = await node.daemons.vty('ospf6d');
  await vty.configure(
    node.plan.interfaces
      .filter(({ name }) => interfaces.includes(name))
      .flatMap((item) => [`interface ${item.name}`, `ipv6 ospf6 hello-interval ${String(hello6IntervalS(item, timers))}`, 'exit']),
  );
}
