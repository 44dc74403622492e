import { protocols } from '../../../plan/protocols.js';
import type { Daemon, Family } from '../../../plan/model.js';
import type { Lacking } from '../../../protocol/lacking.js';
import type { LabNode } from '../../node/lab-node.js';
import { ospf6Shown, ospfShown, type ShownStates } from '../ospf.js';

/** An interface on which OSPF looks for neighbors. */
export interface OspfInterface {
  readonly node: string;
  readonly family: Family;
  readonly interface: string;
  /** The broadcast domain that it is on. */
  readonly segment: number;
  /** Whether it waits for others before it elects a designated router (RFC 2328 section 9.4). */
  readonly isWaiting: boolean;
  readonly neighbors: readonly string[];
}

interface ShownInterface {
  readonly state?: string;
  readonly ospf6InterfaceState?: string;
  readonly timerPassiveIface?: boolean;
}

type ShownInterfaces = Readonly<Record<string, ShownInterface>>;

const none: ShownStates = { states: new Map(), unchangedMs: Infinity };

/** The interfaces of a node on which OSPF looks for neighbors, of both families, whoever has configured it, and since when none changed. */
export async function ospfInterfaces(
  node: LabNode,
): Promise<{ readonly interfaces: readonly OspfInterface[]; readonly unchangedMs: number }> {
  const { daemons } = node;
  const v2 = protocols.ospfv2.daemon;
  const v3 = protocols.ospfv3.daemon;
  const shown = runs(node, v2)
    ? (await daemons.show<{ interfaces?: ShownInterfaces }>(v2, 'show ip ospf interface json'))?.interfaces
    : undefined;
  const shown6 = runs(node, v3) ? await daemons.show<ShownInterfaces>(v3, 'show ipv6 ospf6 interface json') : undefined;
  const of4 = shown === undefined ? none : await ospfShown(node);
  const of6 = shown6 === undefined ? none : await ospf6Shown(node);
  const interfaces = node.plan.interfaces.flatMap(({ name, segment }) => {
    const where = { node: node.name, interface: name, segment };
    return [
      ...looking({ ...where, family: 'ipv4', neighbors: of4.states.get(name) ?? [] }, shown?.[name]),
      ...looking({ ...where, family: 'ipv6', neighbors: of6.states.get(name) ?? [] }, shown6?.[name]),
    ];
  });
  return { interfaces, unchangedMs: Math.min(of4.unchangedMs, of6.unchangedMs) };
}

/** Elections to come, and neighbors whose databases are being exchanged: each ends by itself. */
export function ospfUnderWay(interfaces: readonly OspfInterface[]): readonly Lacking[] {
  return interfaces.flatMap((item): readonly Lacking[] => {
    const { node, family, interface: device, neighbors, isWaiting } = item;
    const others = othersOf(item, interfaces);
    if (isWaiting && (others > 0 || neighbors.length > 0))
      return [{ kind: 'electing', node, family, interface: device }];
    return neighbors.every((state) => isAtRest(state))
      ? []
      : [{ kind: 'adjacency', node, family, interface: device, wanted: Math.max(others, 1), states: neighbors }];
  });
}

/** Interfaces that have heard of no neighbor yet, though one on the same segment looks for them. */
export function ospfUnheard(interfaces: readonly OspfInterface[]): readonly Lacking[] {
  return interfaces.flatMap((item): readonly Lacking[] => {
    const { node, family, interface: device, neighbors } = item;
    const wanted = othersOf(item, interfaces);
    return wanted === 0 || neighbors.length > 0
      ? []
      : [{ kind: 'adjacency', node, family, interface: device, wanted, states: [] }];
  });
}

function othersOf({ node, family, segment }: OspfInterface, interfaces: readonly OspfInterface[]): number {
  return interfaces.filter((each) => each.segment === segment && each.family === family && each.node !== node).length;
}

/** Neighbors between which nothing more is to come: adjacent, or with no need to be (RFC 2328 section 10.4). */
function isAtRest(state: string): boolean {
  return ['Full', '2-Way', 'Twoway', 'Down', 'Attempt'].includes(state);
}

/** None where it looks for no neighbors. */
function looking(where: Omit<OspfInterface, 'isWaiting'>, shown: ShownInterface | undefined): readonly OspfInterface[] {
  const state = shown?.state ?? shown?.ospf6InterfaceState ?? 'None';
  if (shown?.timerPassiveIface === true || ['Down', 'Loopback', 'None'].includes(state)) return [];
  return [{ ...where, isWaiting: state === 'Waiting' }];
}

function runs(node: LabNode, daemon: Daemon): boolean {
  return node.daemons.names.includes(daemon);
}
