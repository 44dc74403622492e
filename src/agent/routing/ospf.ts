import { countTransitLinks, readOspf6Database, readOspfDatabase, type LinkState } from '../../codec/link-state.js';
import type { Condition } from '../../forecast/condition.js';
import type { Edge } from '../../forecast/graph.js';
import { terrainOf } from '../../forecast/terrain.js';
import type { Family, LabPlan, PlanInterface } from '../../plan/model.js';
import type { OspfTimers } from '../../plan/parts/ospf-timers.js';
import { speaksOspf } from '../../plan/ospf-costs.js';
import { protocols } from '../../plan/protocols.js';
import { hello6IntervalS } from '../../plan/timers.js';
import type { Lacking, LackingAdjacency } from '../../protocol/lacking.js';
import type { LabNode } from '../node/lab-node.js';
import type { Expected, InteriorNeighbors, WantedNeighbors } from './wanted-neighbors.js';

interface Ospf6Neighbors {
  readonly neighbors?: readonly {
    readonly state: string;
    readonly interfaceName: string;
    /** In this state: `00:01:05`, with days before it where there are some. */
    readonly duration?: string;
  }[];
}

interface ShownNeighbors {
  readonly neighbors?: Readonly<
    Record<string, readonly { readonly nbrState: string; readonly ifaceName: string; readonly upTimeInMsec?: number }[]>
  >;
}

/** The neighbors by OSPF, or by IS-IS. */
export function expectedInterior(plan: LabPlan, condition: Condition): InteriorNeighbors {
  const { interiorOf } = terrainOf(plan, condition);
  return { ipv4: interiorOf('ipv4').graph.edges, ipv6: interiorOf('ipv6').graph.edges };
}

export function ospfNeighbors(node: LabNode, { interior }: Expected): WantedNeighbors {
  const wanted = countOf(interior.ipv4.get(node.name) ?? []);
  return {
    isLooking: node.plan.interfaces.some(speaksOspf),
    watched: [...wanted],
    lacking: async () => missing(node, 'ipv4', await ospfStates(node), wanted),
  };
}

export function ospf6Neighbors(node: LabNode, { interior }: Expected): WantedNeighbors {
  const wanted = countOf(interior.ipv6.get(node.name) ?? []);
  return {
    isLooking: node.plan.interfaces.some(speaksOspf),
    watched: [...wanted],
    lacking: async () => {
      const found = missing(node, 'ipv6', await ospf6States(node), wanted);
      return found.length > 0 ? found : await undescribedSegments(node, wanted);
    },
  };
}

/**
 * Shortens the wait for OSPFv3: its next hello is at least a whole second away, but entering an interface's hello
 * interval again, unchanged, makes the daemon send one at once. Two rounds take two routers from never having met to the
 * database exchange.
 */
export async function hastenOspf6(node: LabNode, plan: LabPlan, lacking: readonly Lacking[]): Promise<void> {
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

export async function ospfLinkState(router: LabNode): Promise<LinkState> {
  const [links, segments, external] = await Promise.all(
    ['router', 'network', 'external'].map((kind) =>
      router.daemons.show(protocols.ospfv2.daemon, `show ip ospf database ${kind} json`),
    ),
  );
  return readOspfDatabase(links, segments, external);
}

export async function ospf6LinkState(router: LabNode): Promise<LinkState> {
  const kinds = ['router', 'network', 'intra-prefix', 'as-external'];
  const answers = await Promise.all(
    kinds.map((kind) => router.daemons.show(protocols.ospfv3.daemon, `show ipv6 ospf6 database ${kind} detail json`)),
  );
  return readOspf6Database(...answers);
}

/** How many neighbors there are on each interface. */
export function countOf(edges: readonly Edge[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const edge of edges) counts.set(edge.interface, (counts.get(edge.interface) ?? 0) + 1);
  return counts;
}

/** The states of the neighbors on each interface. */
export type States = ReadonlyMap<string, readonly string[]>;

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
  shown: States,
  wanted: ReadonlyMap<string, number>,
): readonly Lacking[] {
  return node.plan.interfaces.filter(speaksOspf).flatMap((item): readonly Lacking[] => {
    const where = { node: node.name, family, interface: item.name };
    const states = shown.get(item.name) ?? [];
    const count = wanted.get(item.name) ?? 0;
    if (!isAdjacent(states, count)) return [{ kind: 'adjacency', ...where, wanted: count, states }];
    // When a designated router is missed at last, routes over the segment go, and come back with the next one.
    return isElecting(item, family) && states.length > count ? [{ kind: 'gone-neighbor', ...where }] : [];
  });
}

