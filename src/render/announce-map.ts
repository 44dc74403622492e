import type { PlanRouting } from '../plan/model.js';
import { frrBlock } from './frr-block.js';

const MAP_NAME = 'announce';

/**
 * The route map by which a router announces services for hosts linked to it: these addresses and no other kernel route,
 * each at the cost of the link to its instance. Empty where it announces nothing in this family.
 */
export function announceMap(routing: PlanRouting, family: 'ipv4' | 'ipv6'): string {
  const word = family === 'ipv4' ? 'ip' : 'ipv6';
  return announceEntries(routing, family)
    .map(({ head, metric: cost, prefixes }) => {
      const list = `${MAP_NAME}-${String(cost)}`;
      const lines = prefixes.map((prefix, index) => `${word} prefix-list ${list} seq ${String(5 * (index + 1))} permit ${prefix}\n`);
      const match = frrBlock(head, [
        `match ${word} address prefix-list ${list}`,
        `set metric ${String(cost)}`,
      ]);
      return lines.join('') + match;
    })
    .join('');
}

/** The entries of that map, one for each metric. */
export function announceEntries(routing: PlanRouting, family: 'ipv4' | 'ipv6'): readonly { readonly head: string; readonly metric: number; readonly prefixes: readonly string[] }[] {
  return [...costs(routing, family)]
    .sort(([a], [b]) => a - b)
    .map(([metric, prefixes]) => ({ head: `route-map ${MAP_NAME} permit ${String(metric)}`, metric, prefixes }));
}

/** The line that puts the map to use: external type 1, so that the cost adds to that of the way (RFC 2328 section 2.3). */
export function redistributeLines(routing: PlanRouting, family: 'ipv4' | 'ipv6'): readonly string[] {
  return costs(routing, family).size === 0 ? [] : [`redistribute kernel metric-type 1 route-map ${MAP_NAME}`];
}

/** Link cost -> prefixes whose nearest instance on this router costs that much. */
function costs(routing: PlanRouting, family: 'ipv4' | 'ipv6'): ReadonlyMap<number, readonly string[]> {
  const least = new Map<string, number>();
  if (routing.bgp !== undefined) return new Map();
  for (const { address, cost } of routing.announcesFor) {
    if (address.includes(':') === (family === 'ipv6')) least.set(address, Math.min(cost, least.get(address) ?? Infinity));
  }
  const byCost = new Map<number, string[]>();
  for (const [address, cost] of least) {
    byCost.set(cost, [...(byCost.get(cost) ?? []), `${address}/${family === 'ipv4' ? '32' : '128'}`]);
  }
  return byCost;
}
