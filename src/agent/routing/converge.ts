import { setTimeout as delay } from 'node:timers/promises';
import { serviceKey } from '../../forecast/condition.js';
import { protocols } from '../../plan/protocols.js';
import type { Lacking, LackingAdjacency } from '../../protocol/lacking.js';
import type { Convergence, Progress } from '../../protocol/messages.js';
import { inParallel } from '../../support/in-parallel.js';
import { pollUntil } from '../../support/poll.js';
import { round } from '../../support/round.js';
import { expectedNeighbors, hastenAdjacencies, lackingAdjacencies } from './adjacency.js';
import { beginSession, CollidedSessions, type CollidedSession } from './collided-sessions.js';
import { lackingRoutes } from './convergence.js';
import { WatchedRoutes } from '../lab/watched-routes.js';
import type { RunningLab } from '../lab/running-lab.js';
import { convergeQuietly } from './quiet/quiet.js';
import { StalledRoutes } from './stalled-routes.js';
import { StuckExchanges, StuckRoutes } from './stuck-ospf6.js';
import type { Expected } from './wanted-neighbors.js';

/** Looks this often, or half of the time where a look takes long: watching must not slow down what it watches. */
const LOOK_EVERY_MS = 5;
const LONGEST_REST_MS = 50;
const HASTEN_EVERY_MS = 40;
const VTYS_AT_ONCE = 16;

/**
 * Waits until every router has its adjacencies, and its kernel every route that the plan asks for and none that it
 * rules out; where there is no forecast, until routing is quiet. Never sleeps for a guess; says at the deadline what is
 * missing.
 */
