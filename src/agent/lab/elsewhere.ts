import { serviceKey } from '../../forecast/condition.js';
import type { LabPlan, PlanService } from '../../plan/model.js';
import type { LabNode } from '../node/lab-node.js';
import type { BehalfRoutes } from '../service/behalf-routes.js';
import type { ServiceInstance } from '../service/service-instance.js';
import type { Part } from '../../protocol/part.js';
import type { Fellows } from './fellows.js';

/** What this machine has of the lab. */
interface Here {
  readonly plan: LabPlan;
  readonly nodes: ReadonlyMap<string, LabNode>;
  readonly instances: readonly ServiceInstance[];
  readonly behalfRoutes: BehalfRoutes;
}

/** What the agents of other machines say of the instances there, for those that are here and for the routers here. */
export class Elsewhere {
  /** Services that a router here announces for instances elsewhere. */
  readonly #onBehalf: readonly PlanService[];

  constructor(
    readonly here: Here,
    readonly fellows: Fellows,
    readonly trunks: { readonly follow: (part: Part) => Promise<void> },
  ) {
    const { instances, nodes, plan } = here;
    for (const instance of instances) {
      const { service } = instance;
      const others = service.instances
        .filter((name) => !nodes.has(name))
        .map((name) => ({
          host: { name },
          get isAnnounced() {
            return fellows.isAnnounced(serviceKey(service.name, name));
          },
        }));
      instance.siblings = [...instance.siblings, ...others];
      instance.onNews = () => {
        fellows.sayNews();
      };
    }
    fellows.ofInstances = () => ({
      announced: keysOf(instances.filter(({ isAnnounced }) => isAnnounced)),
      kept: keysOf(instances.filter(({ isKept }) => isKept)),
    });
    const behalves = [...nodes.values()].flatMap((node) => node.plan.routing?.announcesFor ?? []);
    this.#onBehalf = plan.services.filter(({ name }) =>
      behalves.some(({ service, instance }) => service === name && !nodes.has(instance)),
    );
    fellows.onNews = () => {
      this.#follow(this.#onBehalf);
    };
    // A link to an instance may lose its carrier, which the watcher of an instance here would see.
    for (const service of this.#onBehalf)
      setInterval(() => {
        this.#follow([service]);
      }, service.health.intervalMs);
  }

  /** The instances there that their watchers keep announced. */
  get kept(): readonly string[] {
    return this.fellows.kept;
  }

  /** Nodes of a lost part are in others now. */
  async follow(part: Part): Promise<void> {
    await this.trunks.follow(part);
    await this.fellows.follow(part);
  }

  /** Brings the routers here in line. */
  async tellRouters(services = this.#onBehalf): Promise<void> {
    await Promise.all(
      services.map((service) =>
        this.here.behalfRoutes.bringInLine(service, (host) => this.#isAnnounced(service.name, host)),
      ),
    );
  }

  #follow(services: readonly PlanService[]): void {
    this.tellRouters(services).catch((error: unknown) => {
      process.stderr.write(`a router could not be told of an instance elsewhere: ${String(error)}\n`);
    });
  }

  #isAnnounced(service: string, host: string): boolean {
    const own = this.here.instances.find((each) => each.service.name === service && each.host.name === host);
    return own?.isAnnounced ?? this.fellows.isAnnounced(serviceKey(service, host));
  }
}

function keysOf(instances: readonly ServiceInstance[]): readonly string[] {
  return instances.map(({ service, host }) => serviceKey(service.name, host.name));
}
