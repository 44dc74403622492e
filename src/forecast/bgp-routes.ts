import type { NeighborRelation, RoutePolicy } from '../topology/model/topology.js';
import { choose, ranked, type DecisionWorld } from './bgp/decision.js';
import type { AnnouncedBandwidth, BgpRoute, BgpTable } from './bgp/route.js';
import { exceptionFor } from './bgp/exceptions.js';
import { defaultFrom, isPartOf, isPrivateAs, ownRoute } from './bgp/own-routes.js';
import { anycastAmong, anycastPrefixes, defaultPrefixes, passes, relationPreference } from '../plan/bgp-policy.js';
import { endKey, speaks, type Condition } from './condition.js';
import type { Family, LabPlan, PlanNode, PlanSession } from '../plan/model.js';

export interface BgpWorld {
  readonly plan: LabPlan;
  readonly condition: Condition;
  readonly family: Family;
  /** Prefixes that each node announces of its own now. */
  readonly origins: ReadonlyMap<string, readonly string[]>;
  /** Whether a session can be up. */
  readonly isUp: (node: string, session: PlanSession) => boolean;
  readonly internalCost: DecisionWorld['internalCost'];
}

export interface World extends BgpWorld, DecisionWorld {
  readonly plan: LabPlan;
  /** Prefixes that policies are for. */
  readonly anycast: ReadonlySet<string>;
  /** The sessions of each speaker that are up, with the other end of each. */
  readonly sessions: ReadonlyMap<string, readonly UpSession[]>;
}

interface UpSession {
  readonly session: PlanSession;
  readonly neighbor: PlanNode;
  /** The same session as the neighbor has it. */
  readonly theirs: PlanSession;
}

/** BGP may have no stable state (RFC 4264): the computation stops after this many rounds for each speaker. */
const ROUNDS_PER_SPEAKER = 4;
const LEAST_ROUNDS = 20;

/**
 * The result of BGP: each speaker selects the best of the routes it has received, and announces it, until nothing
 * changes (RFC 4271 section 9.1). Undefined if that does not end.
 */
export function bgpTables(world: World): ReadonlyMap<string, BgpTable> | undefined {
  const speakers = speakersOf(world);
  const tables = new Map<string, BgpTable>(speakers.map(({ name }) => [name, new Map()]));
  // Whoever hears nothing new has nothing to choose anew.
  const stale = new Set(tables.keys());
  const described = new Map<string, string>();
  for (let round = 0; round < LEAST_ROUNDS + ROUNDS_PER_SPEAKER * speakers.length; round++) {
    for (const node of speakers) {
      if (!stale.delete(node.name)) continue;
      const next = choose(node, heardBy(node, tables, world), world);
      const description = describe(next);
      if (description === described.get(node.name)) continue;
      described.set(node.name, description);
      tables.set(node.name, next);
      for (const { neighbor } of world.sessions.get(node.name) ?? []) stale.add(neighbor.name);
    }
    if (stale.size === 0) return tables;
  }
  return undefined;
}

/** The routes that a speaker has for a prefix while BGP is at rest, best first. */
export function routesKnown(
  world: World,
  tables: ReadonlyMap<string, BgpTable>,
  { node, prefix }: { readonly node: string; readonly prefix: string },
): ReturnType<typeof ranked> {
  const speaker = world.plan.nodes.find(({ name }) => name === node);
  if (speaker === undefined) return [];
  const heard = heardBy(speaker, tables, world).filter((route) => route.prefix === prefix);
  return ranked(speaker, heard, world);
}

/** What is the same for every round, worked out once. */
export function worldOf(given: BgpWorld): World {
  const speakers = new Map(speakersOf(given).map((node) => [node.name, node]));
  return {
    ...given,
    anycast: anycastAmong(given.plan, [
      ...[...given.origins.values()].flat(),
      ...anycastPrefixes(given.plan).map(({ prefix }) => prefix),
    ]),
    ids: new Map(given.plan.nodes.map(({ name, routing }) => [name, idValue(routing?.routerId ?? '')])),
    sessions: new Map(
      [...speakers.values()].map((node) => [
        node.name,
        sessionsOf(node, given).flatMap((session): readonly UpSession[] => {
          const neighbor = speakers.get(session.neighbor);
          const theirs = neighbor?.routing?.bgp?.sessions.find((each) => each.neighborAddress === session.localAddress);
          if (neighbor === undefined || theirs === undefined || !given.isUp(node.name, session)) return [];
          return [{ session, neighbor, theirs }];
        }),
      ]),
    ),
  };
}

