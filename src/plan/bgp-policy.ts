import { contains, parsePrefix } from '../support/ip.js';
import { familyOf } from '../support/family.js';
import type { NeighborRelation, PrefixRange } from '../topology/model/topology.js';
import { hostPrefix } from './addressing.js';
import type { LabPlan } from './model.js';

/** The default local preference (RFC 4271 leaves it open; every implementation has 100). */
export const DEFAULT_PREFERENCE = 100;

/**
 * Customers pay, peers cost nothing, providers are paid: the usual order of preference (Gao and Rexford, 2001).
 */
export function relationPreference(relation: NeighborRelation | undefined): number {
  return { customer: DEFAULT_PREFERENCE, peer: 90, provider: 80 }[relation ?? 'customer'];
}

/**
 * The prefixes that policies are for: the addresses of services, what lies in their covering prefixes, and what routers
 * announce by themselves. Links with hosts are none of them, so that answers find their way.
 */
export function anycastPrefixes(
  plan: Pick<LabPlan, 'services' | 'nodes'>,
): readonly { readonly prefix: string; readonly andLonger: boolean }[] {
  const speakers = plan.nodes.flatMap(({ routing }) => routing?.bgp ?? []);
  const held = speakers.flatMap(({ origins, aggregates = [] }) => [
    ...origins.filter(({ isHeld }) => isHeld === true).map(({ prefix }) => prefix),
    ...aggregates.map(({ prefix }) => prefix),
  ]);
  const hasDefault = speakers.some(({ sessions }) => sessions.some(({ policy }) => policy.defaultOriginate === true));
  return [
    ...ofServices(plan),
    ...[...new Set([...held, ...(hasDefault ? Object.values(defaultPrefixes) : [])])].map((prefix) => ({
      prefix,
      andLonger: false,
    })),
  ];
}

export const defaultPrefixes = { ipv4: '0.0.0.0/0', ipv6: '::/0' } as const;

/** Whether some ranges let a prefix pass: those of its own family count, and where there are none, all do. */
export function passes(ranges: readonly PrefixRange[] | undefined, text: string): boolean {
  // Most sessions have none, and this is asked for each route of each.
  if (ranges === undefined) return true;
  const prefix = parsePrefix(text)?.prefix;
  if (prefix === undefined) return true;
  const own = ranges.filter((range) => familyOf(range.prefix) === prefix.family);
  return (
    own.length === 0 ||
    own.some((range) => {
      const outer = parsePrefix(range.prefix)?.prefix;
      return (
        outer !== undefined && contains(outer, prefix) && range.least <= prefix.length && prefix.length <= range.most
      );
    })
  );
}

function ofServices(
  plan: Pick<LabPlan, 'services'>,
): readonly { readonly prefix: string; readonly andLonger: boolean }[] {
  return plan.services.flatMap(({ addresses, covering }) => [
    ...addresses.map((address) => ({ prefix: hostPrefix(address), andLonger: false })),
    ...(covering?.prefixes ?? []).map((prefix) => ({ prefix, andLonger: true })),
  ]);
}

/** Those of some prefixes that policies are for. */
export function anycastAmong(
  plan: Pick<LabPlan, 'services' | 'nodes'>,
  prefixes: readonly string[],
): ReadonlySet<string> {
  const all = anycastPrefixes(plan);
  const covering = all.filter(({ andLonger }) => andLonger).flatMap(({ prefix }) => parsePrefix(prefix)?.prefix ?? []);
  const exact = new Set(all.map(({ prefix }) => prefix));
  const isCovered = (text: string): boolean => {
    const inner = covering.length === 0 ? undefined : parsePrefix(text)?.prefix;
    return inner !== undefined && covering.some((outer) => contains(outer, inner));
  };
  return new Set(prefixes.filter((prefix) => exact.has(prefix) || isCovered(prefix)));
}
