import { announcedAddress, covers } from '../plan/addressing.js';
import type { Hijack } from '../plan/condition.js';
import type { PlanService } from '../plan/model.js';
import { IdentityService } from './identity-service.js';
import type { LabNode } from './lab-node.js';

/** A router that has what is not its own: the addresses on its loopback, and somebody who answers there by the router's name. */
export class Hijacker {
  readonly #identities = new Map<string, IdentityService>();
  #announced: readonly string[] = [];

  constructor(
    readonly node: LabNode,
    readonly services: readonly PlanService[],
  ) {}

  /** Answers at the addresses that are hijacked now, and no longer at others, unless those are to be kept for a moment. */
  async answerFor(hijacks: readonly Hijack[], { keepOthers = false } = {}): Promise<void> {
    const wanted = new Set(hijacks.flatMap((hijack) => this.#addressesOf(hijack).filter((address) => hijack.prefixes.some((prefix) => covers(prefix, address)))));
    for (const [address, identity] of this.#identities) {
      if (keepOthers || wanted.has(address)) continue;
      identity.stop();
      this.#identities.delete(address);
    }
    for (const address of wanted) {
      if (this.#identities.has(address)) continue;
      const identity = new IdentityService(this.node.name, this.node.namespace, [address]);
      this.#identities.set(address, identity);
      await identity.start();
    }
  }

  /** Has what is hijacked now on its loopback, from where its routing protocol takes it, and nothing else. */
  async announce(hijacks: readonly Hijack[]): Promise<void> {
    const wanted = this.node.isRunning ? hijacks.flatMap((hijack) => hijack.prefixes.map((prefix) => announcedAddress(prefix, this.#addressesOf(hijack)))) : [];
    const lines = [
      ...this.#announced.filter((address) => !wanted.includes(address)).map((address) => `address delete ${address} dev lo`),
      ...wanted.map((address) => `address replace ${address} dev lo`),
    ];
    this.#announced = wanted;
    if (lines.length > 0) await this.node.configure(lines);
  }

  #addressesOf({ service }: Hijack): readonly string[] {
    return this.services.find(({ name }) => name === service)?.addresses ?? [];
  }
}
