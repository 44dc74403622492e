import { LabError } from '../../../errors.js';
import type { LabPlan } from '../../../plan/model.js';
import type { KnownFault } from '../../../protocol/part.js';
import { clockUntil, timed, type AgentClock } from '../../agent-clock.js';
import type { Agent } from '../../runtime.js';

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

/** The agents of a lab on several machines. */
export class Crew {
  readonly lead: Member;

  constructor(
    readonly members: readonly Member[],
    readonly plan: LabPlan,
  ) {
    const [lead] = members;
    if (lead === undefined) throw new LabError('BUG', 'a lab without an agent');
    this.lead = lead;
  }

  /** LabError NODE_UNKNOWN. */
  of(node: string): Member {
    const member = this.members.find(({ nodes }) => nodes.includes(node));
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
    const known = await this.all((agent) => agent.call('faults', {}));
    const here = new Map<string, KnownFault>();
    for (const fault of known.flat()) if (fault.isHere) here.set(`${fault.target} ${fault.how}`, fault);
    const faults = [...here.values()];
    await this.all((agent) => agent.call('learn', { faults }));
  }
}
