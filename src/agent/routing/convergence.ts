import type { Route, Routes } from '../../forecast/forecast-model.js';
import type { Forecast } from '../../forecast/forecast.js';
import { hostPrefix } from '../../plan/addressing.js';
import type { Way } from '../../plan/way.js';
import type { LackingRoute, RouteDifference } from '../../protocol/lacking.js';
import type { KernelRoute, KernelRoutes } from '../lab/kernel-routes.js';
import type { LabNode } from '../node/lab-node.js';
import { familyOf } from '../../support/family.js';

/** How a node's kernel differs from the forecast. */
export async function lackingRoutes(
  node: LabNode,
  forecast: Forecast,
  kernelRoutes: Pick<KernelRoutes, 'of'>,
): Promise<readonly LackingRoute[]> {
  const losesWays = await node.daemons.losesEqualWays();
  const own = (await node.daemons.hasLocalRoutes()) ? node.plan.serves : [];
  return differences(forecast.routes(node.name), forecast.unroutable(node.name), kernelRoutes.of(node), losesWays)
    .filter(({ destination }) => !own.some((address) => hostPrefix(address) === destination))
    .map((difference) => ({ kind: 'route', node: node.name, ...difference }));
}

/** Routes and ways that a kernel lacks, and those to where nothing leads any more. */
export function differences(
  expected: Routes,
  unroutable: readonly string[],
  installed: ReadonlyMap<string, KernelRoute>,
  losesWays: boolean,
): readonly RouteDifference[] {
  const routes = [...expected].flatMap(([destination, route]): readonly RouteDifference[] => {
    const { ways, dead } = installed.get(destination) ?? {};
    if (ways === undefined || dead === undefined) return [{ destination, state: 'missing' }];
    if (ways.size === 0 && dead.size > 0 && route.ways.size > 0) return [{ destination, state: 'missing' }];
    const missing = missingWays(route, ways, losesWays && familyOf(destination) === 'ipv6');
    if (missing.length > 0) return [{ destination, state: 'incomplete', ways: [...ways], missing }];
    const stale = [...ways].filter((one) => !route.ways.has(one));
    if (stale.length > 0) return [{ destination, state: 'stale', stale }];
    // Packets go right, but routing is not at rest: with its link, such a next hop would come back to life.
    return dead.size === 0 ? [] : [{ destination, state: 'dead', dead: [...dead] }];
  });
  return [
    ...routes,
    ...unroutable
      .filter((prefix) => installed.has(prefix))
      .map((destination): RouteDifference => ({ destination, state: 'left-over' })),
  ];
}

function missingWays({ ways, least }: Route, installed: ReadonlySet<Way>, losesWays: boolean): readonly Way[] {
  const isEnough = losesWays && least.every((some) => [...some].some((one) => installed.has(one)));
  return isEnough ? [] : [...ways].filter((one) => !installed.has(one));
}
