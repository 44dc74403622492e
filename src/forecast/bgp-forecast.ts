import { parsePrefix } from '../support/ip.js';
import { covers, hostPrefix } from '../plan/addressing.js';
import { candidatesOf } from './bgp-candidates.js';
import { internalHop, type BgpRoute, type BgpTable } from './bgp/route.js';
import { bandwidthsOf, bgpTables, routesKnown, worldOf, type World } from './bgp-routes.js';
import { hasCarrier, isCurrent, isLinkUp, isInstanceUp, speaks, thawed, type Condition } from './condition.js';
import type { Forecast, ForecastScope, NextHop, Route, Routes, Walk } from './forecast-model.js';
import type { RoutingGraph } from './graph.js';
import type { Family, LabPlan, PlanBehalf, PlanNode, PlanOrigin, PlanSession, Question } from '../plan/model.js';
import { behalfNow } from './behalf-now.js';
import { longestMatch, prefixesAround } from './longest-match.js';
import {
  answeringThrough,
  clientRoutes,
  forwards,
  gatewayInUse,
  linkAt,
  loopbackRoutes,
  memo,
  nextHops,
  pathBy,
  routeOf,
} from './reach.js';
import type { Path } from './shortest-paths.js';
import { terrainOf } from './terrain.js';
import { noHops, noWalk, reachedBy } from './walk.js';
import { way } from '../plan/way.js';
import { familyOf } from '../support/family.js';

interface BgpState {
  readonly graph: RoutingGraph;
  readonly paths: (source: string) => ReadonlyMap<string, Path>;
  readonly origins: ReadonlyMap<string, readonly PlanOrigin[]>;
  /** Undefined if BGP does not converge. */
  readonly tables: ReadonlyMap<string, BgpTable> | undefined;
  readonly world: World;
}

/** A lab of autonomous systems: BGP between them, OSPF within each, which leads to the next hops that BGP names. */
export function bgpForecast(
  plan: LabPlan,
  condition: Condition,
  family: Family,
  scope: ForecastScope = 'all',
  terrain = terrainOf(plan, condition),
): Forecast {
  const { graph, paths, origins, tables, world } = bgpState(plan, condition, family, scope, terrain);
  const nodes = new Map(plan.nodes.map((node) => [node.name, node]));
  const { connected } = terrain;
  const instances = new Set(plan.services.flatMap((service) => service.instances));
  const prefixes = memo(prefixesAround);

  const hopsTo = memo((address: string): Walk['hops'] => {
    const known = prefixes(address);
    return memo((name) => {
      const routes = longestMatch(tables?.get(name) ?? new Map<string, readonly BgpRoute[]>(), known) ?? [];
      const [best] = routes;
      // What a node announces of its own is in its kernel, whether or not its BGP runs.
      const own = (origins.get(name) ?? []).filter(
        ({ prefix, instance }) => instance !== undefined && covers(prefix, address),
      );
      if (own.length > 0 && (best === undefined || best.session === undefined)) {
        const linked = own.filter(
          ({ prefix, instance = name }) => prefix === (best?.prefix ?? prefix) && connected(name, instance),
        );
        return { ends: linked.map(({ instance = name }) => ({ instance, through: [] })), next: [] };
      }
      if (!forwards(nodes.get(name), condition)) return noHops;
      const isWeighted = bandwidthsOf(routes) !== undefined;
      return { ends: [], next: routes.flatMap((route) => nextOf(name, route, isWeighted)) };
    });
  });
  const nextOf = (name: string, route: BgpRoute, isWeighted: boolean): readonly NextHop[] => {
    if (route.session === undefined || route.communities.has('blackhole')) return [];
    const hop = internalHop(route);
    const next = hop === undefined ? [route.session.neighbor] : nextHops(graph, paths, name, hop);
    return next.map((node) => ({ node, weight: isWeighted ? (route.bandwidth?.mbps ?? 1) : 1 }));
  };
  const walk = (question: Question): Walk => {
    const gateway = gatewayInUse(plan, nodes.get(question.client), question, condition);
    if (gateway === undefined || !connected(question.client, gateway.node)) return noWalk;
    // Without a stable state of BGP, this is not known.
    if (tables === undefined) return { ...noWalk, start: gateway.node, answering: instances, isStable: false };
    if (condition.frozenNodes.has(gateway.node)) {
      const before = bgpForecast(plan, thawed(gateway.node, condition), family, scope).walk(question);
      return { ...before, answering: answeringThrough(gateway.node, before.answering, plan, question, condition) };
    }
    const hops = hopsTo(question.address);
    return { start: gateway.node, hops, answering: reachedBy(gateway.node, hops), isStable: true };
  };

  return {
    answer: (question) => walk(question).answering,
    walk,
    decision(node, { address }) {
      const prefix = prefixes(address).find((each) => tables?.get(node)?.has(each) === true);
      if (tables === undefined || prefix === undefined) return undefined;
      const candidates = candidatesOf(node, routesKnown(world, tables, { node, prefix }), world);
      return { node, prefix, candidates };
    },
    unroutable: (node) =>
      tables === undefined || !isCurrent(node, condition) || !speaks(node, 'bgp', condition)
        ? []
        : servicePrefixes(plan).filter((prefix) => tables.get(node)?.has(prefix) !== true),
    routes(node) {
      const own = nodes.get(node);
      if (own?.routing?.bgp === undefined || !isCurrent(node, condition)) return new Map();
      const byBgp =
        tables === undefined ? new Map<string, Route>() : bgpRoutes(own, tables.get(node) ?? new Map(), paths(node));
      const onBehalf = behalfRoutes(behalfNow(plan, own, condition));
      // OSPF's routes have a smaller distance than those of BGP within the system (110 and 200).
      return graph.edges.has(node) && own.routing.daemons.some((daemon) => daemon.startsWith('ospf'))
        ? new Map([
            ...byBgp,
            ...onBehalf,
            ...loopbackRoutes(plan, paths(node), node),
            ...clientRoutes(plan, paths(node), node, condition, family),
          ])
        : new Map([...byBgp, ...onBehalf]);
    },
  };
}

