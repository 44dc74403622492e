import { LabError } from '../../../errors.js';
import type { LabPlan, PlanMachine } from '../../../plan/model.js';
import type { KnownFault, MissingFault } from '../../../protocol/part.js';
import { clockUntil, timed, type AgentClock } from '../../agent-clock.js';
import { MACHINE_WORD } from '../../../topology/model/fault-target.js';
import type { Agent, LostMachine } from '../../runtime.js';

/** The agent of one machine, and the nodes that it has. */
export interface Member {
  readonly machine: string;
  readonly agent: Agent;
  readonly nodes: readonly string[];
}

/** A clock of an agent, beside that of the first. */
export interface MemberClock {
  /** Added to a time of the agent, it is the time of the first agent, which the whole lab is told in. */
  readonly toLeadMs: number;
  /** As this process reads it. */
  readonly own: AgentClock;
}

/** What is not there of a lab, and how it is started again. */
export interface Absent {
  readonly lost: readonly LostMachine[];
  /** How the nodes of a lost machine are started. `faulted`: machines that a fault is at. LabError where they cannot be. */
  readonly prepare: (machine: string, plan: LabPlan, faulted: readonly string[]) => Promise<() => Promise<Begun>>;
}

/** What was started of a lab. */
export interface Begun<M extends Member = Member> {
  readonly members: readonly M[];
  /** Of the lab, from now on. */
  readonly plan: LabPlan;
  /** The machines that have the nodes now, where theirs has not come back. */
  readonly moved?: readonly PlanMachine[];
}

const nothingAbsent: Absent = {
  lost: [],
  prepare: async (machine) => Promise.reject(new LabError('BUG', `${machine} is not lost`)),
};

/** The agents of a lab on several machines. */
export class Crew {
  readonly lead: Member;
  #members: readonly Member[];
  #lost: readonly LostMachine[];
  #plan: LabPlan;

  constructor(
    members: readonly Member[],
    plan: LabPlan,
    readonly absent: Absent = nothingAbsent,
  ) {
    this.#members = members;
    this.#plan = plan;
    this.#lost = absent.lost;
    const [lead] = members;
    if (lead === undefined) throw new LabError('BUG', 'a lab without an agent');
    this.lead = lead;
  }

  /** Those that are reached, the first of them first. */
  get members(): readonly Member[] {
    return this.#members;
  }

  get lost(): readonly LostMachine[] {
    return this.#lost;
  }

  get plan(): LabPlan {
    return this.#plan;
  }

  /** How the nodes of a lost machine are started again, with what is broken of them by faults elsewhere. LabError where they cannot be. */
  async prepare(machine: string): Promise<() => Promise<Begun>> {
    const faulted = (await this.#faults()).flatMap(({ target }) => machineOfTarget(target) ?? []);
    const begin = await this.absent.prepare(machine, this.plan, faulted);
    return async () => {
      const begun = await begin();
      const faults = await this.#faults(machine);
      await Promise.all(begun.members.map(({ agent }) => agent.call('learn', { faults, make: true })));
      this.#members = [...this.#members, ...begun.members];
      this.#lost = this.#lost.filter((each) => each.machine !== machine);
      this.#plan = begun.plan;
      return begun;
    };
  }

  /** LabError NODE_UNKNOWN, FAULT_STATE. */
  of(node: string): Member {
    const member = this.members.find(({ nodes }) => nodes.includes(node));
    const away = this.#lost.find(({ nodes }) => nodes.includes(node));
    if (away !== undefined) throw nodeLost(node, away);
    if (member === undefined) throw new LabError('NODE_UNKNOWN', `there is no node ${node} in this lab`);
    return member;
  }

  async all<T>(ask: (agent: Agent, member: Member) => Promise<T>): Promise<readonly T[]> {
    return Promise.all(this.members.map((member) => ask(member.agent, member)));
  }

  /** How the clocks are to each other, now. */
  async clocks(): Promise<readonly MemberClock[]> {
    const clocks = await this.all((agent) => timed(agent).clock());
    const leadMs = clocks[0]?.offsetMs ?? 0;
    return clocks.map((own) => ({ toLeadMs: own.offsetMs - leadMs, own }));
  }

  /** The same clocks, with what they may have been wrong by until now. */
  async clocksSince(used: readonly MemberClock[]): Promise<readonly MemberClock[]> {
    const now = await this.clocks();
    return used.map((clock, index) => ({ ...clock, own: clockUntil(clock.own, now[index]?.own ?? clock.own) }));
  }

  /**
   * Has each agent know what is broken in the parts of the others. What is broken at one end alone, because a step was interrupted or
   * a machine was away, is mended: what has ended somewhere ends, and what was never made somewhere is made.
   */
  async shareFaults(): Promise<void> {
    const first = await this.#share();
    if (first.length === 0) return;
    // Another command's step that acted between the answers has acted at all agents when they are asked again.
    const again = await this.#share();
    const halves = again.filter((each) => each.isSteady && first.some((other) => isSameFault(each, other)));
    if (halves.length === 0) return;
    const undo = halves.filter(({ hasEnded }) => hasEnded);
    const faults = (await this.#faults()).filter((fault) => !undo.some((each) => isSameFault(each, fault)));
    // Where it cannot be mended, whatever needs it says why.
    await Promise.allSettled(this.members.map(({ agent }) => agent.call('learn', { faults, undo, make: true })));
  }

  /** Returns what some agents have not made of what others have. */
  async #share(): Promise<readonly MissingFault[]> {
    const faults = await this.#faults();
    return (await this.all((agent) => agent.call('learn', { faults }))).flat();
  }

  /** All that is broken somewhere; a lost machine has lost its power, as far as the others can tell, but for one that is back. */
  async #faults(back?: string): Promise<readonly KnownFault[]> {
    const known = await this.all((agent) => agent.call('faults', {}));
    const here = new Map<string, KnownFault>();
    for (const fault of known.flat()) {
      const key = `${fault.target} ${fault.how}`;
      if (fault.isHere) here.set(key, { ...fault, isSteady: fault.isSteady && here.get(key)?.isSteady !== false });
    }
    for (const { machine } of this.#lost) {
      const target = machineTarget(machine);
      const fault: KnownFault = {
        target,
        how: 'crash',
        settings: {},
        cause: 'lost',
        isHere: false,
        isSteady: true,
      };
      if (machine !== back) here.set(`${target} crash`, fault);
    }
    return [...here.values()];
  }
}

function isSameFault(one: KnownFault, other: KnownFault): boolean {
  return one.target === other.target && one.how === other.how;
}

/** Why nothing can be done at a node. */
export function nodeLost(node: string, { machine }: LostMachine): LabError {
  return new LabError('FAULT_STATE', `${node} is on ${machine}, which is lost`, {
    hint: `nearcast restore ${machineTarget(machine)}`,
  });
}

function machineOfTarget(target: string): string | undefined {
  const word = machineTarget('');
  return target.startsWith(word) ? target.slice(word.length) : undefined;
}

/** How a machine is named as the target of a fault. */
export function machineTarget(machine: string): string {
  return `${MACHINE_WORD}@${machine}`;
}
