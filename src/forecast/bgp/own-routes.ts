import { contains, parsePrefix } from '../../support/ip.js';
import { DEFAULT_PREFERENCE, defaultPrefixes } from '../../plan/bgp-policy.js';
import type { PlanNode, PlanSession } from '../../plan/model.js';
import type { BgpRoute } from './route.js';

/** A route that a speaker announces of its own. */
export function ownRoute(prefix: string, isDraining: boolean): BgpRoute {
  return {
    prefix,
    session: undefined,
    asPath: [],
    localPreference: isDraining ? 0 : DEFAULT_PREFERENCE,
    med: 0,
    communities: new Set(isDraining ? ['graceful-shutdown'] : []),
    heardFrom: undefined,
    reflection: undefined,
    bandwidth: undefined,
  };
}

/** The default route that a speaker makes up for a neighbor: no policy of it changes that. */
export function defaultFrom({ routing }: PlanNode, { family, kind, policy }: PlanSession): BgpRoute | undefined {
  if (kind !== 'external' || policy.defaultOriginate !== true) return undefined;
  return { ...ownRoute(defaultPrefixes[family], false), asPath: [routing?.bgp?.asn ?? 0] };
}

/** Whether a prefix is a part of another one, and not all of it. */
export function isPartOf(inner: string, outer: string): boolean {
  const [a, b] = [parsePrefix(inner)?.prefix, parsePrefix(outer)?.prefix];
  return a !== undefined && b !== undefined && a.length > b.length && contains(b, a);
}

/** Numbers for private use (RFC 6996). */
export function isPrivateAs(asn: number): boolean {
  return (asn >= 64_512 && asn <= 65_534) || (asn >= 4_200_000_000 && asn <= 4_294_967_294);
}
