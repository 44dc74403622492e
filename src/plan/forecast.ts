import { parsePrefix } from '../support/ip.js';
import { daemonKey, endKey, hasCarrier, isInstanceUp, isLinkUp, type Condition } from './condition.js';
import { routingGraph, type RoutingGraph } from './graph.js';
import type { Family, LabPlan, PlanGateway, PlanNode, Question } from './model.js';
import { segmentsOf } from './segments.js';
import { shortestPaths, type Path } from './shortest-paths.js';

/**
 * What routing should come to under a condition, worked out from the plan alone. It only says when to stop waiting;
 * what is reported is always what was observed.
 */
export interface Forecast {
  /** The instances that may answer: none where nobody can, several where costs tie. */
  answer(question: Question): ReadonlySet<string>;
  /** Prefix -> interfaces it may leave by, for each that a speaker must have a route to: services, speakers, clients. */
  routes(node: string): ReadonlyMap<string, ReadonlySet<string>>;
  /** Prefixes of services that a speaker must have no route to, since no instance can be reached. */
  unroutable(node: string): readonly string[];
}

/** A service's address as the routing protocol sees it: announced by `origin` at `cost` beyond it. */
interface Announcement {
  readonly origin: string;
  readonly instance: string;
  readonly cost: number;
  readonly interface: string | undefined;
}

export function forecast(plan: LabPlan, condition: Condition): Forecast {
  const byFamily = new Map(plan.families.map((family) => [family, forecastFamily(plan, condition, family)]));
  const all = [...byFamily];
  const isOf = (prefix: string, family: Family): boolean => prefix.includes(':') === (family === 'ipv6');
  return {
    answer: (question) => byFamily.get(question.family)?.answer(question) ?? new Set(),
    routes: (node) => new Map(all.flatMap(([family, own]) => [...own.routes(node)].filter(([prefix]) => isOf(prefix, family)))),
    unroutable: (node) => all.flatMap(([family, own]) => own.unroutable(node).filter((prefix) => isOf(prefix, family))),
  };
}

function forecastFamily(plan: LabPlan, condition: Condition, family: Family): Forecast {
  const graph = routingGraph(plan, condition, family);
  const paths = memo((source) => shortestPaths(graph, source));
  const nodes = new Map(plan.nodes.map((node) => [node.name, node]));
  const announcements = announcementsOf(plan, condition);
  const connected = connectivity(plan, condition);
  const ownAnswer = (node: string, { address }: Question): boolean =>
    (announcements.get(address) ?? []).some(({ origin }) => origin === node);
  /** Whether a node's kernel follows what routing comes to. */
  const isCurrent = (node: string): boolean =>
    !condition.crashedNodes.has(node) && !condition.frozenNodes.has(node) && !condition.deadDaemons.has(daemonKey('zebra', node));
  return {
    answer(question) {
      const gateway = gatewayInUse(plan, nodes.get(question.client), question, condition);
      if (gateway === undefined || !connected(question.client, gateway.node)) return new Set();
      // A router whose processes stand still forwards as before, but nobody knows a way back to those behind it.
      if (condition.frozenNodes.has(gateway.node) && !ownAnswer(gateway.node, question)) return new Set();
      return reachedFrom(gateway.node, graph, paths, announcements.get(question.address) ?? [], connected, condition.routelessNodes);
    },
    unroutable: (node) =>
      !isCurrent(node) ? [] : plan.services
        .flatMap((service) => service.addresses)
        .filter((address) => nearest(paths(node), announcements.get(address) ?? []).size === 0)
        .map(hostPrefix),
    routes: (node) =>
      graph.edges.has(node) && isCurrent(node)
        ? new Map([
            ...loopbackRoutes(plan, paths(node), node),
            ...clientRoutes(plan, paths(node), node, condition),
            ...serviceRoutes(paths(node), announcements, node),
          ])
        : new Map(),
  };
}

