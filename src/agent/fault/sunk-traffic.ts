import type { SunkIngress, SunkSource } from '../../protocol/lab-state.js';

const SLOT_MS = 100;
const SLOTS = 10;
const MOST_SOURCES = 1000;

/** What has come from one source by one interface. */
class Sunk {
  packets = 0;
  connections = 0;
  longestHoldMs = 0;
  /** When each connection that is held was opened. */
  readonly held = new Map<object, number>();
  readonly #slots = new Map<number, number>();

  add(nowMs: number): void {
    const slot = Math.floor(nowMs / SLOT_MS);
    this.#slots.set(slot, (this.#slots.get(slot) ?? 0) + 1);
    for (const old of this.#slots.keys()) if (old < slot - SLOTS) this.#slots.delete(old);
  }

  /** In the last whole second. */
  perSecond(nowMs: number): number {
    const slot = Math.floor(nowMs / SLOT_MS);
    return [...this.#slots].reduce((sum, [at, count]) => (at >= slot - SLOTS && at < slot ? sum + count : sum), 0);
  }
}

/** What came by each way in; most of it first. */
export function byIngress(sources: readonly SunkSource[]): readonly SunkIngress[] {
  const ingresses = new Map<string, SunkIngress>();
  for (const { ingress, packets, connections, perSecond, held, longestHoldMs } of sources) {
    const known = ingresses.get(ingress);
    ingresses.set(ingress, {
      ingress,
      sources: (known?.sources ?? 0) + 1,
      packets: (known?.packets ?? 0) + packets,
      connections: (known?.connections ?? 0) + connections,
      perSecond: (known?.perSecond ?? 0) + perSecond,
      held: (known?.held ?? 0) + held,
      longestHoldMs: Math.max(known?.longestHoldMs ?? 0, longestHoldMs),
    });
  }
  return [...ingresses.values()].sort((a, b) => b.packets + b.connections - (a.packets + a.connections));
}

/** The count that a sinkhole keeps: by source, and by the interface that it came in by. */
export class SunkTraffic {
  readonly #sources = new Map<string, { readonly source: string; readonly device: string; readonly sunk: Sunk }>();

  datagram(source: string, device: string, nowMs: number): void {
    const sunk = this.#of(source, device);
    sunk.packets += 1;
    sunk.add(nowMs);
  }

  /** A connection is held from now on, until it is released. */
  hold(source: string, device: string, connection: object, nowMs: number): void {
    const sunk = this.#of(source, device);
    sunk.connections += 1;
    sunk.held.set(connection, nowMs);
    sunk.add(nowMs);
  }

  release(source: string, device: string, connection: object, nowMs: number): void {
    const sunk = this.#of(source, device);
    const sinceMs = sunk.held.get(connection);
    if (sinceMs === undefined) return;
    sunk.held.delete(connection);
    sunk.longestHoldMs = Math.max(sunk.longestHoldMs, nowMs - sinceMs);
  }

  /** The source that sends most comes first. */
  sources(
    nowMs: number,
    nameOf: (source: string) => string | undefined,
    ingressOf: (device: string) => string | undefined,
  ): readonly SunkSource[] {
    return [...this.#sources.values()]
      .map(({ source, device, sunk }) => ({
        address: source,
        node: nameOf(source) ?? null,
        ingress: ingressOf(device) ?? device,
        packets: sunk.packets,
        connections: sunk.connections,
        perSecond: sunk.perSecond(nowMs),
        held: sunk.held.size,
        longestHoldMs: Math.round(
          [...sunk.held.values()].reduce((longest, sinceMs) => Math.max(longest, nowMs - sinceMs), sunk.longestHoldMs),
        ),
      }))
      .sort((a, b) => b.packets + b.connections - (a.packets + a.connections) || (a.address < b.address ? -1 : 1));
  }

  /** An attacker may have more addresses than there is room for: those beyond it are counted together. */
  #of(written: string, device: string): Sunk {
    const isKnown = this.#sources.has(`${written} ${device}`) || this.#sources.size < MOST_SOURCES;
    const source = isKnown ? written : 'others';
    const key = `${source} ${device}`;
    const known = this.#sources.get(key) ?? { source, device, sunk: new Sunk() };
    this.#sources.set(key, known);
    return known.sunk;
  }
}
