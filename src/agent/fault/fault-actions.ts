import { LabError } from '../../errors.js';
import type { ActiveFault } from '../../fault/active-fault.js';
import { nodesOf } from '../../fault/fault-effect.js';
import type { SinkholeState } from '../../protocol/lab-state.js';
import { entryOf } from '../../topology/model/fault.js';
import { effectHere, nothingToDo } from './effect-here.js';
import { seeEffect } from './evidence.js';
import { workOf, type FaultWork } from './fault-work.js';
import type { RunningLab } from '../lab/running-lab.js';
import { Pauses } from './pauses.js';
import { RoutingActions } from './routing-actions.js';

/** Breaks a lab and restores it. A repair undoes what its fault did, except what another fault still does. */
export class FaultActions {
  readonly #works = new WeakMap<ActiveFault, FaultWork>();
  /** Containers that the engine starts again by itself. */
  readonly #restarting = new WeakSet<ActiveFault>();
  /** Whose faults go with them. */
  readonly #visitors = new WeakMap<ActiveFault, object>();
  readonly #ends = new Map<string, { readonly timer: NodeJS.Timeout; readonly atMs: number }>();

  /** What was broken and is no longer, by key. */
  readonly #ended = new Set<string>();

  readonly #routing: RoutingActions;
  readonly pauses: Pauses;

  constructor(readonly lab: RunningLab) {
    this.#routing = new RoutingActions(lab);
    lab.onDeath = (name) => {
      this.#noteDeath(name).catch((error: unknown) => {
        process.stderr.write(`the death of ${name} could not be handled: ${String(error)}\n`);
      });
    };
    this.pauses = new Pauses(lab, (fault) => this.repair(fault));
    lab.onPauseSeen = (name, isPaused) => {
      this.pauses.see(name, isPaused).catch((error: unknown) => {
        process.stderr.write(`${name} could not be resumed: ${String(error)}\n`);
      });
    };
  }

  /** In how many milliseconds a fault ends by itself; undefined where it does not. */
  endsInMs(fault: ActiveFault): number | undefined {
    const end = this.#ends.get(fault.key);
    return end === undefined ? undefined : Math.max(0, Math.round(end.atMs - performance.now()));
  }

  /** What a fault has sent; undefined where it sends nothing. */
  sentBy(fault: ActiveFault): number | undefined {
    return this.#works.get(fault)?.sent?.();
  }

  get sinkholes(): readonly SinkholeState[] {
    return this.#routing.sinkholes;
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
    this.#ended.delete(fault.key);
    if (visitor !== undefined) this.#visitors.set(fault, visitor);
    try {
      const work = this.#workOf(fault);
      await work.do();
      await seeEffect(fault, work.missing);
    } catch (error) {
      // Refused half-way: what was done of it goes, so that nothing is listed that is not there.
      this.lab.faults.remove(fault);
      await this.#undo(fault).catch(() => undefined);
      throw error;
    }
    this.#restoreIn(fault);
  }

  /** Restores what a fault broke, except what another fault still breaks. If the repair fails, the fault stays listed. */
  async repair(fault: ActiveFault): Promise<void> {
    clearTimeout(this.#ends.get(fault.key)?.timer);
    this.#ends.delete(fault.key);
    this.lab.faults.remove(fault);
    try {
      await this.#undo(fault);
    } catch (error) {
      this.lab.faults.add(fault);
      throw error;
    }
    this.#ended.add(fault.key);
  }

  /** Whether a fault has ended here that others have still. */
  hasEnded({ key }: ActiveFault): boolean {
    return this.#ended.has(key);
  }

  /** Nobody has any faults but these: what has ended otherwise may be made once more. */
  forgetEnded(all: ReadonlySet<string>): void {
    for (const key of this.#ended) if (!all.has(key)) this.#ended.delete(key);
  }

  async #undo(fault: ActiveFault): Promise<void> {
    await this.#workOf(fault).undo();
  }

  #workOf(fault: ActiveFault): FaultWork {
    const known = this.#works.get(fault) ?? this.#workHere(fault);
    this.#works.set(fault, known);
    return known;
  }

  /** What of a fault is this agent's to do: what is at nodes of other machines, their agents do. */
  #workHere({ effect }: ActiveFault): FaultWork {
    const here = effectHere(effect, this.lab);
    return here === undefined ? nothingToDo : workOf(here, { lab: this.lab, routing: this.#routing });
  }

  /** Restores what a visitor broke and left, as far as the agent can without the engine. */
  async repairOf(visitor: object): Promise<void> {
    await this.repairAlone(this.lab.faults.all.filter((fault) => this.#visitors.get(fault) === visitor));
  }

  /**
   * Restores those of these faults that are still active, as far as the agent can without the engine. Returns the
   * others.
   */
  async repairAlone(faults: readonly ActiveFault[]): Promise<readonly ActiveFault[]> {
    const there = faults.filter((fault) => this.lab.faults.all.includes(fault));
    for (const fault of there) if (!this.#needsEngine(fault)) await this.repair(fault);
    return there.filter((fault) => this.#needsEngine(fault));
  }

  #restoreIn(fault: ActiveFault): void {
    const { forMs } = fault.settings;
    if (forMs === undefined) return;
    const timer = setTimeout(() => {
      // A boot, or a death, may have taken it off the list meanwhile.
      if (!this.lab.faults.all.includes(fault)) return;
      this.repair(fault).catch((error: unknown) => {
        process.stderr.write(`${fault.target} did not end by itself: ${String(error)}\n`);
      });
    }, forMs);
    this.#ends.set(fault.key, { timer, atMs: performance.now() + forMs });
  }

  #refuseImpossible(fault: ActiveFault): void {
    const { effect, settings } = fault;
    if (settings.forMs !== undefined && this.#needsEngine(fault)) {
      throw new LabError(
        'FAULT_UNSUPPORTED',
        `${fault.target} ${'nodes' in effect ? 'has containers' : 'is a container'}, which only the engine can restart: its crash cannot end by itself`,
        {
          hint: `leave out --for; later: nearcast restore ${fault.target}`,
        },
      );
    }
    const node = 'node' in effect ? this.lab.nodes.get(effect.node) : undefined;
    if (node?.isRunning === false && entryOf(effect.kind).needsPower === true) {
      throw new LabError('FAULT_STATE', `${node.name} has crashed`, { hint: `nearcast restore ${node.name}` });
    }
  }

  #needsEngine(fault: ActiveFault): boolean {
    const { effect } = fault;
    return (
      effect.kind === 'crash' &&
      !this.#restarting.has(fault) &&
      nodesOf(effect).some((node) => this.lab.nodes.get(node)?.processes.engineRestart !== undefined)
    );
  }

  /** A node ended by another cause: a crash like any other, listed, and undone by `restore`. */
  async #noteDeath(name: string): Promise<void> {
    const effect = { kind: 'crash', node: name } as const;
    const key = `${name} power`;
    const known = this.lab.faults.all.find((fault) => fault.key === key);
    if (known !== undefined) this.lab.faults.remove(known);
    this.lab.node(name).namespace.isFrozen = false;
    this.lab.faults.add({ key, targetKey: name, target: name, how: 'crash', effect, settings: {} });
    await this.lab.crash(name);
  }
}