function announcementsOf(plan: LabPlan, condition: Condition): ReadonlyMap<string, readonly Announcement[]> {
  const found = new Map<string, Announcement[]>();
  const add = (address: string, announcement: Announcement): void => {
    found.set(address, [...(found.get(address) ?? []), announcement]);
  };
  for (const service of plan.services) {
    if (service.announce !== 'host') continue;
    for (const instance of service.instances) {
      if (!isInstanceUp(service.name, instance, condition)) continue;
      for (const address of service.addresses) add(address, { origin: instance, instance, cost: 0, interface: undefined });
    }
  }
  for (const node of plan.nodes) {
    for (const behalf of node.routing?.announcesFor ?? []) {
      const link = plan.links.find((candidate) => candidate.ends.some((end) => endKey(end) === `${node.name}:${behalf.interface}`));
      if (link === undefined || !hasCarrier(link, condition)) continue;
      if (!isInstanceUp(behalf.service, behalf.instance, condition)) continue;
      add(behalf.address, { origin: node.name, instance: behalf.instance, cost: behalf.cost, interface: behalf.interface });
    }
  }
  return found;
}

/** Whether two nodes have a link, or a segment of switches, in common that carries packets now. */
function connectivity(plan: LabPlan, condition: Condition): (a: string, b: string) => boolean {
  const switches = new Set(plan.nodes.filter((node) => node.kind === 'switch').map((node) => node.name));
  const segments = segmentsOf(plan.links.filter((link) => isLinkUp(link, condition)), switches);
  const segmentsAt = new Map<string, Set<number>>();
  for (const { index, members } of segments) {
    for (const { node } of members) segmentsAt.set(node, (segmentsAt.get(node) ?? new Set<number>()).add(index));
  }
  return (a, b) => a === b || [...(segmentsAt.get(a) ?? [])].some((segment) => segmentsAt.get(b)?.has(segment) === true);
}

function gatewayInUse(
  plan: LabPlan,
  client: PlanNode | undefined,
  question: Question,
  condition: Condition,
): PlanGateway | undefined {
  if (client === undefined || condition.crashedNodes.has(client.name) || condition.frozenNodes.has(client.name)) return undefined;
  return client.gateways.find((gateway) => {
    const link = plan.links.find((candidate) => candidate.ends.some((end) => endKey(end) === `${client.name}:${gateway.interface}`));
    return gateway.family === question.family && link !== undefined && hasCarrier(link, condition);
  });
}

function costOf(paths: ReadonlyMap<string, Path>, announcement: Announcement): number {
  return (paths.get(announcement.origin)?.cost ?? Infinity) + announcement.cost;
}

/**
 * The instances that a packet reaches, hop by hop: whoever announces the address itself keeps the packet, even where
 * another instance would be nearer, since a router prefers its own route to what it hears by OSPF.
 */
function reachedFrom(
  start: string,
  graph: RoutingGraph,
  paths: (source: string) => ReadonlyMap<string, Path>,
  announcements: readonly Announcement[],
  connected: (a: string, b: string) => boolean,
  routeless: ReadonlySet<string>,
): ReadonlySet<string> {
  const reached = new Set<string>();
  const visited = new Set<string>([start]);
  for (const node of visited) {
    const own = announcements.filter((announcement) => announcement.origin === node);
    for (const { instance } of own) if (connected(node, instance)) reached.add(instance);
    if (own.length > 0 || routeless.has(node)) continue;
    const from = paths(node);
    const least = Math.min(...announcements.map((announcement) => costOf(from, announcement)));
    for (const best of announcements.filter((announcement) => costOf(from, announcement) === least)) {
      const distance = from.get(best.origin)?.cost ?? Infinity;
      for (const edge of graph.edges.get(node) ?? []) {
        const rest = edge.to === best.origin ? 0 : graph.transit.has(edge.to) ? paths(edge.to).get(best.origin)?.cost : undefined;
        if (rest !== undefined && edge.cost + rest === distance) visited.add(edge.to);
      }
    }
  }
  return reached;
}

