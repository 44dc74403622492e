import { contains, parsePrefix } from '../support/ip.js';
import type { NeighborRelation } from '../topology/model/topology.js';
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

/** The prefixes that policies are for: the addresses of services, and what lies in their covering prefixes. */
export function anycastPrefixes(
  plan: Pick<LabPlan, 'services'>,
): readonly { readonly prefix: string; readonly andLonger: boolean }[] {
  return plan.services.flatMap(({ addresses, covering }) => [
    ...addresses.map((address) => ({ prefix: hostPrefix(address), andLonger: false })),
    ...(covering?.prefixes ?? []).map((prefix) => ({ prefix, andLonger: true })),
  ]);
}

/** Those of some prefixes that policies are for. */
export function anycastAmong(plan: Pick<LabPlan, 'services'>, prefixes: readonly string[]): ReadonlySet<string> {
  const all = anycastPrefixes(plan);
  const covering = all.filter(({ andLonger }) => andLonger).flatMap(({ prefix }) => parsePrefix(prefix)?.prefix ?? []);
  const exact = new Set(all.map(({ prefix }) => prefix));
  const isCovered = (text: string): boolean => {
    const inner = covering.length === 0 ? undefined : parsePrefix(text)?.prefix;
    return inner !== undefined && covering.some((outer) => contains(outer, inner));
  };
  return new Set(prefixes.filter((prefix) => exact.has(prefix) || isCovered(prefix)));
}
