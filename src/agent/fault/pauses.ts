import type { ActiveFault } from '../../fault/active-fault.js';
import { resolveFault } from '../../fault/resolve-fault.js';
import type { RunningLab } from '../lab/running-lab.js';
import { signalNode } from '../system/signal-node.js';

/**
 * Containers that were paused through the engine. Each is a freeze like any other: a repair ends it, and so does
 * `docker unpause`.
 */
export class Pauses {
  readonly #known = new WeakSet<ActiveFault>();

  constructor(
    readonly lab: RunningLab,
    readonly restore: (fault: ActiveFault) => Promise<void>,
  ) {}

  /** What was seen of a node: said at every look, so that what came in between is caught up with. */
  async see(name: string, isPaused: boolean): Promise<void> {
    const freeze = this.#freezeOf(name);
    if (isPaused && freeze === undefined) this.#note(name);
    if (isPaused || freeze === undefined || !this.#known.delete(freeze)) return;
    await this.restore(freeze);
  }

  /**
   * The engine is about to unpause a node for a repair. Until the repair comes, the node stays frozen, as by
   * `fail --how freeze`.
   */
  hold(name: string): void {
    if (this.#freezeOf(name) === undefined) this.#note(name);
    // Heard before the processes do anything else.
    signalNode(this.lab.node(name).initPid, 'SIGSTOP');
    const freeze = this.#freezeOf(name);
    if (freeze !== undefined) this.#known.delete(freeze);
  }

  #note(name: string): void {
    const { lab } = this;
    const node = lab.node(name);
    if (!node.isRunning) return;
    const fault = resolveFault(lab.plan, name, 'freeze');
    lab.faults.add(fault);
    this.#known.add(fault);
    node.namespace.isFrozen = true;
    // A pending request to one of its daemons would wait as long as it is paused.
    node.daemons.hangUp();
    for (const instance of lab.instancesAt(name)) instance.freeze();
  }

  #freezeOf(name: string): ActiveFault | undefined {
    return this.lab.faults.all.find(({ effect }) => effect.kind === 'freeze' && effect.node === name);
  }
}
