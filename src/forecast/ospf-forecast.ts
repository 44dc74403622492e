import { hostPrefix } from '../plan/addressing.js';
import { isCurrent, isInstanceUp, thawed, type Condition } from './condition.js';
import { routingGraph, type RoutingGraph } from './graph.js';
import { DRAINED_COST } from '../plan/ospf-costs.js';
import type { Forecast, Route, Routes } from './forecast-model.js';
import type { Family, LabPlan } from '../plan/model.js';
import { steeringForecast } from './steering-forecast.js';
import { behalfNow } from './behalf-now.js';
import {
  answeringThrough,
  clientRoutes,
  connectivity,
  forwards,
  gatewayInUse,
  loopbackRoutes,
  memo,
  nextHops,
  pathBy,
  routeOf,
} from './reach.js';
import { shortestPaths, type Path } from './shortest-paths.js';
import { way, type Way } from '../plan/way.js';

/** A service's address as the routing protocol sees it: announced by `origin` at `cost` beyond it. */
interface Announcement {
  readonly origin: string;
  readonly instance: string;
  readonly cost: number;
  /** How the origin itself gets to the instance; undefined where it is the instance. */
  readonly onward: Way | undefined;
}

/** A lab without autonomous systems: one OSPF area for each family. */
export function ospfForecast(plan: LabPlan, condition: Condition, family: Family): Forecast {
  const graph = routingGraph(plan, condition, family);
  const paths = memo((source) => shortestPaths(graph, source));
  const nodes = new Map(plan.nodes.map((node) => [node.name, node]));
  const announcements = announcementsOf(plan, condition);
  const connected = connectivity(plan, condition);
  const steering = steeringForecast(plan, condition, connected);
  return {
    answer(question) {
      const gateway = gatewayInUse(plan, nodes.get(question.client), question, condition);
      if (gateway === undefined || !connected(question.client, gateway.node)) return new Set();
      // A frozen router forwards as before, but no other router has a route back to those behind it.
      if (condition.frozenNodes.has(gateway.node)) {
        const before = ospfForecast(plan, thawed(gateway.node, condition), family).answer(question);
        return answeringThrough(gateway.node, before, plan, question, condition);
      }
      return reachedFrom(gateway.node, graph, paths, announcements.get(question.address) ?? [], connected, {
        passesOn: (name) => forwards(nodes.get(name), condition),
        chosenAt: (name) => steering.chosenAt(name, question),
      });
    },
    unroutable: (node) =>
      !isCurrent(node, condition)
        ? []
        : plan.services
            .flatMap((service) => service.addresses)
            .filter((address) => nearest(paths(node), announcements.get(address) ?? []).size === 0)
            .map(hostPrefix)
            .concat(family === 'ipv6' ? steering.unroutable(node) : []),
    routes: (node) =>
      graph.edges.has(node) && isCurrent(node, condition)
        ? new Map([
            ...loopbackRoutes(plan, paths(node), node),
            ...clientRoutes(plan, paths(node), node, condition, family),
            ...serviceRoutes(paths(node), announcements, node),
            ...(family === 'ipv6' ? steering.routes(node) : []),
          ])
        : new Map(),
  };
}

function announcementsOf(plan: LabPlan, condition: Condition): ReadonlyMap<string, readonly Announcement[]> {
  const found = new Map<string, Announcement[]>();
  const drainedCost = (node: string): number => (condition.drainedNodes.has(node) ? DRAINED_COST : 0);
  const add = (address: string, announcement: Announcement): void => {
    found.set(address, [...(found.get(address) ?? []), announcement]);
  };
  for (const service of plan.services) {
    if (service.announce !== 'host') continue;
    for (const instance of service.instances) {
      if (!isInstanceUp(service.name, instance, condition)) continue;
      for (const address of service.addresses)
        add(address, { origin: instance, instance, cost: drainedCost(instance), onward: undefined });
    }
  }
  for (const { node, prefixes } of condition.hijacks) {
    for (const prefix of condition.crashedNodes.has(node) ? [] : prefixes) {
      add(prefix.split('/')[0] ?? prefix, { origin: node, instance: node, cost: 0, onward: undefined });
    }
  }
  for (const node of plan.nodes) {
    for (const behalf of behalfNow(plan, node, condition)) {
      add(behalf.address, {
        origin: node.name,
        instance: behalf.instance,
        cost: behalf.cost + drainedCost(node.name),
        onward: way(behalf.interface, behalf.instance),
      });
    }
  }
  return found;
}

function costOf(paths: ReadonlyMap<string, Path>, announcement: Announcement): number {
  return (paths.get(announcement.origin)?.cost ?? Infinity) + announcement.cost;
}

/**
 * The instances that a packet reaches, hop by hop: a node that announces the address itself keeps the packet, even where
 * another instance would be nearer, since a router prefers its own route to one by OSPF.
 */
function reachedFrom(
  start: string,
  graph: RoutingGraph,
  paths: (source: string) => ReadonlyMap<string, Path>,
  announcements: readonly Announcement[],
  connected: (a: string, b: string) => boolean,
  {
    passesOn,
    chosenAt,
  }: { readonly passesOn: (node: string) => boolean; readonly chosenAt: (node: string) => readonly string[] },
): ReadonlySet<string> {
  const reached = new Set<string>();
  const visited = new Set<string>([start]);
  for (const node of visited) {
    // No later router chooses again for a steered packet.
    const steered = passesOn(node) ? chosenAt(node) : [];
    for (const instance of steered) reached.add(instance);
    if (steered.length > 0) continue;
    const own = announcements.filter(({ origin }) => origin === node);
    for (const { instance } of own) if (connected(node, instance)) reached.add(instance);
    if (own.length > 0 || !passesOn(node)) continue;
    const from = paths(node);
    const least = Math.min(...announcements.map((announcement) => costOf(from, announcement)));
    for (const best of announcements.filter((announcement) => costOf(from, announcement) === least)) {
      for (const next of nextHops(graph, paths, node, best.origin)) visited.add(next);
    }
  }
  return reached;
}

function nearest(paths: ReadonlyMap<string, Path>, announcements: readonly Announcement[]): ReadonlySet<string> {
  const least = Math.min(...announcements.map((announcement) => costOf(paths, announcement)));
  if (least === Infinity) return new Set();
  return new Set(announcements.filter((one) => costOf(paths, one) === least).map((one) => one.instance));
}

function serviceRoutes(
  paths: ReadonlyMap<string, Path>,
  announcements: ReadonlyMap<string, readonly Announcement[]>,
  node: string,
): Routes {
  const routes = new Map<string, Route>();
  for (const [address, candidates] of announcements) {
    const least = Math.min(...candidates.map((candidate) => costOf(paths, candidate)));
    const best = candidates.filter((candidate) => costOf(paths, candidate) === least);
    const own = candidates.filter(({ origin }) => origin === node);
    if (least === Infinity || own.some(({ onward }) => onward === undefined)) continue;
    const chosen = own.length > 0 ? own : best;
    routes.set(hostPrefix(address), routeOf(chosen.flatMap((candidate) => pathsTo(paths, candidate, node))));
  }
  return routes;
}

function pathsTo(paths: ReadonlyMap<string, Path>, { origin, onward }: Announcement, node: string): readonly Path[] {
  const path = origin !== node ? paths.get(origin) : onward === undefined ? undefined : pathBy(onward);
  return path === undefined ? [] : [path];
}
