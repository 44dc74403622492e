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

interface KernelHop {
  readonly gateway?: string;
  readonly via?: { readonly host: string };
  readonly dev?: string;
  /** `dead` where the link is down, or has no carrier and the kernel ignores such routes: no packet goes there. */
  readonly flags?: readonly string[];
}

interface KernelRoute extends KernelHop {
  readonly dst: string;
  readonly nexthops?: readonly KernelHop[];
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
      // A node without power has no routes.
      const hops = !node.isRunning ? [] : await (table === 'rib' ? zebraHops(node, prefix) : kernelHops(node, prefix));
      return typeof hops === 'string'
        ? { table, router, prefix, via: [], unread: hops }
        : { table, router, prefix, via: namesOf(router, hops, names) };
    }),
  );
}

/** The next hops, or why they are not known: no answer is not the answer "none". */
async function zebraHops(node: LabNode, prefix: string): Promise<readonly Hop[] | string> {
  if (node.plan.routing === undefined) return [];
  if (!node.isResponsive || (await node.daemons.ended()).includes('zebra'))
    return `zebra on ${node.name} does not answer`;
  const shown = await node.daemons.show<ZebraRoutes>(
    'zebra',
    `show ${familyOf(prefix) === 'ipv6' ? 'ipv6' : 'ip'} route ${prefix} json`,
  );
  return (shown?.[prefix] ?? [])
    .filter(({ selected }) => selected === true)
    .flatMap(({ nexthops = [] }) => nexthops.map(({ ip, interfaceName = '' }) => ({ device: interfaceName, via: ip })));
}

async function kernelHops(node: LabNode, prefix: string): Promise<readonly Hop[] | string> {
  const { status, output } = await node.runOutside(['ip', '-j', ipFlag(prefix), 'route', 'show', 'exact', prefix]);
  if (status !== 0) return `ip route on ${node.name} ended with status ${String(status)}: ${output.trim()}`;
  const routes = parsed(output);
  return routes.flatMap(({ nexthops, ...only }) =>
    (nexthops ?? [only])
      .filter(({ flags = [] }) => !flags.includes('dead'))
      .map(({ gateway, via, dev = '' }) => ({ device: dev, via: gateway ?? via?.host })),
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
