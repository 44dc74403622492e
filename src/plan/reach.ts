import { parsePrefix } from '../support/ip.js';
import { endKey, hasCarrier, isLinkUp, type Condition } from './condition.js';
import type { RoutingGraph } from './graph.js';
import type { LabPlan, PlanGateway, PlanNode, Question } from './model.js';
import type { Route, Routes } from './forecast-model.js';
import { segmentsOf } from './segments.js';
import type { Way } from './way.js';
import type { Path } from './shortest-paths.js';

/** Whether two nodes have a link, or a segment of switches, in common that carries packets now. */
export function connectivity(plan: LabPlan, condition: Condition): (a: string, b: string) => boolean {
  const switches = new Set(plan.nodes.filter((node) => node.kind === 'switch').map((node) => node.name));
  const segments = segmentsOf(plan.links.filter((link) => isLinkUp(link, condition)), switches);
  const segmentsAt = new Map<string, Set<number>>();
  for (const { index, members } of segments) {
    for (const { node } of members) segmentsAt.set(node, (segmentsAt.get(node) ?? new Set<number>()).add(index));
  }
  return (a, b) => a === b || [...(segmentsAt.get(a) ?? [])].some((segment) => segmentsAt.get(b)?.has(segment) === true);
}

/** The first router that a client sends its question to: that of the best gateway whose link has a carrier. */
export function gatewayInUse(
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

/**
 * Of the instances that a router's kernel led to when its processes came to a standstill, those that still answer: the ones
 * that need nobody but it for the way back, since their own first hop is that router.
 */
export function answeringThrough(frozen: string, reached: ReadonlySet<string>, plan: LabPlan, question: Question, condition: Condition): ReadonlySet<string> {
  const nodes = new Map(plan.nodes.map((node) => [node.name, node]));
  return new Set([...reached].filter((name) => gatewayInUse(plan, nodes.get(name), question, condition)?.node === frozen));
}

/** The neighbors on the shortest paths from one speaker of OSPF to another. */
export function nextHops(graph: RoutingGraph, paths: (source: string) => ReadonlyMap<string, Path>, from: string, to: string): readonly string[] {
  const distance = paths(from).get(to)?.cost ?? Infinity;
  return (graph.edges.get(from) ?? []).filter((edge) => {
    const rest = edge.to === to ? 0 : graph.transit.has(edge.to) ? paths(edge.to).get(to)?.cost : undefined;
    return rest !== undefined && edge.cost + rest === distance;
  }).map((edge) => edge.to);
}

/** The route that several equal paths give. */
export function routeOf(paths: readonly Path[]): Route {
  return { ways: new Set(paths.flatMap(({ firstWays }) => [...firstWays])), least: paths.flatMap(({ byParent }) => byParent) };
}

/** A path that is one hop long. */
export function pathBy(first: Way): Path {
  return { cost: 0, firstWays: new Set([first]), byParent: [new Set([first])] };
}

/** What OSPF leads to: the loopbacks of all speakers. */
export function loopbackRoutes(plan: LabPlan, paths: ReadonlyMap<string, Path>, node: string): Routes {
  const routes = new Map<string, Route>();
  for (const other of plan.nodes) {
    const path = paths.get(other.name);
    if (other.name === node || path === undefined) continue;
    for (const loopback of other.loopbacks) routes.set(loopback, routeOf([path]));
  }
  return routes;
}

/** The way back to the clients: the prefix of every link on which one has a gateway. */
export function clientRoutes(plan: LabPlan, paths: ReadonlyMap<string, Path>, node: string, condition: Condition): Routes {
  const own = new Set(plan.nodes.find((each) => each.name === node)?.interfaces.map((item) => item.segment));
  const segments = new Map<number, { prefixes: ReadonlySet<string>; cost: number; paths: readonly Path[] }>();
  const clients = plan.nodes.filter((each) => each.role === 'client' && !condition.crashedNodes.has(each.name));
  const wanted = new Set(clients.flatMap((client) => client.interfaces.map((item) => item.segment)));
  for (const [name, path] of paths) {
    for (const item of plan.nodes.find((each) => each.name === name)?.interfaces ?? []) {
      if (!wanted.has(item.segment) || own.has(item.segment) || !isEndUp(plan, name, item.name, condition)) continue;
      const known = segments.get(item.segment);
      const cost = path.cost + item.cost;
      if (known !== undefined && known.cost < cost) continue;
      const equal = known?.cost === cost ? known.paths : [];
      segments.set(item.segment, {
        prefixes: new Set(item.addresses.map(networkOf)),
        cost,
        paths: [...equal, path],
      });
    }
  }
  return new Map([...segments.values()].flatMap(({ prefixes, paths: equal }) => [...prefixes].map((prefix) => [prefix, routeOf(equal)])));
}

function isEndUp(plan: LabPlan, node: string, device: string, condition: Condition): boolean {
  const link = plan.links.find(({ ends }) => ends.some((end) => end.node === node && end.interface === device));
  return link !== undefined && isLinkUp(link, condition);
}

function networkOf(address: string): string {
  return parsePrefix(address)?.prefix.text ?? address;
}

/** Remembers what was worked out. */
export function memo<T>(compute: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}
