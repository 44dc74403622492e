import { LabError } from '../../errors.js';
import type { ActiveFault, FaultEffect } from '../../fault/active-fault.js';
import type { PlanLinkEnd } from '../../plan/model.js';
import { loadExtraLines } from '../node/extra-lines.js';
import { flushRoutes } from '../node/learned-routes.js';
import { instancesOf, seeEffect } from './fault-effect.js';
import type { Lab } from '../lab/lab.js';
import { Pauses } from './pauses.js';
import { RoutingActions } from './routing-actions.js';
import { signalNode, stopNode } from '../system/signal-node.js';

type Kill = Extract<FaultEffect, { kind: 'kill' }>;

/** Breaks and mends a lab. What a fault does is undone by its repair, but for what another fault still does. */
export class FaultActions {
  readonly #flaps = new Map<string, NodeJS.Timeout>();
  /** Containers that the engine starts again by itself. */
  readonly #restarting = new WeakSet<ActiveFault>();
  /** Whose faults go with them. */
  readonly #visitors = new WeakMap<ActiveFault, object>();
  readonly #ends = new Map<string, { readonly timer: NodeJS.Timeout; readonly atMs: number }>();

  readonly #routing: RoutingActions;
  readonly pauses: Pauses;

  constructor(readonly lab: Lab) {
    this.#routing = new RoutingActions(lab);
    lab.onDeath = (name) => {
      this.#noteDeath(name).catch((error: unknown) => {
        process.stderr.write(`the end of ${name} could not be followed: ${String(error)}\n`);
      });
    };
    this.pauses = new Pauses(lab, (fault) => this.mend(fault));
    lab.onPauseSeen = (name, isPaused) => {
      this.pauses.see(name, isPaused).catch((error: unknown) => {
        process.stderr.write(`${name} could not go on after its pause: ${String(error)}\n`);
      });
    };
  }

  /** In how many milliseconds a fault mends itself; undefined where it does not. */
  endsInMs(fault: ActiveFault): number | undefined {
    const end = this.#ends.get(fault.key);
    return end === undefined ? undefined : Math.max(0, Math.round(end.atMs - performance.now()));
  }

  /**
   * Breaks something. Throws FAULT_STATE where it is broken already, FAULT_UNSUPPORTED where this kernel cannot do
   * it, FAULT_INEFFECTIVE where the kernel shows that it did not happen.
   */
  async break(
    fault: ActiveFault,
    { visitor, restarts = false }: { visitor?: object | undefined; restarts?: boolean } = {},
  ): Promise<void> {
    if (restarts) this.#restarting.add(fault);
    this.#refuseImpossible(fault);
    this.lab.faults.add(fault);
    if (visitor !== undefined) this.#visitors.set(fault, visitor);
    try {
      await this.#do(fault);
      await seeEffect(this.lab, this.#routing, fault);
    } catch (error) {
      // Refused half-way: what was done of it goes, so that nothing is listed that is not there.
      this.lab.faults.remove(fault);
      await this.#undo(fault).catch(() => undefined);
      throw error;
    }
    this.#mendIn(fault);
  }

  /** Mends what a fault broke, but for what another fault still breaks. A repair that fails leaves it listed. */
  async mend(fault: ActiveFault): Promise<void> {
    clearTimeout(this.#ends.get(fault.key)?.timer);
    this.#ends.delete(fault.key);
    this.lab.faults.remove(fault);
    try {
      await this.#undo(fault);
    } catch (error) {
      this.lab.faults.add(fault);
      throw error;
    }
  }

  async #undo(fault: ActiveFault): Promise<void> {
    const { lab } = this;
    const { effect } = fault;
    switch (effect.kind) {
      case 'crash':
        // A boot starts every daemon.
        for (const other of lab.faults.all) {
          if (other.effect.kind === 'kill' && other.effect.node === effect.node) lab.faults.remove(other);
        }
        await this.lab.node(effect.node).processes.engineRestart?.findRestarted();
        await lab.boot(effect.node);
        return this.#routing.afterStart(effect.node);
      case 'freeze':
        return this.#thaw(effect.node);
      case 'down':
        return lab.raiseEnds(effect.ends);
      case 'flap':
        clearInterval(this.#flaps.get(fault.key));
        this.#flaps.delete(fault.key);
        return lab.raiseEnds(effect.ends);
      case 'silence':
      case 'partition':
      case 'impair':
        return lab.shape(effect.ends);
      case 'stop':
      case 'hang':
        await Promise.all(lab.startable(instancesOf(lab, effect)).map(({ server }) => server.start()));
        return;
      case 'withdraw':
        for (const instance of instancesOf(lab, effect)) instance.release();
        return;
      case 'hijack':
      case 'drain':
      case 'leak':
      case 'policy':
        return this.#routing.undo(effect);
      case 'kill':
        return this.#revive(effect);
    }
  }

  /** Mends what a visitor broke and left, as far as that can be done without anybody's help. */
  async mendOf(visitor: object): Promise<void> {
    await this.mendAlone(this.lab.faults.all.filter((fault) => this.#visitors.get(fault) === visitor));
  }

  /**
   * Mends those of these faults that are there still, as far as that can be done without anybody's help; the others
   * come back.
   */
  async mendAlone(faults: readonly ActiveFault[]): Promise<readonly ActiveFault[]> {
    const there = faults.filter((fault) => this.lab.faults.all.includes(fault));
    for (const fault of there) if (!this.#needsEngine(fault)) await this.mend(fault);
    return there.filter((fault) => this.#needsEngine(fault));
  }

  async #do({ effect, key }: ActiveFault): Promise<void> {
    const { lab } = this;
    switch (effect.kind) {
      case 'crash':
        return lab.crash(effect.node);
      case 'freeze':
        lab.node(effect.node).namespace.standsStill = true;
        await stopNode(lab.node(effect.node).initPid);
        for (const instance of lab.instancesAt(effect.node)) instance.freeze();
        return;
      case 'down':
        lab.setEnds(effect.ends, false);
        return;
      case 'flap':
        this.#flap(key, effect.ends, effect.periodMs);
        return;
      case 'silence':
      case 'partition':
      case 'impair':
        return lab.shape(effect.ends);
      case 'withdraw':
        await Promise.all(instancesOf(lab, effect).map((instance) => instance.hold()));
        return;
      case 'hijack':
      case 'drain':
      case 'leak':
      case 'policy':
        return this.#routing.do(effect);
      case 'stop':
        await Promise.all(instancesOf(lab, effect).map(({ server }) => server.stop()));
        return;
      case 'hang':
        await Promise.all(instancesOf(lab, effect).map(({ server }) => server.hang()));
        return;
      case 'kill':
        return this.#kill(effect);
    }
  }

  /** Down at once, up after half a period, and so on until it is mended. */
  #flap(key: string, ends: readonly PlanLinkEnd[], periodMs: number): void {
    const { lab } = this;
    let isUp = false;
    lab.setEnds(ends, false);
    const timer = setInterval(() => {
      isUp = !isUp;
      if (isUp) void lab.raiseEnds(ends);
      else
        lab.setEnds(
          ends.filter((end) => lab.node(end.node).isRunning),
          false,
        );
    }, periodMs / 2);
    this.#flaps.set(key, timer);
  }

  async #thaw(name: string): Promise<void> {
    const { lab } = this;
    signalNode(lab.node(name).initPid, 'SIGCONT');
    lab.node(name).namespace.standsStill = false;
    const serving = new Set(lab.startable(lab.instancesAt(name)));
    await Promise.all(lab.instancesAt(name).map((instance) => instance.thaw(serving.has(instance))));
    await this.#routing.bringInLine(name);
  }

  async #kill({ daemon, node, keepRoutes }: Kill): Promise<void> {
    const host = this.lab.node(node);
    // Nobody but zebra takes a daemon's routes out of the kernel when the daemon is gone.
    if (keepRoutes && daemon !== 'zebra') await host.killDaemon('zebra');
    await host.killDaemon(daemon);
    if (daemon === 'zebra' && !keepRoutes) await flushRoutes(host);
  }

  /** A daemon alone is started again; with zebra all of them are, as FRR's own watchfrr does. */
  async #revive({ daemon, node, keepRoutes }: Kill): Promise<void> {
    const host = this.lab.node(node);
    if (!host.isRunning) return;
    const all = host.plan.routing?.daemons ?? [];
    const daemons = daemon === 'zebra' || keepRoutes ? all : [daemon];
    for (const each of daemons) await host.killDaemon(each);
    if (daemons.includes('zebra')) await flushRoutes(host);
    const { deadDaemons } = this.lab.condition;
    for (const each of daemons) {
      if (!deadDaemons.has(`${each}@${node}`)) await host.startDaemon(each);
    }
    if (host.plan.routing?.extraLines !== undefined) await loadExtraLines(host);
    await this.#routing.afterStart(node);
  }

  #mendIn(fault: ActiveFault): void {
    const { forMs } = fault.settings;
    if (forMs === undefined) return;
    const timer = setTimeout(() => {
      // A boot, or a death, may have taken it off the list meanwhile.
      if (!this.lab.faults.all.includes(fault)) return;
      this.mend(fault).catch((error: unknown) => {
        process.stderr.write(`${fault.target} did not mend itself: ${String(error)}\n`);
      });
    }, forMs);
    this.#ends.set(fault.key, { timer, atMs: performance.now() + forMs });
  }

  #refuseImpossible(fault: ActiveFault): void {
    const { effect, settings } = fault;
    if (settings.forMs !== undefined && this.#needsEngine(fault)) {
      throw new LabError(
        'FAULT_UNSUPPORTED',
        `${fault.target} is a container, which the agent can kill but not start again: no crash of it ends by itself`,
        {
          hint: `leave --for out, and: nearcast restore ${fault.target}`,
        },
      );
    }
    const node = 'node' in effect ? this.lab.node(effect.node) : undefined;
    if (
      node !== undefined &&
      !node.isRunning &&
      (effect.kind === 'freeze' || effect.kind === 'kill' || effect.kind === 'hang')
    ) {
      throw new LabError('FAULT_STATE', `${node.name} has crashed`, { hint: `nearcast restore ${node.name}` });
    }
  }

  #needsEngine(fault: ActiveFault): boolean {
    const { effect } = fault;
    return (
      effect.kind === 'crash' &&
      !this.#restarting.has(fault) &&
      this.lab.node(effect.node).processes.engineRestart !== undefined
    );
  }

  /** Somebody else ended a node: a crash like any other, listed, and mended by `restore`. */
  async #noteDeath(name: string): Promise<void> {
    const effect = { kind: 'crash', node: name } as const;
    const key = `${name} power`;
    const known = this.lab.faults.all.find((fault) => fault.key === key);
    if (known !== undefined) this.lab.faults.remove(known);
    this.lab.node(name).namespace.standsStill = false;
    this.lab.faults.add({ key, targetKey: name, target: name, how: 'crash', effect, settings: {} });
    await this.lab.crash(name);
  }
}
