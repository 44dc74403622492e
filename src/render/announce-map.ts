import { hostPrefix } from '../plan/addressing.js';
import type { InteriorRouting } from '../topology/model/routing.js';
import type { Family, PlanBehalf, PlanRouting } from '../plan/model.js';
import { frrBlock } from './frr-block.js';
import { familyOf } from '../support/family.js';

/** An entry of the map by which a router announces services for hosts linked to it. */
interface AnnounceEntry {
  readonly head: string;
  readonly list: string;
  /** Undefined where OSPF adds the cost of the link itself. */
  readonly metric: number | undefined;
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
export function announceMap(routing: PlanRouting, family: Family, by: InteriorRouting = 'ospf'): string {
  const word = family === 'ipv4' ? 'ip' : 'ipv6';
  return announceEntries(routing, family, by)
    .map(({ head, list, metric, prefixes, interface: device }) => {
      const lines = prefixes.map(
        (prefix, index) => `${word} prefix-list ${list} seq ${String(5 * (index + 1))} permit ${prefix}\n`,
      );
      const match = frrBlock(head, [
        `match ${word} address prefix-list ${list}`,
        ...(device === undefined ? [] : [`match interface ${device}`]),
        ...(metric === undefined ? [] : [`set metric ${String(metric)}`]),
      ]);
      return lines.join('') + match;
    })
    .join('');
}

/** The entries of that map: one for each metric, and where an address has several, for each interface. */
export function announceEntries(
  routing: PlanRouting,
  family: Family,
  by: InteriorRouting = 'ospf',
): readonly AnnounceEntry[] {
  const name = announceMapName(family, by);
  const own =
    routing.bgp !== undefined ? [] : routing.announcesFor.filter(({ address }) => familyOf(address) === family);
  const prefixOf = ({ address }: PlanBehalf): string => hostPrefix(address);
  if (addsLinks(family, by)) {
    const prefixes = [...new Set(own.map(prefixOf))];
    const entry = { head: `route-map ${name} permit 1`, list: name, metric: undefined, interface: undefined };
    return prefixes.length === 0 ? [] : [{ ...entry, prefixes }];
  }
  const hasSeveral = ({ address }: PlanBehalf): boolean =>
    new Set(own.filter((other) => other.address === address).map(({ cost }) => cost)).size > 1;
  const entries = new Map<string, Omit<AnnounceEntry, 'head' | 'metric'> & { readonly metric: number }>();
  for (const behalf of own) {
    const device = hasSeveral(behalf) ? behalf.interface : undefined;
    const list = [name, String(behalf.cost), ...(device === undefined ? [] : [device])].join('-');
    const known = entries.get(list)?.prefixes ?? [];
    const prefixes = [...new Set([...known, prefixOf(behalf)])];
    entries.set(list, { list, metric: behalf.cost, prefixes, interface: device });
  }
  const sorted = [...entries.values()].sort((a, b) => a.metric - b.metric || (a.list < b.list ? -1 : 1));
  const isByMetric = sorted.every((entry) => entry.interface === undefined);
  return sorted.map((entry, index) => ({
    ...entry,
    head: `route-map ${name} permit ${String(isByMetric ? entry.metric : index + 1)}`,
  }));
}

/** isisd has one map for each family, where OSPF has a daemon for each. */
export function announceMapName(family: Family, by: InteriorRouting): string {
  return by === 'isis' ? `announce-${family}` : 'announce';
}

/**
 * The line that puts the map to use: external type 1, so that the cost adds to that of the way (RFC 2328 section 2.3).
 */
export function redistributeLines(routing: PlanRouting, family: Family): readonly string[] {
  const metric = addsLinks(family, 'ospf') ? ' metric 0' : '';
  return announceEntries(routing, family).length === 0
    ? []
    : [`redistribute kernel${metric} metric-type 1 route-map ${announceMapName(family, 'ospf')}`];
}

/**
 * Whether others add the cost of the link to the instance to what is announced: ospfd names the instance's own address,
 * where its packets are to go (the forwarding address of RFC 2328 section 16.4), and the way there counts. ospf6d does
 * the same from FRRouting 9 on, but for routes to a link-local address, and all of these are.
 */
function addsLinks(family: Family, by: InteriorRouting): boolean {
  return by === 'ospf' && family === 'ipv4';
}
