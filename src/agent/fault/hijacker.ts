import { announcedAddress, covers } from '../../plan/addressing.js';
import type { Hijack } from '../../forecast/condition.js';
import type { PlanService } from '../../plan/model.js';
import { IdentityService } from '../service/identity-service.js';
import type { IdentityThread } from '../service/identity-thread.js';
import type { LabNode } from '../node/lab-node.js';

/** A router that accepts packets to addresses of others, and answers them under its own name. */
export class Hijacker {
  readonly #identities = new Map<string, IdentityService>();
  #announced: readonly string[] = [];

  constructor(
    readonly node: LabNode,
    readonly services: readonly PlanService[],
    readonly thread: IdentityThread,
  ) {}

  /**
   * Answers at the addresses that are hijacked now, and no longer at others, unless those are to be kept for a moment.
   */
  async answerFor(hijacks: readonly Hijack[], { keepOthers = false } = {}): Promise<void> {
    const wanted = new Set(
      hijacks.flatMap((hijack) =>
        this.#addressesOf(hijack).filter((address) => hijack.prefixes.some((prefix) => covers(prefix, address))),
      ),
    );
    for (const [address, identity] of this.#identities) {
      if (keepOthers || wanted.has(address)) continue;
      identity.stop();
      this.#identities.delete(address);
    }
    for (const address of wanted) {
      if (this.#identities.has(address)) continue;
      const identity = new IdentityService(this.node.name, this.node.namespace, [address], this.thread);
      this.#identities.set(address, identity);
      await identity.start();
    }
  }

  /**
   * Takes what is sent to what is hijacked now, and nothing else. OSPF announces it from the loopback; where BGP is
   * told to announce it, a route that is not in the kernel's first table leaves packets for longer prefixes on their
   * way.
   */
  async announce(hijacks: readonly Hijack[]): Promise<void> {
    const wanted = this.node.isRunning
      ? hijacks.flatMap((hijack) => hijack.prefixes.map((prefix) => this.#holding(prefix, hijack)))
      : [];
    const lines = [
      ...this.#announced.filter((held) => !wanted.includes(held)).map((held) => held.replace(' replace ', ' delete ')),
      ...wanted,
    ];
    this.#announced = wanted;
    if (lines.length > 0) await this.node.configure(lines);
  }

  /** What of a hijack the kernel does not have: the route to the addresses, or a socket that answers there. */
  async missing(hijack: Hijack): Promise<readonly string[]> {
    const isRoute = this.node.plan.routing?.bgp !== undefined;
    const ways = hijack.prefixes.map(async (prefix) => {
      const family = prefix.includes(':') ? '-6' : '-4';
      // Of IPv6's local routes ip shows none by their table.
      const words = isRoute
        ? ['route', 'show', 'table', 'all', 'exact', prefix]
        : ['address', 'show', 'dev', 'lo', 'to', announcedAddress(prefix, this.#addressesOf(hijack))];
      const { output } = await this.node.runOutside(['ip', '-o', family, ...words]);
      return (isRoute ? /^local /m : /\S/).test(output) ? [] : [`${this.node.name} has no route to ${prefix}`];
    });
    return [
      ...(await Promise.all(ways)).flat(),
      ...[...this.#identities.values()].flatMap((identity) => identity.unserved()),
    ];
  }

  #holding(prefix: string, hijack: Hijack): string {
    if (this.node.plan.routing?.bgp === undefined)
      return `address replace ${announcedAddress(prefix, this.#addressesOf(hijack))} dev lo`;
    return `route replace local ${prefix} dev lo table main`;
  }

  #addressesOf({ service }: Hijack): readonly string[] {
    return this.services.find(({ name }) => name === service)?.addresses ?? [];
  }
}
