import { LabError } from '../../../errors.js';
import type { LabPlan } from '../../../plan/model.js';
import type { KnownFault } from '../../../protocol/part.js';
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
  /** LabError where it cannot be. */
  readonly begin: (machine: string, plan: LabPlan) => Promise<Member>;
}

const nothingAbsent: Absent = {
  lost: [],
  begin: async (machine) => Promise.reject(new LabError('BUG', `${machine} is not lost`)),
};

/** The agents of a lab on several machines. */
export class Crew {
  readonly lead: Member;
  #members: readonly Member[];
  #lost: readonly LostMachine[];

  constructor(
    members: readonly Member[],
    readonly plan: LabPlan,
    readonly absent: Absent = nothingAbsent,
  ) {
    this.#members = members;
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

  /** Starts the nodes of a lost machine again, with what is broken of them by faults elsewhere. */
  async begin(machine: string): Promise<Member> {
    const begun = await this.absent.begin(machine, this.plan);
    await begun.agent.call('learn', { faults: await this.#faults(machine), make: true });
    this.#members = [...this.#members, begun];
    this.#lost = this.#lost.filter((each) => each.machine !== machine);
    return begun;
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

  /** Has each agent know what is broken in the parts of the others. */
  async shareFaults(): Promise<void> {
    const faults = await this.#faults();
    await this.all((agent) => agent.call('learn', { faults }));
  }

  /** All that is broken somewhere; a lost machine has lost its power, as far as the others can tell, but for one that is back. */
  async #faults(back?: string): Promise<readonly KnownFault[]> {
    const known = await this.all((agent) => agent.call('faults', {}));
    const here = new Map<string, KnownFault>();
    for (const fault of known.flat()) if (fault.isHere) here.set(`${fault.target} ${fault.how}`, fault);
    for (const { machine } of this.#lost) {
      const target = machineTarget(machine);
      const fault: KnownFault = { target, how: 'crash', settings: {}, cause: 'lost', isHere: false };
      if (machine !== back) here.set(`${target} crash`, fault);
    }
    return [...here.values()];
  }
}

/** Why nothing can be done at a node. */
export function nodeLost(node: string, { machine }: LostMachine): LabError {
  return new LabError('FAULT_STATE', `${node} is on ${machine}, which is lost`, {
    hint: `nearcast restore ${machineTarget(machine)}`,
  });
}

/** How a machine is named as the target of a fault. */
export function machineTarget(machine: string): string {
  return `${MACHINE_WORD}@${machine}`;
}
