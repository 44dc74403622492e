import { parsePrefix } from '../support/ip.js';
import { covers, hostPrefix } from '../plan/addressing.js';
import { internalHop, type BgpRoute, type BgpTable } from './bgp/route.js';
import { bandwidthsOf, bgpTables } from './bgp-routes.js';
import { endKey, hasCarrier, isCurrent, isInstanceUp, speaks, thawed, type Condition } from './condition.js';
import type { Forecast, Route, Routes } from './forecast-model.js';
import { routingGraph, type RoutingGraph } from './graph.js';
import type { Family, LabPlan, PlanBehalf, PlanNode, PlanOrigin, PlanSession } from '../plan/model.js';
import { behalfNow } from './behalf-now.js';
import { longestMatch, prefixesAround } from './longest-match.js';
import {
  answeringThrough,
  clientRoutes,
  connectivity,
  forwards,
  gatewayInUse,
  linkAt,
  loopbackRoutes,
  memo,
  nextHops,
  pathBy,
  routeOf,
} from './reach.js';
import { shortestPaths, type Path } from './shortest-paths.js';
import { way } from '../plan/way.js';
import { familyOf } from '../support/family.js';

interface BgpState {
  readonly graph: RoutingGraph;
  readonly paths: (source: string) => ReadonlyMap<string, Path>;
  readonly origins: ReadonlyMap<string, readonly PlanOrigin[]>;
  /** Undefined if BGP does not converge. */
  readonly tables: ReadonlyMap<string, BgpTable> | undefined;
}

/** A lab of autonomous systems: BGP between them, OSPF within each, which leads to the next hops that BGP names. */
export function bgpForecast(plan: LabPlan, condition: Condition, family: Family): Forecast {
  const { graph, paths, origins, tables } = bgpState(plan, condition, family);
  const nodes = new Map(plan.nodes.map((node) => [node.name, node]));
  const connected = connectivity(plan, condition);
  const instances = new Set(plan.services.flatMap((service) => service.instances));
  const prefixes = memo(prefixesAround);

  const walk = (start: string, address: string): ReadonlySet<string> => {
    const reached = new Set<string>();
    const visited = new Set([start]);
    for (const name of visited) {
      const routes = longestMatch(tables?.get(name) ?? new Map<string, readonly BgpRoute[]>(), prefixes(address)) ?? [];
      const [best] = routes;
      // What a node announces of its own is in its kernel, whether or not its BGP runs.
      const own = (origins.get(name) ?? []).filter(
        ({ prefix, instance }) => instance !== undefined && covers(prefix, address),
      );
      if (own.length > 0 && (best === undefined || best.session === undefined)) {
        for (const { prefix, instance = name } of own) {
          if (prefix === (best?.prefix ?? prefix) && connected(name, instance)) reached.add(instance);
        }
        continue;
      }
      if (!forwards(nodes.get(name), condition)) continue;
      for (const route of routes) {
        if (route.session === undefined || route.communities.has('blackhole')) continue;
        const hop = internalHop(route);
        const next = hop === undefined ? [route.session.neighbor] : nextHops(graph, paths, name, hop);
        for (const each of next) visited.add(each);
      }
    }
    return reached;
  };

  return {
    answer(question) {
      const gateway = gatewayInUse(plan, nodes.get(question.client), question, condition);
      if (gateway === undefined || !connected(question.client, gateway.node)) return new Set();
      // Without a stable state of BGP, this is not known.
      if (tables === undefined) return instances;
      if (condition.frozenNodes.has(gateway.node)) {
        const before = bgpForecast(plan, thawed(gateway.node, condition), family).answer(question);
        return answeringThrough(gateway.node, before, plan, question, condition);
      }
      return walk(gateway.node, question.address);
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
export function bgpState(plan: LabPlan, condition: Condition, family: Family): BgpState {
  const graph = routingGraph(plan, condition, family);
  const paths = memo((source) => shortestPaths(graph, source));
  const origins = originsNow(plan, condition, family);
  const tables = bgpTables({
    plan,
    condition,
    family,
    origins: new Map([...origins].map(([name, own]) => [name, own.map(({ prefix }) => prefix)])),
    isUp: sessionsUp(plan, condition, (from, to) => paths(from).has(to)),
    internalCost: (from, to) => paths(from).get(to)?.cost,
  });
  return { graph, paths, origins, tables };
}

/** What each node announces of its own now; with the instance that is reached there. */
function originsNow(plan: LabPlan, condition: Condition, family: Family): ReadonlyMap<string, readonly PlanOrigin[]> {
  const isOf = ({ prefix }: { readonly prefix: string }): boolean => familyOf(prefix) === family;
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
  { prefix, service, instance }: PlanOrigin,
  condition: Condition,
): boolean {
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
  const usable = plan.nodes.flatMap((node) =>
    node.interfaces
      .filter((item) => {
        const link = plan.links.find(({ id }) => id === item.link);
        return (
          link !== undefined &&
          hasCarrier(link, condition) &&
          link.ends.every((end) => !condition.silentEnds.has(endKey(end)))
        );
      })
      .map((item) => item.addresses.map((address) => address.split('/')[0] ?? address))
      .flat(),
  );
  const heard = new Set(usable);
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
