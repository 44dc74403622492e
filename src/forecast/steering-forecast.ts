import { hostPrefix } from '../plan/addressing.js';
import type { LabPlan, Question } from '../plan/model.js';
import { isInstanceUp, type Condition } from './condition.js';
import type { Route, WalkEnd } from './forecast-model.js';
import type { RoutingGraph } from './graph.js';
import { nextHops, routeOf } from './reach.js';
import type { Path } from './shortest-paths.js';
import type { Terrain } from './terrain.js';

/** What routers that choose know of instances, and which instances their steered packets reach. */
export interface SteeringForecast {
  /**
   * The instances that a router steers a client's queries to, with the nodes on the way; none where it does not choose,
   * or knows of none.
   */
  steered(router: string, question: Question): readonly WalkEnd[];
  /** A speaker's routes to the segment identifiers of others. */
  routes(node: string): readonly (readonly [prefix: string, route: Route])[];
  /** Those that it must have no route to. */
  unroutable(node: string): readonly string[];
}

/** Tunnels to instances are of IPv6, whatever is in them. */
export function steeringForecast(
  plan: LabPlan,
  condition: Condition,
  { connected, interiorOf }: Terrain,
): SteeringForecast {
  const { selectors = [], segments = [] } = plan.steering ?? {};
  const pathsFrom = (source: string): ReadonlyMap<string, Path> => interiorOf('ipv6').paths(source);
  const isUp = ({ service, instance }: (typeof segments)[number]): boolean =>
    isInstanceUp(service, instance, condition);
  return {
    steered: (router, { service, address, family }) =>
      selectors.some((selector) => selector.router === router && selector.addresses.includes(address))
        ? segments
            .filter((segment) => segment.service === service && segment.family === family && isUp(segment))
            .filter(({ instance }) => pathsFrom(router).has(instance))
            .filter(({ instance, ends }) => ends.some((end) => connected(end.router, instance)))
            .map(({ instance }) => ({
              instance,
              through: betweenOf(interiorOf('ipv6').graph, pathsFrom, router, instance),
            }))
        : [],
    routes: (node) =>
      segments.flatMap((segment) => {
        const path = isUp(segment) && segment.instance !== node ? pathsFrom(node).get(segment.instance) : undefined;
        return path === undefined ? [] : [[hostPrefix(segment.id), routeOf([path])] as const];
      }),
    unroutable: (node) =>
      segments
        .filter((segment) => segment.instance !== node && !(isUp(segment) && pathsFrom(node).has(segment.instance)))
        .map(({ id }) => hostPrefix(id)),
  };
}

/** The nodes between two ends of a tunnel, on the first of its shortest paths. */
function betweenOf(
  graph: RoutingGraph,
  pathsFrom: (source: string) => ReadonlyMap<string, Path>,
  from: string,
  to: string,
): readonly string[] {
  const between: string[] = [];
  for (let [next] = nextHops(graph, pathsFrom, from, to); next !== undefined && next !== to;) {
    between.push(next);
    [next] = nextHops(graph, pathsFrom, next, to);
  }
  return between;
}
