import { DRAINED_COST, speaksOspf, toldCost } from '../plan/ospf-costs.js';
import type { Family, PlanNode, PlanRouting } from '../plan/model.js';
import type { InteriorRouting } from '../topology/model/routing.js';
import { announceEntries } from './announce-map.js';

/**
 * How OSPFv2 asks its neighbors not to use a node, or to use it as before (RFC 6987). Ways through it cost the most
 * that there is; so does what it announces itself, which the largest metric of its links alone would not change.
 */
export function drainOspf(_node: PlanNode, routing: PlanRouting, isDrained: boolean): readonly string[] {
  return [
    ...(routing.transit ? [] : ['interface lo', isDrained ? costLine('ip ospf') : 'no ip ospf cost', 'exit']),
    'router ospf',
    `${isDrained ? '' : 'no '}max-metric router-lsa administrative`,
    'exit',
    ...announcements(routing, 'ipv4', isDrained),
  ];
}

/** The same for OSPFv3: a cleared R-bit would take the node off every path, also where there is no other. */
export function drainOspf6(node: PlanNode, routing: PlanRouting, isDrained: boolean): readonly string[] {
  const cost = (usual: number): string => (isDrained ? costLine('ipv6 ospf6') : `ipv6 ospf6 cost ${String(usual)}`);
  return [
    ...(routing.transit ? [] : ['interface lo', cost(1), 'exit']),
    ...node.interfaces
      .filter(speaksOspf)
      .flatMap((item) => [`interface ${item.name}`, cost(toldCost(node, item)), 'exit']),
    ...announcements(routing, 'ipv6', isDrained),
  ];
}

/**
 * The same for IS-IS, by the metrics of all interfaces: the overload bit would take the node off every path (ISO 10589
 * section 7.2.8.1), also where there is no other.
 */
export function drainIsis(node: PlanNode, routing: PlanRouting, isDrained: boolean): readonly string[] {
  const metric = (usual: number): string => `isis metric level-2 ${String(isDrained ? DRAINED_COST : usual)}`;
  return [
    ...(routing.transit || routing.bgp !== undefined ? [] : ['interface lo', metric(0), 'exit']),
    ...node.interfaces
      .filter(({ ospfNetwork }) => ospfNetwork !== 'none')
      .flatMap((item) => [`interface ${item.name}`, metric(toldCost(node, item)), 'exit']),
    ...announcements(routing, 'ipv4', isDrained, 'isis'),
    ...announcements(routing, 'ipv6', isDrained, 'isis'),
  ];
}

/** A graceful shutdown (RFC 8326). */
export function drainBgp(_node: PlanNode, { bgp }: PlanRouting, isDrained: boolean): readonly string[] {
  if (bgp === undefined) return [];
  return [`router bgp ${String(bgp.asn)}`, `${isDrained ? '' : 'no '}bgp graceful-shutdown`, 'exit'];
}

function costLine(word: string): string {
  return `${word} cost ${String(DRAINED_COST)}`;
}

function announcements(
  routing: PlanRouting,
  family: Family,
  isDrained: boolean,
  by: InteriorRouting = 'ospf',
): readonly string[] {
  return announceEntries(routing, family, by).flatMap(({ head, metric }) => [
    head,
    isDrained || metric !== undefined
      ? `set metric ${String((metric ?? 0) + (isDrained ? DRAINED_COST : 0))}`
      : 'no set metric',
    'exit',
  ]);
}