function speakersOf({ plan, condition }: BgpWorld): readonly PlanNode[] {
  return plan.nodes.filter((node) => node.routing?.bgp !== undefined && speaks(node.name, 'bgp', condition));
}

function heardBy(node: PlanNode, tables: ReadonlyMap<string, BgpTable>, world: World): readonly BgpRoute[] {
  const isDraining = world.condition.drainedNodes.has(node.name);
  const own = (world.origins.get(node.name) ?? []).map((prefix) => ownRoute(prefix, isDraining));
  const heard: BgpRoute[] = [];
  for (const { session, neighbor, theirs } of world.sessions.get(node.name) ?? []) {
    const byDefault = defaultFrom(neighbor, theirs);
    const given = byDefault === undefined ? undefined : take(node, session, byDefault, world);
    if (given !== undefined) heard.push(given);
    for (const used of tables.get(neighbor.name)?.values() ?? []) {
      const announced = announce(neighbor, theirs, used, world);
      const taken = announced === undefined ? undefined : take(node, session, announced, world);
      if (taken !== undefined) heard.push(taken);
    }
  }
  const known = [...own, ...heard];
  return [
    ...known,
    ...(node.routing?.bgp?.aggregates ?? []).flatMap(({ prefix }) =>
      known.some((route) => isPartOf(route.prefix, prefix)) ? [ownRoute(prefix, isDraining)] : [],
    ),
  ];
}

/** The best route of a speaker as it announces it to a neighbor; undefined if it does not. */
function announce(
  node: PlanNode,
  session: PlanSession,
  used: readonly BgpRoute[],
  { anycast, condition }: World,
): BgpRoute | undefined {
  const [route] = used;
  if (route === undefined) return undefined;
  const bandwidth = sumOf(used) ?? route.bandwidth;
  const isOwn = route.session === undefined;
  const isLeaking = condition.leakingNodes.has(node.name);
  const isDraining = condition.drainedNodes.has(node.name);
  if (!isOwn && node.routing?.transit === false) return undefined;
  if (route.session?.neighborAddress === session.neighborAddress) return undefined;
  const hides = (node.routing?.bgp?.aggregates ?? []).filter(({ summaryOnly }) => summaryOnly);
  if (hides.some(({ prefix }) => isPartOf(route.prefix, prefix))) return undefined;
  if (!isLeaking && route.communities.has('no-advertise')) return undefined;
  if (session.kind === 'internal') {
    const localPreference = isDraining ? 0 : route.localPreference;
    return route.session?.kind === 'internal'
      ? reflect({ ...route, localPreference }, route.session, session, node.name)
      : { ...route, bandwidth, localPreference };
  }
  if (!isLeaking && route.communities.has('no-export')) return undefined;
  if (!isLeaking && isWithheld(session.relation, route.heardFrom)) return undefined;
  const whole = policyAt(node.name, session, condition);
  const exception = exceptionFor(whole, 'announced', route, anycast);
  if (exception?.isRefused === true) return undefined;
  const policy = anycast.has(route.prefix) || exception !== undefined ? { ...whole, ...exception?.says } : {};
  if (anycast.has(route.prefix) && !passes(policy.announce, route.prefix)) return undefined;
  // The one that is made up takes its place.
  if (session.policy.defaultOriginate === true && route.prefix === defaultPrefixes[session.family]) return undefined;
  const asn = node.routing?.bgp?.asn ?? 0;
  const isKept = (each: number): boolean => each === session.neighborAsn || !isPrivateAs(each);
  const behind = session.policy.removePrivateAs === true ? route.asPath.filter(isKept) : route.asPath;
  return {
    ...route,
    reflection: undefined,
    asPath: [...Array.from({ length: 1 + (policy.prepend ?? 0) }, () => asn), ...behind],
    med: policy.med ?? 0,
    communities: new Set([
      ...(policy.strip === 'all' ? [] : [...route.communities].filter((each) => policy.strip?.includes(each) !== true)),
      ...(policy.communities ?? []),
      ...(isDraining ? ['graceful-shutdown'] : []),
    ]),
    bandwidth: policy.bandwidthMbps === undefined ? bandwidth : { mbps: policy.bandwidthMbps, saidBy: [node.name] },
  };
}