/** Whether the routers on that link elect a designated one; ospf6d knows no point-to-multipoint. */
function isElecting({ ospfNetwork }: PlanInterface, family: Family): boolean {
  return ospfNetwork === 'broadcast' || (family === 'ipv6' && ospfNetwork === 'point-to-multipoint');
}

/** No router has a route over a segment that its router leaves out, though all its neighbors are Full (0065). */
async function undescribedSegments(node: LabNode, wanted: ReadonlyMap<string, number>): Promise<readonly Lacking[]> {
  const segments = node.plan.interfaces.filter(
    (item) => speaksOspf(item) && isElecting(item, 'ipv6') && (wanted.get(item.name) ?? 0) > 0,
  ).length;
  const routerId = node.plan.routing?.routerId;
  if (segments === 0 || routerId === undefined) return [];
  const database = await node.daemons.show(
    protocols.ospfv3.daemon,
    `show ipv6 ospf6 database router adv-router ${routerId} detail json`,
  );
  const described = countTransitLinks(database, routerId);
  return described >= segments ? [] : [{ kind: 'undescribed', node: node.name, described, segments }];
}

async function ospfStates(node: LabNode): Promise<States> {
  return (await ospfShown(node)).states;
}

async function ospf6States(node: LabNode): Promise<States> {
  return (await ospf6Shown(node)).states;
}

/** The neighbors of a node, and for how long no state of theirs has got further. */
export interface ShownStates {
  readonly states: States;
  readonly unchangedMs: number;
}

export async function ospfShown(node: LabNode): Promise<ShownStates> {
  const seen = await node.daemons.show<ShownNeighbors>(protocols.ospfv2.daemon, 'show ip ospf neighbor json');
  const all = Object.values(seen?.neighbors ?? {}).flat();
  // ifaceName is `eth1:10.0.0.0`, nbrState `Full/-`.
  return {
    states: byInterface(
      all.map(({ ifaceName, nbrState }) => [ifaceName.split(':')[0] ?? '', nbrState.split('/')[0] ?? '']),
    ),
    unchangedMs: Math.min(...all.map(({ upTimeInMsec = Infinity }) => upTimeInMsec)),
  };
}

export async function ospf6Shown(node: LabNode): Promise<ShownStates> {
  const seen = await node.daemons.show<Ospf6Neighbors>(protocols.ospfv3.daemon, 'show ipv6 ospf6 neighbor json');
  const all = seen?.neighbors ?? [];
  return {
    states: byInterface(all.map(({ interfaceName, state }) => [interfaceName, state])),
    unchangedMs: Math.min(...all.map(({ duration }) => shownDurationMs(duration))),
  };
}

/** A time as ospf6d shows it: `00:01:05`, `2d00:01:05`. Without end where it is not shown so. */
function shownDurationMs(text = ''): number {
  const [, days = '0', hours, minutes, seconds] = /^(?:(\d+)d)?(\d+):(\d+):(\d+)$/.exec(text) ?? [];
  if (hours === undefined) return Infinity;
  return 1000 * (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds));
}

export function byInterface(pairs: readonly (readonly [device: string, state: string])[]): States {
  const states = new Map<string, string[]>();
  for (const [device, state] of pairs) states.set(device, [...(states.get(device) ?? []), state]);
  return states;
}

/** How many neighbors are past the stage where only a hello can help (RFC 2328 section 10.1). */
function exchanging(states: readonly string[]): number {
  return states.filter((state) => !['Down', 'Attempt', 'Init'].includes(state)).length;
}

async function sendHellos(node: LabNode, interfaces: readonly string[], timers: OspfTimers): Promise<void> {
  const vty = await node.daemons.vty(protocols.ospfv3.daemon);
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
