import type { LabPlan } from '../../plan/model.js';
import { way, type Way } from '../../plan/way.js';
import { readKernelNews, type KernelHop } from '../../codec/route-netlink.js';
import type { LabNode } from '../node/lab-node.js';
import { loadRouteTables, type RouteTables } from '../system/netlink-socket.js';
import { nodeNames, type NodeNames } from '../node/node-names.js';

/** The index of `lo` in every network namespace. */
const LOOPBACK = 1;

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

  /** Destination -> the ways by which packets leave: none where they are discarded. */
  of(node: LabNode): ReadonlyMap<string, ReadonlySet<Way>> {
    const routes = new Map<string, ReadonlySet<Way>>();
    if (node.initPid === 0) return routes;
    const devices = this.#tables.devices(
      node.namespace,
      node.plan.interfaces.map(({ name }) => name),
    );
    const metrics = new Map<string, number>();
    // Hundreds of routes of a node have a few sets of ways between them.
    const known = new Map<string, ReadonlySet<Way>>();
    const waysBy = (hops: readonly KernelHop[]): ReadonlySet<Way> => {
      const key = hops.map(({ index, via }) => `${String(index)} ${via ?? ''}`).join();
      const ways = known.get(key) ?? new Set(hops.map((hop) => this.#wayBy(node, devices, hop)));
      known.set(key, ways);
      return ways;
    };
    for (const datagram of this.#tables.dump(node.namespace, this.plan.families)) {
      for (const news of readKernelNews(datagram)) {
        // Of several routes to one prefix, the kernel takes that of the least metric.
        if (news.kind !== 'route' || news.metric > (metrics.get(news.prefix) ?? Infinity)) continue;
        if (news.hops.some(({ index }) => index === LOOPBACK)) continue;
        metrics.set(news.prefix, news.metric);
        routes.set(news.prefix, waysBy(news.hops));
      }
    }
    return routes;
  }

  #wayBy(node: LabNode, devices: ReadonlyMap<number, string>, { index, via }: KernelHop): Way {
    const device = devices.get(index) ?? String(index);
    return way(device, this.#names.neighborOf(node.name, device, via) ?? via ?? 'nobody');
  }
}
