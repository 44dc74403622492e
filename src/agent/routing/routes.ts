import type { RouteReading, RouteWanted } from '../../protocol/observations.js';
import type { RunningLab } from '../lab/running-lab.js';
import type { LabNode } from '../node/lab-node.js';
import { nodeNames, type NodeNames } from '../node/node-names.js';
import { familyOf, ipFlag } from '../../support/family.js';

interface ZebraRoutes {
  readonly [prefix: string]: readonly {
    readonly selected?: boolean;
    readonly nexthops?: readonly { readonly ip?: string; readonly interfaceName?: string }[];
  }[];
}

interface KernelRoute {
  readonly dst: string;
  readonly gateway?: string;
  readonly via?: { readonly host: string };
  readonly dev?: string;
  readonly nexthops?: readonly {
    readonly gateway?: string;
    readonly via?: { readonly host: string };
    readonly dev?: string;
  }[];
}

interface Hop {
  readonly device: string;
  readonly via: string | undefined;
}

/**
 * The neighbors by which routers lead to prefixes: in zebra's table what it selected, in the kernel what packets
 * follow.
 */
export async function readRouteTables(
  lab: RunningLab,
  wanted: readonly RouteWanted[],
): Promise<readonly RouteReading[]> {
  const names = nodeNames(lab.plan);
  return Promise.all(
    wanted.map(async ({ table, router, prefix }) => {
      const node = lab.node(router);
      const hops = !node.isRunning ? [] : await (table === 'rib' ? zebraHops(node, prefix) : kernelHops(node, prefix));
      return { table, router, prefix, via: namesOf(router, hops, names) };
    }),
  );
}

async function zebraHops(node: LabNode, prefix: string): Promise<readonly Hop[]> {
  if (node.plan.routing === undefined || !node.isResponsive) return [];
  const shown = await node.daemons.show<ZebraRoutes>(
    'zebra',
    `show ${familyOf(prefix) === 'ipv6' ? 'ipv6' : 'ip'} route ${prefix} json`,
  );
  return (shown?.[prefix] ?? [])
    .filter(({ selected }) => selected === true)
    .flatMap(({ nexthops = [] }) => nexthops.map(({ ip, interfaceName = '' }) => ({ device: interfaceName, via: ip })));
}

async function kernelHops(node: LabNode, prefix: string): Promise<readonly Hop[]> {
  const { output } = await node.runOutside(['ip', '-j', ipFlag(prefix), 'route', 'show', 'exact', prefix]);
  const routes = parsed(output);
  return routes.flatMap(({ nexthops, ...only }) =>
    (nexthops ?? [only]).map(({ gateway, via, dev = '' }) => ({ device: dev, via: gateway ?? via?.host })),
  );
}

function parsed(output: string): readonly KernelRoute[] {
  try {
    return JSON.parse(output) as readonly KernelRoute[];
  } catch {
    // Without a route, the output is empty.
    return [];
  }
}

function namesOf(router: string, hops: readonly Hop[], { neighborOf }: NodeNames): readonly string[] {
  return [...new Set(hops.map(({ device, via }) => neighborOf(router, device, via) ?? via ?? device))].sort();
}
