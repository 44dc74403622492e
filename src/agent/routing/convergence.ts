import type { Route, Routes } from '../../forecast/forecast-model.js';
import type { Forecast } from '../../forecast/forecast.js';
import type { Way } from '../../plan/way.js';
import type { KernelRoutes } from '../lab/kernel-routes.js';
import type { LabNode } from '../node/lab-node.js';

/** A router's kernel differs from what routing should come to. */
export interface Divergence {
  readonly node: string;
  readonly destination: string;
  readonly text: string;
}

/** Compares a node's kernel with the forecast. */
export async function divergences(
  node: LabNode,
  forecast: Forecast,
  kernelRoutes: KernelRoutes,
): Promise<readonly Divergence[]> {
  const losesWays = await node.daemons.losesEqualWays();
  return differences(forecast.routes(node.name), forecast.unroutable(node.name), kernelRoutes.of(node), losesWays).map(
    ({ destination, text }) => ({ node: node.name, destination, text: `${node.name}: ${text}` }),
  );
}

/** Routes and ways that a kernel lacks, and those to where nothing leads any more. */
export function differences(
  expected: Routes,
  unroutable: readonly string[],
  installed: ReadonlyMap<string, ReadonlySet<Way>>,
  losesWays: boolean,
): readonly Omit<Divergence, 'node'>[] {
  const routes = [...expected].flatMap(([destination, route]) => {
    const ways = installed.get(destination);
    if (ways === undefined) return [{ destination, text: `no route to ${destination}` }];
    const lacking = lackingOf(route, ways, losesWays && destination.includes(':'));
    if (lacking.length > 0)
      return [
        {
          destination,
          text: `route to ${destination} leads to ${[...ways].join(' and ')}, not yet to ${lacking.join(' and ')}`,
        },
      ];
    const old = [...ways].filter((one) => !route.ways.has(one));
    return old.length === 0
      ? []
      : [{ destination, text: `route to ${destination} still leads to ${old.join(' and ')}` }];
  });
  return [
    ...routes,
    ...unroutable
      .filter((prefix) => installed.has(prefix))
      .map((prefix) => ({ destination: prefix, text: `still routes ${prefix}` })),
  ];
}

function lackingOf({ ways, least }: Route, installed: ReadonlySet<Way>, losesWays: boolean): readonly Way[] {
  const isEnough = losesWays && least.every((some) => [...some].some((one) => installed.has(one)));
  return isEnough ? [] : [...ways].filter((one) => !installed.has(one));
}
