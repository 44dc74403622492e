import type { LabPlan } from '../../plan/model.js';
import { way, type Way } from '../../plan/way.js';
import { readKernelNews, type KernelHop } from '../../codec/route-netlink.js';
import type { LabNode } from '../node/lab-node.js';
import { loadRouteTables, type RouteTables } from '../system/netlink-socket.js';
import { nodeNames, type NodeNames } from '../node/node-names.js';

/** The index of `lo` in every network namespace. */
const LOOPBACK = 1;

/** By which ways a kernel leads to a destination. */
export interface KernelRoute {
  /** Those that packets take; none where they are discarded. */
  readonly ways: ReadonlySet<Way>;
  /** Next hops that are still in the route although their links are down: no packet takes them. */
  readonly dead: ReadonlySet<Way>;
}

/**
 * What the kernels of a lab forward by, every next hop of it. Asked over netlink, without a process for each look, so
 * that convergence can be watched every few milliseconds; `/proc/net/route` shows the first next hop only.
 */
export class KernelRoutes {
  readonly #tables: RouteTables = loadRouteTables();
  readonly #names: NodeNames;

  constructor(readonly plan: LabPlan) {
    this.#names = nodeNames(plan);
  }

  /** By destination. */
  of(node: LabNode): ReadonlyMap<string, KernelRoute> {
    const routes = new Map<string, KernelRoute>();
    if (node.initPid === 0) return routes;
    const devices = this.#tables.devices(
      node.namespace,
      node.plan.interfaces.map(({ name }) => name),
    );
    const metrics = new Map<string, number>();
    // Hundreds of routes of a node have a few sets of ways between them.
    const known = new Map<string, KernelRoute>();
    const routeBy = (hops: readonly KernelHop[]): KernelRoute => {
      const key = hops.map(({ index, via, isDead }) => `${String(index)} ${via ?? ''}${isDead ? ' dead' : ''}`).join();
      const waysBy = (some: readonly KernelHop[]): ReadonlySet<Way> =>
        new Set(some.map((hop) => this.#wayBy(node, devices, hop)));
      const route = known.get(key) ?? {
        ways: waysBy(hops.filter(({ isDead }) => !isDead)),
        dead: waysBy(hops.filter(({ isDead }) => isDead)),
      };
      known.set(key, route);
      return route;
    };
    for (const datagram of this.#tables.dump(node.namespace, this.plan.families)) {
      for (const news of readKernelNews(datagram)) {
        if (news.kind !== 'route' || news.hops.some(({ index }) => index === LOOPBACK)) continue;
        // Of several routes to one prefix, the kernel takes that of the least metric which leads anywhere.
        const isDead = news.hops.length > 0 && news.hops.every((hop) => hop.isDead);
        const metric = isDead ? Infinity : news.metric;
        if (metric > (metrics.get(news.prefix) ?? Infinity)) continue;
        metrics.set(news.prefix, metric);
        routes.set(news.prefix, routeBy(news.hops));
      }
    }
    return routes;
  }

  #wayBy(node: LabNode, devices: ReadonlyMap<number, string>, { index, via }: KernelHop): Way {
    const device = devices.get(index) ?? String(index);
    return way(device, this.#names.neighborOf(node.name, device, via) ?? via ?? 'nobody');
  }
}
