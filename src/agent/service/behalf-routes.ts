import { hostPrefix } from '../../plan/addressing.js';
import type { PlanBehalf, PlanService } from '../../plan/model.js';
import type { LabNode } from '../node/lab-node.js';

interface RouteChange {
  readonly key: string;
  readonly hops: string;
  /** For ip(8). */
  readonly line: string;
}

/**
 * The routes to instances on routers that announce for them. Each router has one route for each address, to all the
 * nearest instances that are to be announced and to whose links it has a carrier, which zebra does not ask of routes it
 * finds in the kernel.
 */
export class BehalfRoutes {
  /** Router and address -> the next hops of the route that was last configured. */
  readonly #told = new Map<string, string>();
  /** Changes that are not configured yet, by router. */
  readonly #waiting = new Map<string, readonly RouteChange[]>();
  /** The last command of each router: they must not overtake each other. */
  readonly #last = new Map<string, Promise<void>>();

  constructor(readonly routers: readonly LabNode[]) {}

  async bringInLine(service: PlanService, isAnnounced: (instance: string) => boolean): Promise<void> {
    await Promise.all(
      this.routers.flatMap((router) => {
        const own = (router.plan.routing?.announcesFor ?? []).filter((behalf) => behalf.service === service.name);
        if (own.length === 0) return [];
        const usable = router.isRunning
          ? own.filter(({ instance, interface: device }) => isAnnounced(instance) && router.hasCarrier(device))
          : [];
        return [...new Set(own.map(({ address }) => address))].map(async (address) =>
          this.#tell(router, address, nearest(usable.filter((behalf) => behalf.address === address))),
        );
      }),
    );
  }

  /** A router lost its configured routes, with a link or with its power. */
  forget(router: string): void {
    for (const key of [...this.#told.keys()]) if (key.startsWith(`${router} `)) this.#told.delete(key);
  }

  async #tell(router: LabNode, address: string, wanted: readonly PlanBehalf[]): Promise<void> {
    const key = `${router.name} ${address}`;
    const hops = wanted.map(({ via, interface: device }) => `nexthop via ${via} dev ${device}`).join(' ');
    if (hops === (this.#told.get(key) ?? '')) return;
    if (hops === '') this.#told.delete(key);
    else this.#told.set(key, hops);
    // Named by its protocol: without that word Linux would delete zebra's IPv6 route of the same prefix as well.
    const line = `route ${hops === '' ? 'delete' : 'replace'} ${hostPrefix(address)} proto boot ${hops}`;
    this.#waiting.set(router.name, [...(this.#waiting.get(router.name) ?? []), { key, hops, line }]);
    const done = (this.#last.get(router.name) ?? Promise.resolve()).then(() => this.#tellAll(router));
    this.#last.set(
      router.name,
      done.catch(() => undefined),
    );
    await done;
  }

  /** All that has come up since the last command is one command; where it fails, each line is tried by itself. */
  async #tellAll(router: LabNode): Promise<void> {
    const changes = this.#waiting.get(router.name) ?? [];
    this.#waiting.delete(router.name);
    if (changes.length === 0) return;
    if (changes.length > 1 && (await router.configure(changes.map(({ line }) => line))).status === 0) return;
    for (const { key, hops, line } of changes) {
      const { status } = await router.configure([line]);
      // A router may refuse a route whose link went down meanwhile: it is configured again later.
      if (status !== 0 && this.#told.get(key) === hops) this.#told.delete(key);
    }
  }
}

function nearest(behalves: readonly PlanBehalf[]): readonly PlanBehalf[] {
  const least = Math.min(...behalves.map(({ cost }) => cost));
  return behalves.filter(({ cost }) => cost === least);
}
