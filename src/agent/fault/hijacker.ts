import { announcedAddress, covers } from '../../plan/addressing.js';
import type { Hijack } from '../../forecast/condition.js';
import type { PlanService } from '../../plan/model.js';
import type { SinkholeState } from '../../protocol/lab-state.js';
import type { NodeNames } from '../node/node-names.js';
import { Sinkhole } from './sinkhole.js';
import { byIngress } from './sunk-traffic.js';
import { IdentityService } from '../service/identity-service.js';
import type { IdentityThread } from '../service/identity-thread.js';
import type { LabNode } from '../node/lab-node.js';
import { ipFlag } from '../../support/family.js';
import { pollUntil } from '../../support/poll.js';

const LOCAL_ROUTE_DEADLINE_MS = 5000;

/** What answers at one address of a service. */
interface Taker {
  readonly hijack: Hijack;
  readonly server: IdentityService | Sinkhole;
}

/** A router that accepts packets to addresses of others: it answers them under its own name, counts them, or discards them. */
export class Hijacker {
  readonly #takers = new Map<string, Taker>();
  #announced: readonly string[] = [];
  #discarded: readonly string[] = [];

  constructor(
    readonly node: LabNode,
    readonly services: readonly PlanService[],
    readonly thread: IdentityThread,
  ) {}

  /**
   * Answers at the addresses that are hijacked now, and no longer at others, unless those are to be kept for a moment.
   */
  async answerFor(hijacks: readonly Hijack[], { keepOthers = false } = {}): Promise<void> {
    const wanted = new Map(
      hijacks
        .filter(({ kind }) => kind !== 'null-route')
        .flatMap((hijack) =>
          this.#addressesOf(hijack)
            .filter((address) => hijack.prefixes.some((prefix) => covers(prefix, address)))
            .map((address) => [address, hijack] as const),
        ),
    );
    for (const [address, { server }] of this.#takers) {
      if (keepOthers || wanted.has(address)) continue;
      server.stop();
      this.#takers.delete(address);
    }
    for (const [address, hijack] of wanted) {
      if (this.#takers.has(address)) continue;
      const server =
        hijack.kind === 'sinkhole'
          ? new Sinkhole(this.node, address)
          : new IdentityService(this.node.name, this.node.namespace, [address], this.thread);
      this.#takers.set(address, { hijack, server });
      await server.start();
    }
  }

  /** What its sinkholes have taken. */
  sinkholes({ ownerOf, neighborOf }: NodeNames): readonly SinkholeState[] {
    const { name } = this.node;
    return [...this.#takers].flatMap(([address, { hijack, server }]) => {
      if (!(server instanceof Sinkhole)) return [];
      const sources = server.traffic.sources(performance.now(), ownerOf, (device) =>
        neighborOf(name, device, undefined),
      );
      return [{ node: name, service: hijack.service, address, sources, ingresses: byIngress(sources) }];
    });
  }

  /**
   * Takes what is sent to what is hijacked now, and nothing else. OSPF announces it from the loopback; where BGP
   * announces it, the route is not in the kernel's first table, so that packets for longer prefixes still follow those.
   */
  async announce(hijacks: readonly Hijack[]): Promise<void> {
    const wanted = this.node.isRunning
      ? hijacks.flatMap((hijack) => hijack.prefixes.flatMap((prefix) => this.#holding(prefix, hijack)))
      : [];
    const lines = [
      ...this.#announced.filter((held) => !wanted.includes(held)).map((held) => held.replace(' replace ', ' delete ')),
      ...wanted,
    ];
    this.#announced = wanted;
    if (lines.length > 0) await this.node.configure(lines);
    await this.#discardOnly(
      this.node.isRunning ? hijacks.flatMap(({ kind, prefixes }) => (kind === 'null-route' ? prefixes : [])) : [],
    );
  }

  /** The kernel refuses packets to an address of its own; with a blackhole route in its place it discards them (RFC 5635 section 3). */
  async #discardOnly(wanted: readonly string[]): Promise<void> {
    const route = (prefix: string, ...words: readonly string[]): Promise<unknown> =>
      this.node.runOutside(['ip', ipFlag(prefix), 'route', ...words, 'table', 'local']);
    for (const prefix of this.#discarded.filter((each) => !wanted.includes(each)))
      await route(prefix, 'delete', 'blackhole', prefix);
    this.#discarded = wanted;
    for (const prefix of wanted) {
      await this.#localRouteOf(prefix);
      // IPv6 would keep both routes, and prefer the local one. At a repetition it is gone already.
      await route(prefix, 'delete', 'local', prefix, 'dev', 'lo');
      await route(prefix, 'replace', 'blackhole', prefix);
    }
  }

  /** The kernel makes the route to an IPv6 address of its own a moment after the address: one that is not there yet cannot be deleted. */
  async #localRouteOf(prefix: string): Promise<void> {
    if (!prefix.endsWith('/128') || this.node.plan.routing?.bgp !== undefined) return;
    await pollUntil(
      async () => (await this.#localRoutes(prefix)).output,
      (routes) => /^(?:local|blackhole) /m.test(routes),
      { everyMs: 2, deadlineMs: LOCAL_ROUTE_DEADLINE_MS },
    );
  }

  async #localRoutes(prefix: string): ReturnType<LabNode['runOutside']> {
    return this.node.runOutside(['ip', '-o', ipFlag(prefix), 'route', 'show', 'table', 'local', prefix]);
  }

  /** What of a hijack the kernel does not have: the route to the addresses, or a socket that answers there. */
  async missing(hijack: Hijack): Promise<readonly string[]> {
    const isRoute = this.node.plan.routing?.bgp !== undefined;
    const ways = hijack.prefixes.map(async (prefix) => {
      const family = ipFlag(prefix);
      if (hijack.kind === 'null-route') {
        const { output } = await this.#localRoutes(prefix);
        return output.includes('blackhole ') && !/^local /m.test(output)
          ? []
          : [`${this.node.name} does not discard what is sent to ${prefix}`];
      }
      // Of IPv6's local routes ip shows none by their table.
      const words = isRoute
        ? ['route', 'show', 'table', 'all', 'exact', prefix]
        : ['address', 'show', 'dev', 'lo', 'to', announcedAddress(prefix, this.#addressesOf(hijack))];
      const { output } = await this.node.runOutside(['ip', '-o', family, ...words]);
      return (isRoute ? /^local /m : /\S/).test(output) ? [] : [`${this.node.name} has no route to ${prefix}`];
    });
    return [
      ...(await Promise.all(ways)).flat(),
      ...[...this.#takers.values()].flatMap(({ server }) => server.unserved()),
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