export async function converge(
  lab: RunningLab,
  deadlineMs: number,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<Convergence> {
  if (lab.plan.forecast === 'off') return convergeQuietly(lab, deadlineMs, onProgress);
  const watch = new ConvergenceWatch(lab);
  const stuck = new StuckRoutes(lab.plan);
  const exchanges = new StuckExchanges(lab.plan);
  const collided = new CollidedSessions(lab.plan);
  const isComingUp = !lab.hasConverged;
  const look = async (): Promise<readonly Lacking[]> => {
    const startedAt = performance.now();
    const lacking = await watch.look();
    const lookMs = performance.now() - startedAt;
    if (isComingUp) {
      for (const name of stuck.look(lacking, startedAt)) await beginAnew(lab, name, watch);
      for (const end of exchanges.look(lacking, startedAt)) await exchangeAnew(lab, end, watch);
      for (const each of collided.look(lacking)) await tryAgain(lab, each);
    }
    onProgress({ phase: 'converging', done: watch.settledNodes, total: watch.speakers, lacking: lacking[0] });
    if (lookMs > LOOK_EVERY_MS) await delay(Math.min(lookMs, LONGEST_REST_MS));
    return lacking;
  };
  const polled = await pollUntil(look, (lacking) => lacking.length === 0, {
    everyMs: LOOK_EVERY_MS,
    deadlineMs,
  }).finally(() => {
    watch.close();
  });
  lab.hasConverged ||= polled.held;
  return { converged: polled.held, convergeMs: Math.round(polled.elapsedMs), lacking: polled.last };
}

/** Only while a lab comes up: later, what FRR makes of faults and repairs is what is to be seen (0150). */
async function beginAnew(lab: RunningLab, name: string, watch: ConvergenceWatch): Promise<void> {
  const vty = await lab.node(name).daemons.vty(protocols.ospfv3.daemon);
  await vty.run('clear ipv6 ospf6 process');
  watch.lookAnew();
  const text = 'ospf6d: was begun anew, because its routes were not those of its link states';
  lab.ownNews.tell({ atMs: round(performance.now()), kind: 'daemon', node: name, text });
}

/** Only while a lab comes up, too (0134). The other end learns of it by the next hello. */
async function exchangeAnew(
  lab: RunningLab,
  { node, interface: device }: LackingAdjacency,
  watch: ConvergenceWatch,
): Promise<void> {
  const vty = await lab.node(node).daemons.vty(protocols.ospfv3.daemon);
  await vty.run(`clear ipv6 ospf6 interface ${device}`);
  watch.lookAnew();
  const text = `ospf6d: began the adjacency on ${device} anew, because its database exchange had come to a halt`;
  lab.ownNews.tell({ atMs: round(performance.now()), kind: 'daemon', node, text });
}

/** Only while a lab comes up, too (0151). */
async function tryAgain(lab: RunningLab, { node, session }: CollidedSession): Promise<void> {
  const { daemons, plan } = lab.node(node);
  const asn = plan.routing?.bgp?.asn;
  const vty = await daemons.vty(protocols.bgp.daemon);
  if (asn !== undefined) await vty.configure(beginSession(asn, session));
}

/** What still differs from the forecast; nodes that were right once are looked at again only when all are. */
export class ConvergenceWatch {
  readonly #lab: RunningLab;
  #forecast;
  readonly #all: readonly string[];
  /** Only where all nodes are looked at. */
  readonly #stalled: StalledRoutes | undefined;
  #pending: Set<string>;
  readonly #adjacencies: Set<string>;
  readonly #neighbors: Expected;
  readonly #routes: WatchedRoutes;
  #hastenedAtMs = -Infinity;
  #lacking: readonly Lacking[] = [];

  constructor(lab: RunningLab, around?: ReadonlySet<string>) {
    this.#lab = lab;
    this.#forecast = lab.forecast();
    this.#routes = new WatchedRoutes(lab.kernelRoutes);
    this.#neighbors = expectedNeighbors(lab.plan, lab.condition);
    this.#stalled = around === undefined ? new StalledRoutes(this.#neighbors) : undefined;
    this.#all = [...lab.nodes.values()]
      .filter((node) => node.plan.routing !== undefined && node.isResponsive)
      .map((node) => node.name);
    this.#pending = new Set(this.#all);
    this.#adjacencies = new Set(around === undefined ? this.#all : this.#all.filter((name) => around.has(name)));
  }

  get speakers(): number {
    return this.#all.length;
  }

  get settledNodes(): number {
    return this.#all.length - this.#pending.size;
  }

  async look(): Promise<readonly Lacking[]> {
    const forecast = this.#lab.forecast();
    // A watcher has decided: where its instance leads to, other routes are right now.
    if (forecast !== this.#forecast) this.#pending = new Set(this.#all);
    this.#forecast = forecast;
    const adjacencies = await this.#lookAtAdjacencies();
    const found = await this.#lookAtRoutes();
    if (adjacencies.length === 0)
      for (const name of this.#stalled?.look(found, performance.now()) ?? [])
        if (this.#all.includes(name)) this.#adjacencies.add(name);
    if (found.length > 0 || adjacencies.length > 0) return [...adjacencies, ...found];
    // All were right at some time; converged means right at the same time.
    this.#pending = new Set(this.#all);
    return [...(await this.#lookAtRoutes()), ...undecidedWatchers(this.#lab), ...this.#lab.steering.pending()];
  }

  /** Looks at everything again, adjacencies too. */
  lookAnew(): void {
    this.#pending = new Set(this.#all);
    for (const name of this.#all) this.#adjacencies.add(name);
  }

  close(): void {
    this.#routes.close();
  }

  async #lookAtRoutes(): Promise<readonly Lacking[]> {
    const found: Lacking[] = [];
    for (const name of [...this.#pending]) {
      const lacking = await lackingRoutes(this.#lab.node(name), this.#forecast, this.#routes);
      if (lacking.length === 0) this.#pending.delete(name);
      found.push(...lacking);
    }
    return found;
  }

  async #lookAtAdjacencies(): Promise<readonly Lacking[]> {
    const pauseMs = Math.max(HASTEN_EVERY_MS, 2 * this.#all.length);
    if (this.#adjacencies.size === 0) return [];
    if (performance.now() - this.#hastenedAtMs < pauseMs) return this.#lacking;
    this.#hastenedAtMs = performance.now();
    const { plan } = this.#lab;
    const lacking = await inParallel([...this.#adjacencies], VTYS_AT_ONCE, async (name) => {
      const node = this.#lab.node(name);
      const missing = await lackingAdjacencies(node, this.#neighbors);
      if (missing.length === 0) this.#adjacencies.delete(name);
      else await hastenAdjacencies(node, plan, missing);
      return missing;
    });
    this.#lacking = lacking.flat();
    return this.#lacking;
  }
}

/**
 * Watchers that still announce what does not serve, and may yet withdraw it. Until one has looked often enough, routes
 * that are right may be so by chance: those of a host that has just come back are on their way.
 */
function undecidedWatchers(lab: RunningLab): readonly Lacking[] {
  const { stoppedServices } = lab.faults.condition;
  return lab.instances
    .filter(({ service, host }) => stoppedServices.has(serviceKey(service.name, host.name)))
    .filter(({ host, isAnnounced, isKept }) => host.isResponsive && isAnnounced && !isKept)
    .map(({ service, host }) => ({ kind: 'watcher', node: host.name, service: service.name }));
}
