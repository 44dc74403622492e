import type { PlanBehalf, PlanRouting } from '../plan/model.js';
import { frrBlock } from './frr-block.js';
import { familyOf } from '../support/family.js';

const MAP_NAME = 'announce';

/** An entry of the map by which a router announces services for hosts linked to it. */
interface AnnounceEntry {
  readonly head: string;
  readonly list: string;
  readonly metric: number;
  readonly prefixes: readonly string[];
  /**
   * Where it counts only while the route leads that way: of instances that cost differently, the nearest that is there
   * decides.
   */
  readonly interface: string | undefined;
}

/**
 * The route map by which a router announces services for hosts linked to it: these addresses and no other kernel route,
 * each at the cost of the link to its instance. Empty where it announces nothing in this family.
 */
export function announceMap(routing: PlanRouting, family: 'ipv4' | 'ipv6'): string {
  const word = family === 'ipv4' ? 'ip' : 'ipv6';
  return announceEntries(routing, family)
    .map(({ head, list, metric, prefixes, interface: device }) => {
      const lines = prefixes.map(
        (prefix, index) => `${word} prefix-list ${list} seq ${String(5 * (index + 1))} permit ${prefix}\n`,
      );
      const match = frrBlock(head, [
        `match ${word} address prefix-list ${list}`,
        ...(device === undefined ? [] : [`match interface ${device}`]),
        `set metric ${String(metric)}`,
      ]);
      return lines.join('') + match;
    })
    .join('');
}

/** The entries of that map: one for each metric, and where an address has several, for each interface. */
export function announceEntries(routing: PlanRouting, family: 'ipv4' | 'ipv6'): readonly AnnounceEntry[] {
  const own =
    routing.bgp !== undefined ? [] : routing.announcesFor.filter(({ address }) => familyOf(address) === family);
  const hasSeveral = ({ address }: PlanBehalf): boolean =>
    new Set(own.filter((other) => other.address === address).map(({ cost }) => cost)).size > 1;
  const entries = new Map<string, Omit<AnnounceEntry, 'head'>>();
  for (const behalf of own) {
    const device = hasSeveral(behalf) ? behalf.interface : undefined;
    const list = [MAP_NAME, String(behalf.cost), ...(device === undefined ? [] : [device])].join('-');
    const prefix = `${behalf.address}/${family === 'ipv4' ? '32' : '128'}`;
    const known = entries.get(list)?.prefixes ?? [];
    entries.set(list, { list, metric: behalf.cost, prefixes: [...new Set([...known, prefix])], interface: device });
  }
  const sorted = [...entries.values()].sort((a, b) => a.metric - b.metric || (a.list < b.list ? -1 : 1));
  const isByMetric = sorted.every((entry) => entry.interface === undefined);
  return sorted.map((entry, index) => ({
    ...entry,
    head: `route-map ${MAP_NAME} permit ${String(isByMetric ? entry.metric : index + 1)}`,
  }));
}

/**
 * The line that puts the map to use: external type 1, so that the cost adds to that of the way (RFC 2328 section 2.3).
 */
export function redistributeLines(routing: PlanRouting, family: 'ipv4' | 'ipv6'): readonly string[] {
  return announceEntries(routing, family).length === 0
    ? []
    : [`redistribute kernel metric-type 1 route-map ${MAP_NAME}`];
}
