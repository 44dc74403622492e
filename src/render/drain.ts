import { DRAINED_COST, speaksOspf, toldCost } from '../plan/ospf-costs.js';
import type { Family, PlanNode, PlanRouting } from '../plan/model.js';
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

/** A graceful shutdown (RFC 8326). */
export function drainBgp(_node: PlanNode, { bgp }: PlanRouting, isDrained: boolean): readonly string[] {
  if (bgp === undefined) return [];
  return [`router bgp ${String(bgp.asn)}`, `${isDrained ? '' : 'no '}bgp graceful-shutdown`, 'exit'];
}

function costLine(word: string): string {
  return `${word} cost ${String(DRAINED_COST)}`;
}

function announcements(routing: PlanRouting, family: Family, isDrained: boolean): readonly string[] {
  return announceEntries(routing, family).flatMap(({ head, metric }) => [
    head,
    isDrained || metric !== undefined
      ? `set metric ${String((metric ?? 0) + (isDrained ? DRAINED_COST : 0))}`
      : 'no set metric',
    'exit',
  ]);
}