/** The result of BGP, and of OSPF below it. */
export function bgpState(
  plan: LabPlan,
  condition: Condition,
  family: Family,
  scope: ForecastScope = 'all',
  terrain = terrainOf(plan, condition),
): BgpState {
  const { graph, paths } = terrain.interiorOf(family);
  const origins = originsNow(plan, condition, family, scope);
  const world = worldOf({
    plan,
    condition,
    family,
    origins: new Map([...origins].map(([name, own]) => [name, own.map(({ prefix }) => prefix)])),
    isUp: sessionsUp(plan, condition, (from, to) => paths(from).has(to)),
    internalCost: (from, to) => paths(from).get(to)?.cost,
  });
  return { graph, paths, origins, world, tables: bgpTables(world) };
}

/** What each node announces of its own now; with the instance that is reached there. */
function originsNow(
  plan: LabPlan,
  condition: Condition,
  family: Family,
  scope: ForecastScope,
): ReadonlyMap<string, readonly PlanOrigin[]> {
  // A prefix around an address leads its packets astray, where there is none for the address itself.
  const around = (prefix: string): boolean =>
    plan.services.some(({ addresses }) => addresses.some((address) => covers(prefix, address)));
  const isOf = ({ prefix, service }: Pick<PlanOrigin, 'prefix' | 'service'>): boolean =>
    familyOf(prefix) === family && (scope === 'all' || service !== undefined || around(prefix));
  return new Map(
    plan.nodes.map((node) => {
      const own = (node.routing?.bgp?.origins ?? []).filter(
        (origin) => isOf(origin) && isAnnounced(plan, node, origin, condition),
      );
      const hijacked = condition.hijacks
        .filter((hijack) => hijack.node === node.name && !condition.crashedNodes.has(node.name))
        .flatMap(({ service, prefixes }) => prefixes.map((prefix) => ({ prefix, service, instance: node.name })));
      // What is one's own is nearer than what one announces for others.
      return [
        node.name,
        [...hijacked.filter(isOf), ...own.filter(({ prefix }) => !hijacked.some((hijack) => hijack.prefix === prefix))],
      ];
    }),
  );
}