function nearest(paths: ReadonlyMap<string, Path>, announcements: readonly Announcement[]): ReadonlySet<string> {
  const least = Math.min(...announcements.map((announcement) => costOf(paths, announcement)));
  if (least === Infinity) return new Set();
  return new Set(announcements.filter((one) => costOf(paths, one) === least).map((one) => one.instance));
}

type Routes = ReadonlyMap<string, ReadonlySet<string>>;

function loopbackRoutes(plan: LabPlan, paths: ReadonlyMap<string, Path>, node: string): Routes {
  const routes = new Map<string, ReadonlySet<string>>();
  for (const other of plan.nodes) {
    const path = paths.get(other.name);
    if (other.name === node || path === undefined) continue;
    for (const loopback of other.loopbacks) routes.set(loopback, path.firstInterfaces);
  }
  return routes;
}

/** The way back to the clients: the prefix of every link on which one has a gateway. */
function clientRoutes(plan: LabPlan, paths: ReadonlyMap<string, Path>, node: string, condition: Condition): Routes {
  const own = new Set(plan.nodes.find((each) => each.name === node)?.interfaces.map((item) => item.segment));
  const segments = new Map<number, { prefixes: ReadonlySet<string>; cost: number; interfaces: Set<string> }>();
  const clients = plan.nodes.filter((each) => each.role === 'client' && !condition.crashedNodes.has(each.name));
  const wanted = new Set(clients.flatMap((client) => client.interfaces.map((item) => item.segment)));
  for (const [name, path] of paths) {
    for (const item of plan.nodes.find((each) => each.name === name)?.interfaces ?? []) {
      if (!wanted.has(item.segment) || own.has(item.segment) || !isEndUp(plan, name, item.name, condition)) continue;
      const known = segments.get(item.segment);
      const cost = path.cost + item.cost;
      if (known !== undefined && known.cost < cost) continue;
      const equal = known?.cost === cost ? known.interfaces : [];
      segments.set(item.segment, {
        prefixes: new Set(item.addresses.map(networkOf)),
        cost,
        interfaces: new Set([...equal, ...path.firstInterfaces]),
      });
    }
  }
  return new Map([...segments.values()].flatMap(({ prefixes, interfaces }) => [...prefixes].map((prefix) => [prefix, interfaces])));
}

function serviceRoutes(
  paths: ReadonlyMap<string, Path>,
  announcements: ReadonlyMap<string, readonly Announcement[]>,
  node: string,
): Routes {
  const routes = new Map<string, ReadonlySet<string>>();
  for (const [address, candidates] of announcements) {
    const least = Math.min(...candidates.map((candidate) => costOf(paths, candidate)));
    const best = candidates.filter((candidate) => costOf(paths, candidate) === least);
    const own = candidates.filter((candidate) => candidate.origin === node);
    if (least === Infinity || own.some((candidate) => candidate.interface === undefined)) continue;
    const chosen = own.length > 0 ? own : best;
    routes.set(hostPrefix(address), new Set(chosen.flatMap((candidate) => leavesBy(paths, candidate, node))));
  }
  return routes;
}

function isEndUp(plan: LabPlan, node: string, device: string, condition: Condition): boolean {
  const link = plan.links.find(({ ends }) => ends.some((end) => end.node === node && end.interface === device));
  return link !== undefined && isLinkUp(link, condition);
}

function hostPrefix(address: string): string {
  return `${address}/${address.includes(':') ? '128' : '32'}`;
}

function networkOf(address: string): string {
  return parsePrefix(address)?.prefix.text ?? address;
}

function leavesBy(paths: ReadonlyMap<string, Path>, announcement: Announcement, node: string): readonly string[] {
  if (announcement.origin === node) return announcement.interface === undefined ? [] : [announcement.interface];
  return [...(paths.get(announcement.origin)?.firstInterfaces ?? [])];
}

function memo<T>(compute: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}
