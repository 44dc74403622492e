import type { PlanSession } from '../plan/model.js';
import type { RoutePolicy } from '../topology/model/topology.js';
import { ENTRIES, policyLines, routeMapName, withholdEntry } from './route-maps.js';

/** The commands that give the route maps of a session another policy than the file's, in place. */
export function changedPolicyLines(session: PlanSession, policy: RoutePolicy, asn: number): readonly string[] {
  const entry = String(ENTRIES.anycast);
  return [
    `route-map ${routeMapName('from', session)} permit ${entry}`,
    ...policyLines('from', policy, session, asn),
    'exit',
    `route-map ${routeMapName('to', session)} permit ${entry}`,
    ...(policy.med === undefined ? ['no set metric'] : []),
    ...(policy.prepend === undefined ? ['no set as-path prepend'] : []),
    ...policyLines('to', policy, session, asn),
    'exit',
  ];
}

/**
 * The commands by which a session tells everything that the node hears, whatever was asked of it; or no longer does.
 */
export function leakLines(session: PlanSession, isLeaking: boolean): readonly string[] {
  const unseal = `route-map ${routeMapName('from', session)} permit ${String(ENTRIES.unseal)}`;
  if (!isLeaking)
    return [
      `no ${unseal}`,
      ...withholdEntry(session)
        .trim()
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    ];
  const withheld =
    withholdEntry(session) === ''
      ? []
      : [`no route-map ${routeMapName('to', session)} deny ${String(ENTRIES.withhold)}`];
  return [...withheld, unseal, 'match community sealed', 'set comm-list sealed delete', 'on-match next', 'exit'];
}

/** The commands that let a node announce prefixes besides its own, and no longer those of before. */
export function hijackLines(asn: number, prefixes: readonly string[], before: readonly string[]): readonly string[] {
  const gone = before.filter((prefix) => !prefixes.includes(prefix));
  if (prefixes.length + gone.length === 0) return [];
  const block = (prefix: string, word: string): readonly string[] => [
    `address-family ${prefix.includes(':') ? 'ipv6' : 'ipv4'} unicast`,
    `${word}network ${prefix}`,
    'exit-address-family',
  ];
  return [
    `router bgp ${String(asn)}`,
    // Who announces what is not its own does not ask whether it is there.
    'no bgp network import-check',
    ...gone.flatMap((prefix) => block(prefix, 'no ')),
    ...prefixes.flatMap((prefix) => block(prefix, '')),
    ...(prefixes.length === 0 ? ['bgp network import-check'] : []),
    'exit',
  ];
}
