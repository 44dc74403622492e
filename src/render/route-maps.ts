import type { LabPlan, PlanNode, PlanSession } from '../plan/model.js';
import { discardAddresses } from '../plan/addressing.js';
import { anycastPrefixes, relationPreference } from '../plan/bgp-policy.js';
import type { NeighborRelation, RoutePolicy } from '../topology/model/topology.js';
import { frrBlock } from './frr-block.js';
import { exceptionLists, exceptionMatches, exceptionWords, stripLines } from './policy-exceptions.js';
import { filterLists } from './prefix-filters.js';
import { familyOf } from '../support/family.js';

/** The origin of a route, marked within its autonomous system by a large community `ASN:0:tag` (RFC 8092). */
const TAGS: Readonly<Record<NeighborRelation, number>> = { customer: 1, peer: 2, provider: 3 };

/** The entries of a session's route maps: what is withheld, anycast routes, everything else. */
const ENTRIES = { unseal: 1, discard: 5, withhold: 5, anycast: 10, rest: 20 } as const;

const FIRST_EXCEPTION = 6;

/** Where the entry of anycast routes is, behind those of exceptions. */
function afterExceptions(count: number): number {
  return Math.max(ENTRIES.anycast, FIRST_EXCEPTION + count);
}

/** Lists that the route maps of a node refer to. */
export function policyLists(plan: LabPlan, node: PlanNode, asn: number): string {
  const word = (prefix: string): string => (familyOf(prefix) === 'ipv6' ? 'ipv6' : 'ip');
  const told = (node.routing?.bgp?.origins ?? []).filter(({ isHeld }) => isHeld !== true);
  const origins = [...new Set(told.map(({ prefix }) => prefix))];
  const lines = [
    ...anycastPrefixes(plan).map(
      ({ prefix, andLonger }) =>
        `${word(prefix)} prefix-list anycast permit ${prefix}${andLonger ? ` le ${familyOf(prefix) === 'ipv6' ? '128' : '32'}` : ''}`,
    ),
    ...origins.map((prefix) => `${word(prefix)} prefix-list originate permit ${prefix}`),
    ...filterLists(plan, node),
    ...exceptionLists(node),
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
      // Otherwise it would announce the kernel's metric, which is 1024 for IPv6.
      'set metric 0',
      ...(node.routing?.transit === false ? [`set large-community ${ownTag(node, asn)} additive`] : []),
    ]);
  return entry(ENTRIES.anycast, 'ip') + entry(ENTRIES.rest, 'ipv6');
}

/** What a session does with routes at a time: by the file's policy, or as a fault would have it. */
export interface Stance {
  readonly session: PlanSession;
  readonly policy: RoutePolicy;
  /** It announces every route that the node has, whatever the policies are. */
  readonly isLeaking: boolean;
}

/** A route map, whose name says what is in it: sessions that treat routes alike share one. */
export interface RouteMap {
  readonly name: string;
  readonly text: string;
}

/** What each session of a node does by the file. */
export function stancesOfFile(sessions: readonly PlanSession[]): readonly Stance[] {
  return sessions.map((session) => ({ session, policy: session.policy, isLeaking: false }));
}

/** The route maps of stances, each once. */
export function mapsOf(node: PlanNode, stances: readonly Stance[]): ReadonlyMap<string, string> {
  const maps = stances.flatMap((stance) => [importMap(node, stance) ?? [], exportMap(node, stance) ?? []].flat());
  return new Map(maps.map(({ name, text }) => [name, text]));
}

/** What is heard from a neighbor of another system; within a system everything is believed. */
export function importMap(node: PlanNode, { session, policy, isLeaking }: Stance): RouteMap | undefined {
  if (session.kind === 'internal') return undefined;
  const asn = asnOf(node);
  const { localPreference } = policy;
  const name = nameOf('from', session, [
    ...(localPreference === undefined ? [] : [`pref${String(localPreference)}`]),
    ...exceptionWords(node, policy, 'received'),
    ...(isLeaking ? ['leak'] : []),
  ]);
  const anycast = anycastMatch(session);
  const heard = [preferenceLine(relationPreference(session.relation)), ...tagLines(session, asn)];
  const entry = entryOf(name);
  const exceptions = exceptionMatches(node, session, policy, 'received');
  const after = afterExceptions(exceptions.length);
  const unsealed = ['match community sealed', 'set comm-list sealed delete', 'on-match next'];
  return {
    name,
    text: [
      isLeaking ? entry('permit', ENTRIES.unseal, unsealed) : '',
      entry('permit', ENTRIES.discard, [anycast, 'match community blackhole', ...heard, ...discardLines(session)]),
      ...exceptions.map(({ isRefused, matches, says }, i) =>
        entry(isRefused ? 'deny' : 'permit', FIRST_EXCEPTION + i, [
          ...matches,
          ...(isRefused
            ? []
            : [
                preferenceLine(says.localPreference ?? localPreference ?? relationPreference(session.relation)),
                ...tagLines(session, asn),
              ]),
        ]),
      ),
      entry('permit', after, [
        anycast,
        preferenceLine(localPreference ?? relationPreference(session.relation)),
        ...tagLines(session, asn),
      ]),
      entry('permit', after + ENTRIES.rest - ENTRIES.anycast, heard),
    ].join(''),
  };
}

