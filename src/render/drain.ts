import { DRAINED_COST, speaksOspf, toldCost } from '../plan/ospf-costs.js';
import type { PlanNode, PlanRouting } from '../plan/model.js';
import { announceEntries } from './announce-map.js';

/**
 * How an OSPF daemon asks its neighbors not to use a node, or to use it as before (RFC 6987). Ways through it cost the
 * most that there is; so does what it announces itself, which the largest metric of its links alone would not change.
 */
export function drainLines(
  node: PlanNode,
  routing: PlanRouting,
  daemon: 'ospfd' | 'ospf6d',
  isDrained: boolean,
): readonly string[] {
  const cost = (word: string, usual: string): string => (isDrained ? `${word} cost ${String(DRAINED_COST)}` : usual);
  const announcements = announceEntries(routing, daemon === 'ospfd' ? 'ipv4' : 'ipv6').flatMap(({ head, metric }) => [
    head,
    `set metric ${String(metric + (isDrained ? DRAINED_COST : 0))}`,
    'exit',
  ]);
  const speaking = node.interfaces.filter(speaksOspf);
  if (daemon === 'ospfd') {
    return [
      ...(routing.transit ? [] : ['interface lo', cost('ip ospf', 'no ip ospf cost'), 'exit']),
      'router ospf',
      `${isDrained ? '' : 'no '}max-metric router-lsa administrative`,
      'exit',
      ...announcements,
    ];
  }
  return [
    ...(routing.transit ? [] : ['interface lo', cost('ipv6 ospf6', 'ipv6 ospf6 cost 1'), 'exit']),
    // A cleared R-bit would take the node off every way, also where there is no other.
    ...speaking.flatMap((item) => [
      `interface ${item.name}`,
      cost('ipv6 ospf6', `ipv6 ospf6 cost ${String(toldCost(node, item))}`),
      'exit',
    ]),
    ...announcements,
  ];
}
