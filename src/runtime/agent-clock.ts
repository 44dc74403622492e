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

/** One question to an agent for its time: when it was asked, what it said, and when that was here. */
interface RoundTrip {
  readonly askedAtMs: number;
  readonly agentMs: number;
  readonly answeredAtMs: number;
}

/** `now` is the clock of this process, in milliseconds. */
export function timed<A extends Asked>(agent: A, now = (): number => performance.now()): TimedAgent<A> {
  return {
    agent,
    async clock() {
      const trips: RoundTrip[] = [];
      for (let trip = 0; trip < ROUND_TRIPS; trip++) {
        const askedAtMs = now();
        const { nowMs } = await agent.call('load', {});
        trips.push({ askedAtMs, agentMs: nowMs, answeredAtMs: now() });
      }
      return clockOf(trips);
    },
  };
}

/**
 * Pure: what round trips say of a clock. An agent reads its clock some time between the question and the answer, which bounds the
 * offset; all trips bound the same one, so the truth is where they overlap (Marzullo). How fast the two ways are, and whether they are
 * equally fast, does not matter. Where they do not overlap, because a clock was set meanwhile, the shortest counts.
 */
export function clockOf(trips: readonly RoundTrip[]): AgentClock {
  const bounds = trips.map(({ askedAtMs, agentMs, answeredAtMs }) => ({
    least: askedAtMs - agentMs,
    most: answeredAtMs - agentMs,
  }));
  const least = Math.max(...bounds.map((each) => each.least));
  const most = Math.min(...bounds.map((each) => each.most));
  if (least <= most) return within(least, most);
  const [shortest = { least: 0, most: Infinity }] = [...bounds].sort((a, b) => a.most - a.least - (b.most - b.least));
  return within(shortest.least, shortest.most);
}

/** Pure: a clock whose offset was used until it was measured again: what it may have been wrong by, drift included. */
export function clockUntil(used: AgentClock, after: AgentClock): AgentClock {
  const { offsetMs, errorMs } = used;
  return { offsetMs, errorMs: Math.max(errorMs, Math.abs(after.offsetMs - offsetMs) + after.errorMs) };
}

/** Pure: how far a time between moments of two of these clocks may be from the truth. */
export function clocksApartMs(clocks: readonly AgentClock[]): number {
  if (clocks.length < 2) return 0;
  const [first = 0, second = 0] = clocks.map(({ errorMs }) => errorMs).sort((a, b) => b - a);
  return first + second;
}

function within(least: number, most: number): AgentClock {
  return { offsetMs: (least + most) / 2, errorMs: (most - least) / 2 };
}