/** What is announced to a neighbor; within a system only a host filters routes that are not its own. */
export function exportMap(node: PlanNode, stance: Stance): RouteMap | undefined {
  const { session, isLeaking } = stance;
  const own = node.routing?.transit === false ? ['match large-community own'] : [];
  if (session.kind === 'internal') {
    const name = `to-system-${session.family}`;
    return own.length === 0 ? undefined : { name, text: entryOf(name)('permit', ENTRIES.rest, own) };
  }
  const name = nameOf('to', session, [...policyWords(node, stance), ...(isLeaking ? ['leak'] : [])]);
  const entry = entryOf(name);
  const forget = 'set large-comm-list internal delete';
  const exceptions = exceptionMatches(node, session, stance.policy, 'announced');
  const after = afterExceptions(exceptions.length);
  // To a peer or provider, nothing that came from another one (RFC 7908 section 3 names what happens otherwise).
  const withholds = !isLeaking && (session.relation === 'peer' || session.relation === 'provider');
  return {
    name,
    text: [
      withholds ? entry('deny', ENTRIES.withhold, ['match large-community withheld']) : '',
      ...exceptions.map(({ isRefused, matches, says }, i) => {
        const told = [...own, ...tellingLines(node, { ...stance, policy: { ...stance.policy, ...says } }), forget];
        return entry(isRefused ? 'deny' : 'permit', FIRST_EXCEPTION + i, [...matches, ...(isRefused ? [] : told)]);
      }),
      entry('permit', after, [anycastMatch(session), ...own, ...tellingLines(node, stance), forget]),
      entry('permit', after + ENTRIES.rest - ENTRIES.anycast, [...own, forget]),
    ].join(''),
  };
}

function nameOf(direction: 'from' | 'to', { relation, family }: PlanSession, words: readonly string[]): string {
  return [direction, relation ?? 'neighbor', ...words, family].join('-');
}

function entryOf(name: string): (action: 'permit' | 'deny', seq: number, lines: readonly string[]) => string {
  return (action, seq, lines) => frrBlock(`route-map ${name} ${action} ${String(seq)}`, lines);
}

/** The policy of the routes that are announced to a neighbor. Communities may be many: each list has a number. */
function policyWords(node: PlanNode, { policy }: Stance): readonly string[] {
  const { med, prepend, communities = [], bandwidthMbps } = policy;
  const lists = [
    ...new Set(node.routing?.bgp?.sessions.map((session) => (session.policy.communities ?? []).join(' '))),
  ].filter((list) => list !== '');
  return [
    ...(med === undefined ? [] : [`med${String(med)}`]),
    ...(prepend === undefined ? [] : [`prepend${String(prepend)}`]),
    ...(communities.length === 0 ? [] : [`communities${String(1 + lists.indexOf(communities.join(' ')))}`]),
    ...(bandwidthMbps === undefined ? [] : [`${String(bandwidthMbps)}mbit`]),
    ...exceptionWords(node, policy, 'announced'),
  ];
}

function tellingLines(node: PlanNode, { policy }: Stance): readonly string[] {
  const { med, prepend, communities = [], bandwidthMbps } = policy;
  const asn = asnOf(node);
  return [
    ...(med === undefined ? [] : [`set metric ${String(med)}`]),
    ...(prepend === undefined ? [] : [`set as-path prepend ${Array.from({ length: prepend }, () => asn).join(' ')}`]),
    ...stripLines(node, policy),
    ...(communities.length === 0
      ? []
      : [`set community ${communities.join(' ')}${policy.strip === 'all' ? '' : ' additive'}`]),
    ...(bandwidthMbps === undefined ? [] : [`set extcommunity bandwidth ${String(bandwidthMbps)}`]),
  ];
}

function anycastMatch({ family }: PlanSession): string {
  return `match ${family === 'ipv6' ? 'ipv6' : 'ip'} address prefix-list anycast`;
}

function preferenceLine(preference: number): string {
  return `set local-preference ${String(preference)}`;
}

function asnOf({ routing }: PlanNode): number {
  return routing?.bgp?.asn ?? 0;
}

/** The next hop that leads nowhere; for IPv6 there is a second one, on the link, which would count before it. */
function discardLines({ family }: PlanSession): readonly string[] {
  if (family === 'ipv4') return [`set ip next-hop ${discardAddresses.ipv4}`];
  return [`set ipv6 next-hop global ${discardAddresses.ipv6}`, 'set ipv6 next-hop prefer-global'];
}

function tagLines({ relation }: PlanSession, asn: number): readonly string[] {
  return relation === undefined ? [] : [`set large-community ${tag(asn, relation)} additive`];
}

/**
 * What a host's own routes carry, so that it announces only those: a large community that ends with its router-id.
 */
function ownTag({ routing }: PlanNode, asn: number): string {
  const id = (routing?.routerId ?? '').split('.').reduce((value, octet) => value * 256 + Number(octet), 0);
  return `${String(asn)}:9:${String(id)}`;
}

function tag(asn: number, origin: NeighborRelation): string {
  return `${String(asn)}:0:${String(TAGS[origin])}`;
}
