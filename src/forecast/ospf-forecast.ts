import { hostPrefix } from '../plan/addressing.js';
import { isCurrent, isInstanceUp, thawed, type Condition } from './condition.js';
import type { RoutingGraph } from './graph.js';
import { DRAINED_COST } from '../plan/ospf-costs.js';
import type { Forecast, ForecastScope, Route, Routes, Walk, WalkEnd } from './forecast-model.js';
import type { Family, LabPlan, Question } from '../plan/model.js';
import { steeringForecast } from './steering-forecast.js';
import { terrainOf } from './terrain.js';
import { behalfNow } from './behalf-now.js';
import {
  answeringThrough,
  clientRoutes,
  forwards,
  gatewayInUse,
  loopbackRoutes,
  memo,
  pathBy,
  routeOf,
} from './reach.js';
import type { Path } from './shortest-paths.js';
import { noHops, noWalk, reachedBy } from './walk.js';
import { way, type Way } from '../plan/way.js';

/** A service's address as the routing protocol sees it: announced by `origin` at `cost` beyond it. */
interface Announcement {
  readonly origin: string;
  readonly instance: string;
  readonly cost: number;
  /** How the origin itself gets to the instance; undefined where it is the instance. */
  readonly onward: Way | undefined;
}

/** A lab without autonomous systems: one OSPF area for each family, or one level of IS-IS for both. */
export function ospfForecast(
  plan: LabPlan,
  condition: Condition,
  family: Family,
  _scope: ForecastScope = 'all',
  terrain = terrainOf(plan, condition),
): Forecast {
  const { graph, paths, costs } = terrain.interiorOf(family);
  const { connected } = terrain;
  const nodes = new Map(plan.nodes.map((node) => [node.name, node]));
  const announcements = announcementsOf(plan, condition);
  const steering = steeringForecast(plan, condition, terrain);
  const hopsOf = memo(
    (question: Question): Walk['hops'] =>
      memo(
        hopsTo({
          graph,
          costs,
          announcements: announcements.get(question.address) ?? [],
          connected,
          passesOn: (name) => forwards(nodes.get(name), condition),
          steered: (name) => steering.steered(name, question),
        }),
      ),
    ({ service, address }) => `${service} ${address}`,
  );
  const walk = (question: Question): Walk => {
    const gateway = gatewayInUse(plan, nodes.get(question.client), question, condition);
    if (gateway === undefined || !connected(question.client, gateway.node)) return noWalk;
    // A frozen router forwards as before, but no other router has a route back to those behind it.
    if (condition.frozenNodes.has(gateway.node)) {
      const before = ospfForecast(plan, thawed(gateway.node, condition), family).walk(question);
      return { ...before, answering: answeringThrough(gateway.node, before.answering, plan, question, condition) };
    }
    const hops = hopsOf(question);
    return { start: gateway.node, hops, answering: reachedBy(gateway.node, hops), isStable: true };
  };
  return {
    answer: (question) => walk(question).answering,
    walk,
    decision(node, question) {
      const chosen = steering.steered(node, question);
      const known = announcements.get(question.address) ?? [];
      const own = known.filter(({ origin }) => origin === node);
      const costHere = ({ origin, cost }: Announcement): number => costs(origin)(node) + cost;
      const candidates = (own.length > 0 ? own : known)
        .map((each) => ({ by: each.instance, cost: costHere(each) }))
        .filter(({ cost }) => cost < Infinity)
        .sort((a, b) => a.cost - b.cost || (a.by < b.by ? -1 : 1));
      return candidates.length === 0
        ? undefined
        : {
            node,
            prefix: hostPrefix(question.address),
            candidates: candidates.map(({ by, cost }) => ({
              by,
              says: `cost ${String(cost)}`,
              isChosen:
                chosen.length > 0 ? chosen.some(({ instance }) => instance === by) : cost === candidates[0]?.cost,
            })),
          };
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

interface HopsWorld {
  readonly graph: RoutingGraph;
  readonly costs: (to: string) => (from: string) => number;
  /** Of the address that packets go to. */
  readonly announcements: readonly Announcement[];
  readonly connected: (a: string, b: string) => boolean;
  readonly passesOn: (node: string) => boolean;
  readonly steered: (node: string) => readonly WalkEnd[];
}

/**
 * What each node does with a packet: one that announces the address itself keeps the packet, even where another instance
 * would be nearer, since a router prefers its own route to one by OSPF.
 */
function hopsTo({ graph, costs, announcements, connected, passesOn, steered }: HopsWorld): Walk['hops'] {
  return (node) => {
    // No later router chooses again for a steered packet.
    const ends = passesOn(node) ? steered(node) : [];
    if (ends.length > 0) return { ends, next: [] };
    const own = announcements.filter(({ origin }) => origin === node);
    if (own.length > 0) {
      const linked = own.filter(({ instance }) => connected(node, instance));
      return { ends: linked.map(({ instance }) => ({ instance, through: [] })), next: [] };
    }
    if (!passesOn(node)) return noHops;
    const costHere = ({ origin, cost }: Announcement): number => costs(origin)(node) + cost;
    const least = Math.min(...announcements.map(costHere));
    if (least === Infinity) return noHops;
    const ways = new Map<Way, string>();
    for (const best of announcements.filter((announcement) => costHere(announcement) === least)) {
      const rest = least - best.cost;
      for (const edge of graph.edges.get(node) ?? []) {
        if (edge.cost + costs(best.origin)(edge.to) === rest) ways.set(way(edge.interface, edge.to), edge.to);
      }
    }
    return { ends: [], next: [...ways.values()].map((next) => ({ node: next, weight: 1 })) };
  };
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