/**
 * What a speaker passes on within its system of what it heard there: a reflector tells its clients everything, and
 * the others what came from a client; nothing goes back to who told it first (RFC 4456 sections 6 and 8).
 */
function reflect(route: BgpRoute, from: PlanSession, to: PlanSession, reflector: string): BgpRoute | undefined {
  const { originator = from.neighbor, clusters = [] } = route.reflection ?? {};
  if ((from.isClient !== true && to.isClient !== true) || originator === to.neighbor) return undefined;
  return { ...route, reflection: { originator, clusters: [reflector, ...clusters] } };
}

/** The sum of the bandwidths of a speaker's paths, which it announces in place of that of its best one. */
function sumOf(used: readonly BgpRoute[]): AnnouncedBandwidth | undefined {
  const all = bandwidthsOf(used);
  return all === undefined
    ? undefined
    : { mbps: all.reduce((sum, { mbps }) => sum + mbps, 0), saidBy: [...new Set(all.flatMap(({ saidBy }) => saidBy))] };
}

/**
 * By what several equal routes share the load; undefined where one of them carries no bandwidth, and all count the
 * same.
 */
export function bandwidthsOf(used: readonly BgpRoute[]): readonly AnnouncedBandwidth[] | undefined {
  const all = used.flatMap(({ bandwidth }) => bandwidth ?? []);
  return used.length > 1 && all.length === used.length ? all : undefined;
}

/** An announced route as its receiver keeps it; undefined if it is refused. */
function take(
  node: PlanNode,
  session: PlanSession,
  announced: BgpRoute,
  { anycast, condition }: World,
): BgpRoute | undefined {
  if (session.kind === 'internal')
    return announced.reflection?.clusters.includes(node.name) === true ? undefined : { ...announced, session };
  const asn = node.routing?.bgp?.asn ?? 0;
  if (announced.asPath.filter((each) => each === asn).length > (session.policy.allowAsIn ?? 0)) return undefined;
  if (anycast.has(announced.prefix) && !passes(session.policy.accept, announced.prefix)) return undefined;
  const communities = new Set(announced.communities);
  // RFC 7999 section 3.2 asks for one of the communities that keep it from going further.
  if (communities.has('blackhole')) communities.add('no-export');
  if (condition.leakingNodes.has(node.name)) for (const seal of ['no-export', 'no-advertise']) communities.delete(seal);
  const isDiscarded = communities.has('blackhole') && anycast.has(announced.prefix);
  const whole = policyAt(node.name, session, condition);
  const exception = isDiscarded ? undefined : exceptionFor(whole, 'received', announced, anycast);
  if (exception?.isRefused === true) return undefined;
  const policy = anycast.has(announced.prefix) && !isDiscarded ? whole : {};
  const preference = exception?.says.localPreference ?? policy.localPreference ?? relationPreference(session.relation);
  if (condition.drainedNodes.has(node.name)) communities.add('graceful-shutdown');
  const isDrained = communities.has('graceful-shutdown');
  return {
    ...announced,
    session,
    communities,
    localPreference: isDrained ? 0 : preference,
    heardFrom: session.relation,
  };
}

function isWithheld(to: NeighborRelation | undefined, heardFrom: NeighborRelation | undefined): boolean {
  return (to === 'peer' || to === 'provider') && (heardFrom === 'peer' || heardFrom === 'provider');
}

/** A session's policy as the file has it, and what faults say over it. */
export function policyAt(node: string, session: PlanSession, { policies }: Condition): RoutePolicy {
  return { ...session.policy, ...policies.get(endKey({ node, interface: session.interface ?? '' })) };
}

function sessionsOf(node: PlanNode, { family }: BgpWorld): readonly PlanSession[] {
  return (node.routing?.bgp?.sessions ?? []).filter((session) => session.family === family);
}

function idValue(routerId: string): number {
  return routerId.split('.').reduce((value, octet) => value * 256 + Number(octet), 0);
}

function describe(table: BgpTable): string {
  return [...table]
    .map(([prefix, routes]) =>
      [
        prefix,
        ...routes.map((route) =>
          [
            route.session?.neighborAddress ?? '',
            route.asPath.join(' '),
            route.localPreference,
            route.med,
            [...route.communities].sort().join(' '),
            route.heardFrom ?? '',
            [route.reflection?.originator, ...(route.reflection?.clusters ?? [])].join(' '),
            route.bandwidth?.mbps ?? '',
          ].join('|'),
        ),
      ].join(';'),
    )
    .sort()
    .join('\n');
}
