import type { LabPlan, PlanNode, PlanSession } from '../plan/model.js';
import { discardAddresses } from '../plan/addressing.js';
import { anycastPrefixes, relationPreference } from '../plan/bgp-policy.js';
import type { NeighborRelation, RoutePolicy } from '../topology/model/topology.js';
import { frrBlock } from './frr-block.js';

/** Where a route came from, told within one's own autonomous system by a large community `ASN:0:tag` (RFC 8092). */
const TAGS: Readonly<Record<NeighborRelation, number>> = { customer: 1, peer: 2, provider: 3 };

/** The entries of a session's route maps: what is withheld, anycast routes, everything else. */
export const ENTRIES = { unseal: 1, discard: 5, withhold: 5, anycast: 10, rest: 20 } as const;

/** Names of the route maps of a session, which say themselves whose they are. */
export function routeMapName(direction: 'from' | 'to', { neighbor, interface: device, family }: PlanSession): string {
  return [direction, neighbor, ...(device === undefined ? [] : [device]), family].join('-');
}

/** Lists that the route maps of a node refer to. */
export function policyLists(plan: LabPlan, node: PlanNode, asn: number): string {
  const word = (prefix: string): string => (prefix.includes(':') ? 'ipv6' : 'ip');
  const origins = [...new Set(node.routing?.bgp?.origins.map(({ prefix }) => prefix))];
  const lines = [
    ...anycastPrefixes(plan).map(
      ({ prefix, andLonger }) =>
        `${word(prefix)} prefix-list anycast permit ${prefix}${andLonger ? ` le ${prefix.includes(':') ? '128' : '32'}` : ''}`,
    ),
    ...origins.map((prefix) => `${word(prefix)} prefix-list originate permit ${prefix}`),
    'bgp community-list standard blackhole permit blackhole',
    'bgp community-list standard sealed permit no-export',
    'bgp community-list standard sealed permit no-advertise',
    ...(['peer', 'provider'] as const).map(
      (relation) => `bgp large-community-list standard withheld permit ${tag(asn, relation)}`,
    ),
    `bgp large-community-list expanded internal permit ^${String(asn)}:`,
    ...(node.routing?.transit === false ? [`bgp large-community-list standard own permit ${ownTag(node, asn)}`] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** What a node announces of itself: the prefixes of its hosts and services, and nothing else that its kernel knows. */
export function originateMap(node: PlanNode, asn: number): string {
  const entry = (seq: number, word: 'ip' | 'ipv6'): string =>
    frrBlock(`route-map originate permit ${String(seq)}`, [
      `match ${word} address prefix-list originate`,
      'set origin igp',
      // Or the kernel's metric would be told, which is 1024 for IPv6.
      'set metric 0',
      ...(node.routing?.transit === false ? [`set large-community ${ownTag(node, asn)} additive`] : []),
    ]);
  return entry(ENTRIES.anycast, 'ip') + entry(ENTRIES.rest, 'ipv6');
}

/**
 * The route maps of one session, for what is heard and for what is told; one within an autonomous system needs none but
 * a host's.
 */
export function sessionMaps(node: PlanNode, session: PlanSession, asn: number): string {
  const isHost = node.routing?.transit === false;
  const anycast = `match ${session.family === 'ipv6' ? 'ipv6' : 'ip'} address prefix-list anycast`;
  const own = isHost ? ['match large-community own'] : [];
  if (session.kind === 'internal')
    return isHost ? frrBlock(`route-map ${routeMapName('to', session)} permit ${String(ENTRIES.rest)}`, own) : '';
  const from = routeMapName('from', session);
  const to = routeMapName('to', session);
  const heard = heardLines(session, asn);
  return [
    frrBlock(`route-map ${from} permit ${String(ENTRIES.discard)}`, [
      anycast,
      'match community blackhole',
      ...heard,
      ...discardLines(session),
    ]),
    frrBlock(`route-map ${from} permit ${String(ENTRIES.anycast)}`, [
      anycast,
      ...policyLines('from', session.policy, session, asn),
      ...tagLines(session, asn),
    ]),
    frrBlock(`route-map ${from} permit ${String(ENTRIES.rest)}`, heard),
    withholdEntry(session),
    frrBlock(`route-map ${to} permit ${String(ENTRIES.anycast)}`, [
      anycast,
      ...own,
      ...policyLines('to', session.policy, session, asn),
      'set large-comm-list internal delete',
    ]),
    frrBlock(`route-map ${to} permit ${String(ENTRIES.rest)}`, [...own, 'set large-comm-list internal delete']),
  ].join('');
}

/** To a peer or provider, nothing that came from another one (RFC 7908 section 3 names what happens otherwise). */
export function withholdEntry(session: PlanSession): string {
  if (session.relation !== 'peer' && session.relation !== 'provider') return '';
  return frrBlock(`route-map ${routeMapName('to', session)} deny ${String(ENTRIES.withhold)}`, [
    'match large-community withheld',
  ]);
}

/** The clauses of a policy for one direction. */
export function policyLines(
  direction: 'from' | 'to',
  { localPreference, med, prepend, communities = [], bandwidthMbps }: RoutePolicy,
  session: PlanSession,
  asn: number,
): readonly string[] {
  if (direction === 'from')
    return [`set local-preference ${String(localPreference ?? relationPreference(session.relation))}`];
  return [
    ...(med === undefined ? [] : [`set metric ${String(med)}`]),
    ...(prepend === undefined ? [] : [`set as-path prepend ${Array.from({ length: prepend }, () => asn).join(' ')}`]),
    ...(communities.length === 0 ? [] : [`set community ${communities.join(' ')} additive`]),
    ...(bandwidthMbps === undefined ? [] : [`set extcommunity bandwidth ${String(bandwidthMbps)}`]),
  ];
}

/** The next hop that leads nowhere; for IPv6 there is a second one, on the link, which would count before it. */
function discardLines({ family }: PlanSession): readonly string[] {
  if (family === 'ipv4') return [`set ip next-hop ${discardAddresses.ipv4}`];
  return [`set ipv6 next-hop global ${discardAddresses.ipv6}`, 'set ipv6 next-hop prefer-global'];
}

function heardLines(session: PlanSession, asn: number): readonly string[] {
  return [`set local-preference ${String(relationPreference(session.relation))}`, ...tagLines(session, asn)];
}

function tagLines({ relation }: PlanSession, asn: number): readonly string[] {
  return relation === undefined ? [] : [`set large-community ${tag(asn, relation)} additive`];
}

/**
 * What a host's own routes carry, so that it tells no others: a large community with its router-id in the last part.
 */
function ownTag({ routing }: PlanNode, asn: number): string {
  const id = (routing?.routerId ?? '').split('.').reduce((value, octet) => value * 256 + Number(octet), 0);
  return `${String(asn)}:9:${String(id)}`;
}

function tag(asn: number, origin: NeighborRelation): string {
  return `${String(asn)}:0:${String(TAGS[origin])}`;
}
