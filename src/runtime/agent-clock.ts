import type { AgentClient } from '../protocol/channel.js';

type Asked = Pick<AgentClient, 'call'>;

const ROUND_TRIPS = 5;

/** How an agent's clock relates to this process's (`performance.now()`). */
export interface AgentClock {
  /** Added to a time of the agent's, it is this process's time. */
  readonly offsetMs: number;
  /** The greatest error. */
  readonly errorMs: number;
}

/** An agent of a lab, and its clock: each machine has its own. */
export interface TimedAgent<A extends Asked> {
  readonly agent: A;
  /** Measured at each call. */
  readonly clock: () => Promise<AgentClock>;
}

/**
 * The agent read its clock within the round trip: the shortest of a few gives the closest bounds. `now` is the clock of this
 * process, in milliseconds.
 */
export function timed<A extends Asked>(agent: A, now = (): number => performance.now()): TimedAgent<A> {
  return {
    agent,
    async clock() {
      const measured: AgentClock[] = [];
      for (let trip = 0; trip < ROUND_TRIPS; trip++) {
        const askedAtMs = now();
        const { nowMs } = await agent.call('load', {});
        const errorMs = (now() - askedAtMs) / 2;
        measured.push({ offsetMs: askedAtMs + errorMs - nowMs, errorMs });
      }
      return measured.reduce((best, each) => (each.errorMs < best.errorMs ? each : best));
    },
  };
}
