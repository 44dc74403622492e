import { parsePrefix } from '../support/ip.js';
import { endKey, hasCarrier, isLinkUp, type Condition } from './condition.js';
import type { RoutingGraph } from './graph.js';
import { DRAINED_COST, toldCost } from '../plan/ospf-costs.js';
import { interiorProtocol } from '../plan/protocols.js';
import type { Family, LabPlan, PlanGateway, PlanLink, PlanNode, Question } from '../plan/model.js';
import type { Route, Routes } from './forecast-model.js';
import type { Segment } from '../plan/segments.js';
import type { Way } from '../plan/way.js';
import type { Path } from './shortest-paths.js';
import { clientsOf } from '../plan/roles.js';

/** Whether two nodes are on one of these segments together. */
export function connectivity(segments: readonly Segment[]): (a: string, b: string) => boolean {
  const segmentsAt = new Map<string, Set<number>>();
  for (const { index, members } of segments) {
    for (const { node } of members) {
      const known = segmentsAt.get(node);
      if (known === undefined) segmentsAt.set(node, new Set([index]));
      else known.add(index);
    }
  }
  return (a, b) => {
    if (a === b) return true;
    const [there, here] = [segmentsAt.get(b), segmentsAt.get(a)];
    if (here === undefined || there === undefined) return false;
    for (const segment of here) if (there.has(segment)) return true;
    return false;
  };
}

/** The first router that a client sends its query to: that of the best gateway whose link has a carrier. */
export function gatewayInUse(
  plan: LabPlan,
  client: PlanNode | undefined,
  question: Question,
  condition: Condition,
): PlanGateway | undefined {
  if (client === undefined || condition.crashedNodes.has(client.name) || condition.frozenNodes.has(client.name))
    return undefined;
  return client.gateways.find((gateway) => {
    if (gateway.family !== question.family) return false;
    const link = linkAt(plan, client.name, gateway.interface);
    return link !== undefined && hasCarrier(link, condition);
  });
}

/**
 * Of the instances that a router's kernel led to when its processes froze, those that still answer: the ones whose
 * own first hop is that router, so that the way back needs no other.
 */
export function answeringThrough(
  frozen: string,
  reached: ReadonlySet<string>,
  plan: LabPlan,
  question: Question,
  condition: Condition,
): ReadonlySet<string> {
  const nodes = new Map(plan.nodes.map((node) => [node.name, node]));
  return new Set(
    [...reached].filter((name) => gatewayInUse(plan, nodes.get(name), question, condition)?.node === frozen),
  );
}

/** Whether a node passes packets of others on: hosts do not, and a router needs routes for it. */
export function forwards(node: PlanNode | undefined, { routelessNodes }: Condition): boolean {
  return node?.kind === 'router' && !routelessNodes.has(node.name);
}

/** The neighbors on the shortest paths from one speaker of OSPF to another. */
export function nextHops(
  graph: RoutingGraph,
  paths: (source: string) => ReadonlyMap<string, Path>,
  from: string,
  to: string,
): readonly string[] {
  const distance = paths(from).get(to)?.cost ?? Infinity;
  return (graph.edges.get(from) ?? [])
    .filter((edge) => {
      const rest = paths(edge.to).get(to)?.cost;
      return rest !== undefined && edge.cost + rest === distance;
    })
    .map((edge) => edge.to);
}

/** The route that several equal paths give. */
export function routeOf(paths: readonly Path[]): Route {
  const [only] = paths;
  if (only !== undefined && paths.length === 1) return { ways: only.firstWays, least: only.byParent };
  return {
    ways: new Set(paths.flatMap(({ firstWays }) => [...firstWays])),
    least: paths.flatMap(({ byParent }) => byParent),
  };
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
export function clientRoutes(
  plan: LabPlan,
  paths: ReadonlyMap<string, Path>,
  node: string,
  condition: Condition,
  family: Family,
): Routes {
  const links = linksByEnd(plan);
  const nodes = new Map(plan.nodes.map((each) => [each.name, each]));
  const has = (test: typeof hasCarrier, name: string, device: string): boolean => {
    const link = links.get(endKey({ node: name, interface: device }));
    return link !== undefined && test(link, condition);
  };
  // Without a carrier the kernel's own route to the prefix gives way to what routing knows.
  const own = new Set(
    nodes
      .get(node)
      ?.interfaces.filter((item) => has(hasCarrier, node, item.name))
      .map((item) => item.segment),
  );
  const segments = new Map<number, { prefixes: ReadonlySet<string>; cost: number; paths: readonly Path[] }>();
  const clients = clientsOf(plan.nodes).filter(({ name }) => !condition.crashedNodes.has(name));
  const wanted = new Set(clients.flatMap((client) => client.interfaces.map((item) => item.segment)));
  for (const [name, path] of paths) {
    const announcer = nodes.get(name);
    for (const item of announcer?.interfaces ?? []) {
      if (
        announcer === undefined ||
        name === node ||
        !wanted.has(item.segment) ||
        own.has(item.segment) ||
        !has(isLinkUp, name, item.name)
      )
        continue;
      const known = segments.get(item.segment);
      // OSPFv3 and IS-IS have one cost for an interface and the prefix on it; OSPFv2's max-metric leaves the prefix as it is.
      const isDrained = interiorProtocol(plan, family) !== 'ospfv2' && condition.drainedNodes.has(name);
      const cost = path.cost + (isDrained ? DRAINED_COST : toldCost(announcer, item));
      if (known !== undefined && known.cost < cost) continue;
      const equal = known?.cost === cost ? known.paths : [];
      segments.set(item.segment, {
        prefixes: new Set(item.addresses.map(networkOf)),
        cost,
        paths: [...equal, path],
      });
    }
  }
  return new Map(
    [...segments.values()].flatMap(({ prefixes, paths: equal }) =>
      [...prefixes].map((prefix) => [prefix, routeOf(equal)]),
    ),
  );
}

/** The link of an interface. */
export function linkAt(plan: LabPlan, node: string, device: string): PlanLink | undefined {
  return plan.links.find(({ ends }) => ends.some((end) => end.node === node && end.interface === device));
}

/** The link at each end, by `node:interface`. */
function linksByEnd(plan: LabPlan): ReadonlyMap<string, PlanLink> {
  return new Map(plan.links.flatMap((link) => link.ends.map((end) => [endKey(end), link] as const)));
}

function networkOf(address: string): string {
  return parsePrefix(address)?.prefix.text ?? address;
}

/** Remembers results by a key, up to a number of them; then it begins anew. */
export function memo<T, Asked = string>(
  compute: (asked: Asked) => T,
  keyOf: (asked: Asked) => string = String,
  most = Infinity,
): (asked: Asked) => T {
  const known = new Map<string, T>();
  return (asked) => {
    const key = keyOf(asked);
    const value = known.get(key) ?? compute(asked);
    if (known.size >= most) known.clear();
    known.set(key, value);
    return value;
  };
}
