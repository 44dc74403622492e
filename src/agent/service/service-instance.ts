import { setTimeout as delay } from 'node:timers/promises';
import { LabError } from '../../errors.js';
import { announcedAddress, hostPrefix } from '../../plan/addressing.js';
import { announcedPrefixes } from '../../plan/bgp-sessions.js';
import { localAddressOf } from '../../plan/local-address.js';
import { WatchPauses } from '../../measure/watch-pauses.js';
import type { LabPlan, PlanBehalf, PlanService } from '../../plan/model.js';
import type { BehalfRoutes } from './behalf-routes.js';
import type { LabNode } from '../node/lab-node.js';
import type { InstanceServer, SharedByServers } from './service-driver.js';
import { driverOf } from './service-drivers.js';
import { ipFlag } from '../../support/family.js';

const FIRST_CHECK_TIMEOUT_MS = 1000;
const MOST_TIMES_KEPT = 100;

type Sibling = Pick<ServiceInstance, 'isAnnounced'> & { readonly host: { readonly name: string } };

/**
 * One instance of a service on its host, and the watcher beside it. The watcher asks its own instance over loopback,
 * never at the anycast address, where another instance could answer; it announces the address only after the instance
 * answers, and withdraws it when it does not (RFC 4786 section 4.4.1).
 */
export class ServiceInstance {
  readonly server: InstanceServer;
  #announced = false;
  /** All instances of the service; of those on other machines, what their agents say. */
  siblings: readonly Sibling[] = [];
  /** Called when it was announced, withdrawn, or looked at. */
  onNews: () => void = () => undefined;
  /** Withdrawn by hand, whatever the watcher sees. */
  #isHeld = false;
  /** Ends the watch that holds an older one. */
  #watch = {};
  /** How often in a row the watcher has looked since the last fault or repair, and has kept the address. */
  #keptLooks = 0;
  /** When it was announced or withdrawn last, the latest at the end. */
  #changedAtMs: readonly number[] = [];
  /** When its check said in time that it does not serve. */
  #refusedAtMs: readonly number[] = [];
  readonly #pauses = new WatchPauses();

  constructor(
    readonly service: PlanService,
    readonly plan: LabPlan,
    readonly host: LabNode,
    readonly behalfRoutes: BehalfRoutes,
    shared: SharedByServers,
  ) {
    const localAddress = localAddressOf(plan, service.name);
    this.server = driverOf(service).serverOf({ service, host, localAddress }, shared);
  }

  get isAnnounced(): boolean {
    return this.#announced;
  }

  /** When it starts: with who announces it, or after the commands of its host, which may write what a program reads. */
  get startsWith(): 'host' | 'router' | 'commands' {
    const isPrepared = this.service.serve?.kind === 'command' && this.host.plan.exec.length > 0;
    return isPrepared ? 'commands' : this.service.announce;
  }

  /** What the watcher saw before a fault or a repair does not say what it will do now. */
  lookAnew(): void {
    this.#keptLooks = 0;
    this.onNews();
  }

  /**
   * Whether its watcher has had the time to withdraw the address, and has not. One look may have begun before what was
   * broken took effect.
   */
  get isKept(): boolean {
    return this.#announced && this.#keptLooks > this.service.health.fall;
  }

