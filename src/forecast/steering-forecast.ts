import { hostPrefix } from '../plan/addressing.js';
import type { LabPlan, Question } from '../plan/model.js';
import { isInstanceUp, type Condition } from './condition.js';
import type { Route } from './forecast-model.js';
import { routingGraph } from './graph.js';
import { memo, routeOf } from './reach.js';
import { shortestPaths } from './shortest-paths.js';

/** What routers that choose know of instances, and which instances their steered packets reach. */
export interface SteeringForecast {
  /** The instances that a router steers a client's queries to; none where it does not choose, or knows of none. */
  chosenAt(router: string, question: Question): readonly string[];
  /** A speaker's routes to the segment identifiers of others. */
  routes(node: string): readonly (readonly [prefix: string, route: Route])[];
  /** Those that it must have no route to. */
  unroutable(node: string): readonly string[];
}

/** Tunnels to instances are of IPv6, whatever is in them. */
export function steeringForecast(
  plan: LabPlan,
  condition: Condition,
  connected: (a: string, b: string) => boolean,
): SteeringForecast {
  const { selectors = [], segments = [] } = plan.steering ?? {};
  const pathsFrom = memo((source: string) => shortestPaths(routingGraph(plan, condition, 'ipv6'), source));
  const isUp = ({ service, instance }: (typeof segments)[number]): boolean =>
    isInstanceUp(service, instance, condition);
  return {
    chosenAt: (router, { service, address, family }) =>
      selectors.some((selector) => selector.router === router && selector.addresses.includes(address))
        ? segments
            .filter((segment) => segment.service === service && segment.family === family && isUp(segment))
            .filter(({ instance }) => pathsFrom(router).has(instance))
            .filter(({ instance, ends }) => ends.some((end) => connected(end.router, instance)))
            .map(({ instance }) => instance)
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
