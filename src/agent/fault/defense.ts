import { resolveFault } from '../../fault/resolve-fault.js';
import type { ActiveFault } from '../../fault/active-fault.js';
import { AttackWatch, type AttackNews } from '../../measure/attack-watch.js';
import type { PlanService } from '../../plan/model.js';
import { round } from '../../support/round.js';
import { alternatives } from '../../support/suggest.js';
import type { SinkholeSettings } from '../../topology/model/topology.js';
import type { RunningLab } from '../lab/running-lab.js';
import type { LabNode } from '../node/lab-node.js';
import { loadCounterCalls, PacketCounter, type CounterCalls } from '../system/packet-counter.js';
import type { FaultActions } from './fault-actions.js';
import { SharedCount, type Counted } from './shared-count.js';

const LOOK_EVERY_MS = 100;

/** Begins to watch the services of a lab whose addresses go to sinkholes in an attack. */
export function defend(lab: RunningLab, actions: FaultActions): void {
  for (const service of lab.plan.services)
    if (service.sinkholes !== undefined) new Defense(lab, actions, service, service.sinkholes).start();
}

/**
 * Counts what comes to a service. In an attack its instances withdraw the addresses, and sinkholes announce them: both
 * are faults like those made by hand. It counts at the sinkholes then; when the attack has ended, the instances get
 * their addresses back.
 */
class Defense {
  readonly #calls: CounterCalls = loadCounterCalls();
  readonly #counters = new Map<LabNode, { readonly generation: number; readonly counters: readonly PacketCounter[] }>();
  readonly #watch: AttackWatch;
  #isSunk = false;
  #isSwitching = false;
  #shared: SharedCount | undefined;
  #dueMs = performance.now() + LOOK_EVERY_MS;
  /** How late its timer was since the watch looked last, in all: so long the machine ran something else. */
  #pausedMs = 0;

  constructor(
    readonly lab: RunningLab,
    readonly actions: FaultActions,
    readonly service: PlanService,
    readonly settings: SinkholeSettings,
  ) {
    this.#watch = new AttackWatch(settings.packetsPerSecond, settings.forMs, performance.now());
  }

  start(): void {
    setInterval(() => {
      const nowMs = performance.now();
      this.#pausedMs += Math.max(0, nowMs - this.#dueMs);
      this.#dueMs = nowMs + LOOK_EVERY_MS;
      if (this.#isSwitching) return;
      this.#isSwitching = true;
      this.#look()
        .catch((error: unknown) => {
          process.stderr.write(`the addresses of ${this.service.name} could not be moved: ${String(error)}\n`);
        })
        .finally(() => {
          this.#isSwitching = false;
        });
    }, LOOK_EVERY_MS);
  }

  async #look(): Promise<void> {
    const here: Counted = {
      atInstances: this.#packetsAt(this.service.instances),
      atSinkholes: this.#packetsAt(this.settings.routers),
      isHolding: this.#holdsConnections(),
    };
    const { name } = this.service;
    const fellows = this.lab.elsewhere?.fellows;
    // Of several machines, the first decides by what all count; each moves the addresses of its own nodes.
    if (fellows?.isFirst === false) await this.#turnTo(fellows.isAttacked(name));
    if (fellows !== undefined) this.#shared ??= new SharedCount(fellows, name);
    const counted = this.#shared === undefined ? here : this.#shared.take(here);
    if (counted === undefined) return;
    const news = this.#watch.look(performance.now(), counted, {
      isBusy: this.#watch.isAttack && counted.isHolding,
      pausedMs: this.#pausedMs,
    });
    this.#pausedMs = 0;
    if (news === undefined) return;
    this.#tell(news);
    if (news.kind === 'begins') fellows?.attacked.add(name);
    else fellows?.attacked.delete(name);
    fellows?.sayNews();
    await this.#turnTo(news.kind === 'begins');
  }

  async #turnTo(isAttacked: boolean): Promise<void> {
    if (isAttacked === this.#isSunk) return;
    this.#isSunk = isAttacked;
    if (isAttacked) await this.#sink();
    else await this.actions.repairAlone(this.#faults().filter(({ cause }) => cause === 'attack'));
  }

  /** Those that are there, in the place of these. */
  #faults(): readonly ActiveFault[] {
    const { lab, service } = this;
    const wanted = [
      ...service.instances.map((instance) => resolveFault(lab.plan, `${service.name}@${instance}`, 'withdraw')),
      ...this.settings.routers.map((router) => resolveFault(lab.plan, `${service.name}@${router}`, 'sinkhole')),
    ];
    return wanted.map((fault) => lab.faults.all.find(({ key }) => key === fault.key) ?? fault);
  }

  /** What somebody has broken in this way already is left to them. */
  async #sink(): Promise<void> {
    const faults = this.#faults()
      .filter((fault) => !this.lab.faults.all.includes(fault))
      .map((fault): ActiveFault => ({ ...fault, cause: 'attack' }));
    const done = await Promise.allSettled(faults.map((fault) => this.actions.break(fault)));
    const refused = done.find((each) => each.status === 'rejected');
    if (refused !== undefined) throw refused.reason;
  }

  #tell({ kind, lastingMs, packetsPerSecond }: AttackNews): void {
    const { name, instances } = this.service;
    const { routers, packetsPerSecond: above } = this.settings;
    const rate = `${String(packetsPerSecond)} packets/s for ${String(lastingMs)} ms`;
    const text =
      kind === 'begins'
        ? `${name} is under attack: ${rate}, more than ${String(above)}: its addresses go to ${alternatives(routers, 'and')}`
        : `${name} is no longer under attack: ${rate}: its addresses go back to ${alternatives(instances, 'and')}`;
    this.lab.ownNews.tell({ atMs: round(performance.now()), kind: 'service', node: null, text });
  }

  /** An attacker who waits in a tarpit sends little. */
  #holdsConnections(): boolean {
    return this.actions.sinkholes.some(
      ({ service, sources }) => service === this.service.name && sources.some(({ held }) => held > 0),
    );
  }

  /** Since the last look. */
  #packetsAt(names: readonly string[]): number {
    return names
      .flatMap((name) => this.lab.nodes.get(name) ?? [])
      .flatMap((node) => this.#countersAt(node))
      .reduce((sum, counter) => sum + counter.take(), 0);
  }

  /** A container that was started again is in another namespace. */
  #countersAt(node: LabNode): readonly PacketCounter[] {
    const { generation } = node.namespace;
    const known = this.#counters.get(node);
    if (known?.generation === generation) return known.counters;
    for (const counter of known?.counters ?? []) counter.close();
    const counters = this.service.addresses.map((address) => new PacketCounter(this.#calls, node.namespace, address));
    this.#counters.set(node, { generation, counters });
    return counters;
  }
}
