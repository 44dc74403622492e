import { closeSync } from 'node:fs';
import type { LabNode } from '../node/lab-node.js';
import { loadNewsSockets, type NewsSockets } from '../system/netlink-socket.js';
import type { KernelRoute, KernelRoutes } from './kernel-routes.js';

/** A kernel that has reported no change is asked again all the same after this time. */
const LONGEST_TRUST_MS = 100;

interface Watched {
  readonly socket: number;
  readonly generation: number;
  askedAtMs: number;
  routes: ReadonlyMap<string, KernelRoute>;
}

/**
 * What the kernels of a lab forward by, for who looks again and again: a kernel is asked for its routes when it has told
 * of a change.
 */
export class WatchedRoutes implements Pick<KernelRoutes, 'of'> {
  readonly #watched = new Map<string, Watched>();

  constructor(
    readonly kernelRoutes: Pick<KernelRoutes, 'of'>,
    readonly sockets: Pick<NewsSockets, 'open' | 'drain'> = loadNewsSockets(),
    readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** By destination. */
  of(node: LabNode): ReadonlyMap<string, KernelRoute> {
    if (node.initPid === 0) return new Map();
    const known = this.#watched.get(node.name);
    if (known?.generation !== node.namespace.generation) return this.#watch(node, known);
    const hasNews = this.sockets.drain(known.socket);
    if (hasNews || this.nowMs() - known.askedAtMs > LONGEST_TRUST_MS) {
      known.askedAtMs = this.nowMs();
      known.routes = this.kernelRoutes.of(node);
    }
    return known.routes;
  }

  close(): void {
    for (const { socket } of this.#watched.values()) closeSync(socket);
    this.#watched.clear();
  }

  /** A node that was started again is in another namespace. */
  #watch(node: LabNode, before: Watched | undefined): ReadonlyMap<string, KernelRoute> {
    const { generation } = node.namespace;
    if (before !== undefined) closeSync(before.socket);
    this.#watched.delete(node.name);
    const socket = this.sockets.open(node.namespace, { nextHops: true });
    // Not before it is watched: what changes in between is told.
    const watched = { socket, generation, askedAtMs: this.nowMs(), routes: new Map() };
    this.#watched.set(node.name, watched);
    const routes = this.kernelRoutes.of(node);
    this.#watched.set(node.name, { ...watched, routes });
    return routes;
  }
}