  /** How often it was announced or withdrawn since then, and how often its check said in time that it does not serve. */
  unsteadinessSince(ms: number): { readonly changes: number; readonly refusals: number } {
    const since = (times: readonly number[]): number => times.filter((atMs) => atMs >= ms).length;
    return { changes: since(this.#changedAtMs), refusals: since(this.#refusedAtMs) };
  }

  /**
   * For how long since then its watcher waited for nothing but its timer, before it withdrew the address; 0 if it has not
   * done so. No machine would have been faster.
   */
  timersSince(ms: number): number {
    return this.#pauses.timersSince(ms);
  }

  /**
   * The host's processes are frozen, and its watcher is one of them. What its router announces, the watcher there
   * withdraws: it sees an instance that does not answer.
   */
  freeze(): void {
    this.server.freeze();
    if (this.service.announce === 'host') this.#watch = {};
  }

  /** They go on where they stood. */
  async thaw(serves: boolean): Promise<void> {
    await this.server.thaw(serves);
    if (this.service.announce === 'host') await this.startWatching();
  }

  /** Withdraws the address, and keeps it so; the instance serves on. */
  async hold(): Promise<void> {
    this.#isHeld = true;
    if (this.#announced) await this.#withdraw();
  }

  /** Where the kernel has the address, or a router's route to it, for this instance. */
  async announcedAt(): Promise<readonly string[]> {
    const { host, service } = this;
    const addresses = host.isRunning
      ? announcedPrefixes(service, host.name).map((prefix) => announcedAddress(prefix, service.addresses))
      : [];
    const own = addresses.map(async (address) => {
      const { output } = await host.runOutside([
        'ip',
        '-o',
        ipFlag(address),
        'address',
        'show',
        'dev',
        'lo',
        'to',
        address,
      ]);
      return output.trim() === '' ? [] : [host.name];
    });
    const routed = this.behalfRoutes.routers.flatMap((router) =>
      this.#behalvesOf(router).map(async ({ address, via }) => {
        const { output } = await router.runOutside([
          'ip',
          '-o',
          ipFlag(address),
          'route',
          'show',
          'exact',
          hostPrefix(address),
          'proto',
          'boot',
        ]);
        // The route may lead to others behind the same router, too.
        return output.includes(`via ${via} `) ? [router.name] : [];
      }),
    );
    return [...new Set((await Promise.all([...own, ...routed])).flat())];
  }

  /** From now on the watcher decides again. */
  release(): void {
    this.#isHeld = false;
  }

  /** The first announcement, as soon as the instance answers once; from then on the watcher decides. */
  async startWatching(): Promise<void> {
    const watch = (this.#watch = {});
    this.lookAnew();
    // A host that boots cannot run the file's own check yet, which would say that it does not serve.
    if (this.service.health.check !== undefined) await this.host.untilRunning();
    if ((await this.#serves(FIRST_CHECK_TIMEOUT_MS)) && !this.#isHeld) await this.#announce();
    this.#keepWatch(watch).catch((error: unknown) => {
      process.stderr.write(`the watcher of ${this.service.name} on ${this.host.name} ended: ${String(error)}\n`);
    });
  }

  /**
   * The host lost its power. What it announced itself is gone with it, and its watcher too; what its router announces
   * is for the watcher to withdraw, which sees an instance that does not answer.
   */
  cutPower(): void {
    this.server.losePower();
    if (this.service.announce === 'router') return;
    this.#watch = {};
    this.#announced = false;
    this.onNews();
  }

  /** Brings the routers that announce for this host in line. */
  async tellRouters(): Promise<void> {
    if (this.service.announce !== 'router') return;
    await this.behalfRoutes.bringInLine(this.service, (name) =>
      this.siblings.some(({ host, isAnnounced }) => host.name === name && isAnnounced),
    );
  }

  async #keepWatch(watch: object): Promise<void> {
    const { intervalMs, timeoutMs, fall, rise } = this.service.health;
    let answers = 0;
    let silences = 0;
    this.#pauses.answered();
    while (watch === this.#watch) {
      const startedAtMs = performance.now();
      const answered = await this.#serves(timeoutMs);
      if (watch !== this.#watch) return;
      const endedAtMs = performance.now();
      if (!answered && endedAtMs - startedAtMs < timeoutMs) this.#refusedAtMs = kept(this.#refusedAtMs, endedAtMs);
      answers = answered ? answers + 1 : 0;
      silences = answered ? 0 : silences + 1;
      if (answered) this.#pauses.answered();
      const isNeeded = this.#isLastResort();
      if (this.#announced && silences >= fall && !isNeeded) {
        this.#pauses.withdraws(endedAtMs);
        await this.#withdraw();
      } else if (!this.#announced && !this.#isHeld && (answers >= rise || (silences >= fall && isNeeded)))
        await this.#announce();
      else await this.tellRouters();
      this.#keptLooks = this.#announced ? this.#keptLooks + 1 : 0;
      this.onNews();
      const fromMs = performance.now();
      const pauseMs = Math.max(intervalMs - (fromMs - startedAtMs), 1);
      await delay(pauseMs);
      if (watch === this.#watch) this.#pauses.paused(fromMs, pauseMs, performance.now());
    }
  }

  /** The file's own check, or the server's own over loopback: never at the anycast address, where another could answer. */
  async #serves(timeoutMs: number): Promise<boolean> {
    const { check } = this.service.health;
    return check === undefined ? this.server.check(timeoutMs) : this.host.succeeds(check, timeoutMs);
  }

  /** When every other instance has withdrawn, a bad answer is better than none (as for Facebook's DNS in 2021). */
  #isLastResort(): boolean {
    return (
      this.service.health.lastResort === this.host.name &&
      this.siblings.every((other) => other === this || !other.isAnnounced)
    );
  }

  async #announce(): Promise<void> {
    this.#announced = true;
    await this.#change('add');
  }

  async #withdraw(): Promise<void> {
    this.#announced = false;
    await this.#change('delete');
  }

  /** The address lives on the host's loopback; its routing protocol, or its router's, carries it from there. */
  async #change(verb: 'add' | 'delete'): Promise<void> {
    const { service, host, plan } = this;
    this.#changedAtMs = kept(this.#changedAtMs, performance.now());
    this.onNews();
    const addresses = announcedPrefixes(service, host.name).map((prefix) =>
      announcedAddress(prefix, service.addresses),
    );
    // By these a router that chooses knows that the instance is there.
    const segments = (plan.steering?.segments ?? []).filter(
      (segment) => segment.service === service.name && segment.instance === host.name,
    );
    const lines = [...addresses, ...segments.map(({ id }) => hostPrefix(id))].map(
      (address) => `address ${verb === 'add' ? 'replace' : 'delete'} ${address} dev lo`,
    );
    const [{ status, output }] = await Promise.all([this.host.configure(lines), this.tellRouters()]);
    // Deleting what a power cut took already is not a failure.
    if (status !== 0 && verb === 'add' && this.#announced) {
      throw new LabError(
        'DEPLOY_FAILED',
        `${this.host.name} could not take the address of ${this.service.name}: ${output.trim()}`,
      );
    }
  }

  /** What a router announces for this instance. */
  #behalvesOf(router: LabNode): readonly PlanBehalf[] {
    return (router.plan.routing?.announcesFor ?? []).filter(
      ({ service, instance }) => service === this.service.name && instance === this.host.name,
    );
  }
}

function kept(times: readonly number[], atMs: number): readonly number[] {
  return [...times, atMs].slice(-MOST_TIMES_KEPT);
}
