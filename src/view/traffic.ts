import type { LabPlan } from '../plan/model.js';
import type { ChoiceState, Traffic } from '../protocol/traffic.js';

/** What a view shows of traffic: in a second, since it was read last. */
export interface TrafficRates {
  /** Requests at each instance. */
  readonly instances: Readonly<Record<string, number>>;
  readonly choices: readonly ChoiceState[];
  readonly sinkholes: readonly SinkholeRates[];
  readonly floods: Readonly<Record<string, number>>;
}

export interface SinkholeRates {
  readonly node: string;
  readonly service: string;
  readonly address: string;
  readonly perSecond: number;
  readonly ingresses: readonly {
    /** The neighbor that sent it on. */
    readonly node: string;
    readonly perSecond: number;
    /** Datagrams and connections so far. */
    readonly sunk: number;
    readonly held: number;
    readonly sources: number;
  }[];
}

/** The view itself asks all clients now and then: so little is no traffic. */
const IDLE_PER_SECOND = 20;

/** What the lab's own health checks come to at each instance, in a second, as its kernel counts them. */
export function checksOf({ services }: Pick<LabPlan, 'services'>): ReadonlyMap<string, number> {
  const checks = new Map<string, number>();
  for (const { instances, health, http } of services) {
    // Over loopback, a question and its answer arrive at the same host; of HTTP, a connection does.
    const counted = health.check !== undefined ? 0 : http ? 1 : 2;
    for (const node of instances) checks.set(node, (checks.get(node) ?? 0) + (counted * 1000) / health.intervalMs);
  }
  return checks;
}

/** What came between two readings, without what the lab's own `checks` come to at an instance. */
export function ratesOf(
  before: Traffic | undefined,
  now: Traffic,
  checks: ReadonlyMap<string, number> = new Map(),
): TrafficRates {
  const seconds = before === undefined ? 0 : (now.atMs - before.atMs) / 1000;
  const rate = (count: number, earlier: number | undefined, ownPerSecond = 0): number => {
    if (seconds <= 0 || earlier === undefined || count < earlier) return 0;
    const perSecond = Math.round((count - earlier) / seconds - ownPerSecond);
    return perSecond < IDLE_PER_SECOND ? 0 : perSecond;
  };
  const requests = new Map(before?.instances.map((each) => [each.node, each.requests]));
  const sent = new Map(before?.floods.map((each) => [each.node, each.sent]));
  return {
    instances: Object.fromEntries(
      now.instances.map((each) => [each.node, rate(each.requests, requests.get(each.node), checks.get(each.node))]),
    ),
    choices: now.choices,
    sinkholes: now.sinkholes.map(({ node, service, address, ingresses }) => ({
      node,
      service,
      address,
      perSecond: ingresses.reduce((sum, { perSecond }) => sum + perSecond, 0),
      ingresses: ingresses.map(({ ingress, perSecond, packets, connections, held, sources }) => ({
        node: ingress,
        perSecond,
        sunk: packets + connections,
        held,
        sources,
      })),
    })),
    floods: Object.fromEntries(now.floods.map((each) => [each.node, rate(each.sent, sent.get(each.node))])),
  };
}