function isAnnounced(
  plan: LabPlan,
  node: PlanNode,
  { prefix, service, instance, isHeld }: PlanOrigin,
  condition: Condition,
): boolean {
  if (isHeld === true) return true;
  const isLinked = (device: string): boolean => {
    const link = linkAt(plan, node.name, device);
    return link !== undefined && hasCarrier(link, condition);
  };
  if (service === undefined || instance === undefined) {
    return node.interfaces.some(
      (item) => isLinked(item.name) && item.addresses.some((address) => parsePrefix(address)?.prefix.text === prefix),
    );
  }
  if (instance === node.name) return isInstanceUp(service, instance, condition);
  return behalfNow(plan, node, condition).some(
    (behalf) => behalf.instance === instance && behalf.service === service && hostPrefix(behalf.address) === prefix,
  );
}

/** Which sessions can be up: both ends run BGP, and packets pass between them. */
export function sessionsUp(
  plan: LabPlan,
  condition: Condition,
  hasPath: (from: string, to: string) => boolean,
): (node: string, session: PlanSession) => boolean {
  const hearing = new Set(plan.links.filter((link) => isLinkUp(link, condition)).map(({ id }) => id));
  const heard = new Set(
    plan.nodes.flatMap(({ interfaces }) =>
      interfaces
        .filter(({ link }) => hearing.has(link))
        .flatMap(({ addresses }) => addresses.map((address) => address.split('/')[0] ?? address)),
    ),
  );
  return (node, session) =>
    speaks(node, 'bgp', condition) &&
    speaks(session.neighbor, 'bgp', condition) &&
    (session.kind === 'external'
      ? heard.has(session.localAddress) && heard.has(session.neighborAddress)
      : hasPath(node, session.neighbor) && hasPath(session.neighbor, node));
}

function bgpRoutes(node: PlanNode, table: BgpTable, paths: ReadonlyMap<string, Path>): Routes {
  const connected = new Set(
    node.interfaces.flatMap((item) => item.addresses.map((address) => parsePrefix(address)?.prefix.text)),
  );
  const routes = new Map<string, Route>();
  for (const [prefix, chosen] of table) {
    if (chosen.some(({ session }) => session === undefined) || connected.has(prefix)) continue;
    // What is discarded is in the kernel too, as a route that leads nowhere.
    if (chosen.some(({ communities }) => communities.has('blackhole'))) {
      routes.set(prefix, { ways: new Set(), least: [] });
      continue;
    }
    const pathOf = (each: BgpRoute): Path | undefined =>
      each.session?.kind === 'external'
        ? pathBy(way(each.session.interface ?? '', each.session.neighbor))
        : paths.get(internalHop(each) ?? '');
    const route = routeOf(chosen.flatMap((each) => pathOf(each) ?? []));
    const weights = chosen.flatMap((each) =>
      [...(pathOf(each)?.firstWays ?? [])].map((one) => [one, each.bandwidth?.mbps ?? 1] as const),
    );
    routes.set(prefix, bandwidthsOf(chosen) === undefined ? route : { ...route, weights: new Map(weights) });
  }
  return routes;
}

/** A router's own routes to the instances that it announces for. */
function behalfRoutes(behalves: readonly PlanBehalf[]): Routes {
  const prefixes = new Set(behalves.map(({ address }) => hostPrefix(address)));
  return new Map(
    [...prefixes].map((prefix) => [
      prefix,
      routeOf(
        behalves
          .filter(({ address }) => hostPrefix(address) === prefix)
          .map((behalf) => pathBy(way(behalf.interface, behalf.instance))),
      ),
    ]),
  );
}

function servicePrefixes(plan: LabPlan): readonly string[] {
  return [
    ...new Set(
      plan.nodes.flatMap((node) =>
        (node.routing?.bgp?.origins ?? []).filter(({ service }) => service !== undefined).map(({ prefix }) => prefix),
      ),
    ),
  ];
}
