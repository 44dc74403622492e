import type { Daemon, Family, LabPlan, PlanInterface } from './model.js';
import type { OspfTimers } from './parts/ospf-timers.js';

/** From this many speakers on, all routers together have more to calculate than two cores do at once. */
export const LARGE_LAB = 80;

/** Timers by the least number of speakers. Chosen by measuring on two cores; `npm run bench` prints their effect. */
const TIERS: readonly (readonly [speakers: number, timers: OspfTimers])[] = [
  [0, timersOf({ helloMultiplier: 10, spf: [0, 5, 20] })],
  [20, timersOf({ helloMultiplier: 5, spf: [0, 50, 400] })],
  [LARGE_LAB, timersOf({ helloMultiplier: 0, spf: [200, 1000, 4000], lsaThrottleMs: 500, retransmitIntervalS: 5 })],
];

/**
 * OSPF timers for a lab of this many speakers. Small labs converge as fast as FRR can: hellos every 100 ms, no wait
 * before a new LSA (the defaults hold a second change back for 5 s, RFC 2328 appendix B) and hardly any before SPF. In
 * large ones the same timers would spend all CPU time on hellos and on an SPF run for each LSA, so they batch; and what
 * is sent again after a second is on its way still, or its acknowledgement is (0134).
 */
export function ospfTimers(speakers: number): OspfTimers {
  const [, timers] = TIERS.findLast(([from]) => speakers >= from) ?? [
    0,
    timersOf({ helloMultiplier: 5, spf: [0, 50, 400] }),
  ];
  return timers;
}

/** OSPFv3's hello interval on an interface: the file's, as far as OSPFv3 can, else the lab's. */
export function hello6IntervalS({ hello }: Pick<PlanInterface, 'hello'>, timers: OspfTimers): number {
  return hello === undefined ? timers.hello6IntervalS : Math.max(1, hello.helloMs / 1000);
}

/** OSPFv3's dead interval on an interface: the file's, but two of its hellos at least, else the lab's. */
export function dead6IntervalS({ hello }: Pick<PlanInterface, 'hello'>, timers: OspfTimers): number {
  return hello === undefined ? timers.dead6IntervalS : Math.max(hello.deadMs / 1000, 2);
}

/**
 * For how long OSPF at least does not notice that a neighbor is silent: the last hello may have come a whole interval
 * before (RFC 2328 section 9.5, RFC 5340 section 4.2).
 */
export function leastUnnoticedMs({ hello }: Pick<PlanInterface, 'hello'>, timers: OspfTimers, family: Family): number {
  if (family === 'ipv6') return 1000 * (dead6IntervalS({ hello }, timers) - hello6IntervalS({ hello }, timers));
  if (hello !== undefined) return (hello.helloMs < 1000 ? 1000 : hello.deadMs) - hello.helloMs;
  const helloMs = timers.helloMultiplier > 0 ? 1000 / timers.helloMultiplier : 1000 * timers.helloIntervalS;
  return 1000 * timers.deadIntervalS - helloMs;
}

interface Pace {
  readonly helloMultiplier: number;
  readonly spf: readonly [delayMs: number, initialHoldMs: number, maxHoldMs: number];
  readonly lsaThrottleMs?: number;
  readonly retransmitIntervalS?: number;
}

/**
 * With sub-second hellos the dead interval is one second; without, five hellos and more may be late on a busy machine.
 */
function timersOf({
  helloMultiplier,
  spf: [spfDelayMs, spfInitialHoldMs, spfMaxHoldMs],
  lsaThrottleMs = 0,
  retransmitIntervalS = 1,
}: Pace): OspfTimers {
  const isSubSecond = helloMultiplier > 0;
  return {
    helloMultiplier,
    helloIntervalS: isSubSecond ? 1 : 2,
    deadIntervalS: isSubSecond ? 1 : 20,
    hello6IntervalS: isSubSecond ? 1 : 2,
    dead6IntervalS: isSubSecond ? 4 : 20,
    retransmitIntervalS,
    lsaThrottleMs,
    lsaMinArrivalMs: 0,
    spfDelayMs,
    spfInitialHoldMs,
    spfMaxHoldMs,
  };
}

/** Longer than nearcast's own OSPF can take to notice what is gone. */
const LEAST_QUIET_MS = 5000;

/**
 * With FRRouting's own timers, OSPF holds back a second LSA for 5 s (RFC 2328 appendix B), a router between areas what it
 * tells of them for 5 s more, and RIP its triggered updates for up to 5 s (RFC 2453 section 3.10.1).
 */
const LEAST_QUIET_OF_OWN_TIMERS_MS = 11_000;
const heldBack: readonly Daemon[] = ['ospfd', 'ospf6d', 'ripd', 'ripngd'];

/**
 * Without a forecast: if no change of routes, links and neighbors is reported for this long, routing counts as
 * settled.
 */
export function quietMs({ timers, nodes }: Pick<LabPlan, 'timers' | 'nodes'>): number {
  const hasOwnTimers = nodes.some(
    ({ routing }) => routing?.own !== undefined && routing.daemons.some((daemon) => heldBack.includes(daemon)),
  );
  return Math.max(
    hasOwnTimers ? LEAST_QUIET_OF_OWN_TIMERS_MS : LEAST_QUIET_MS,
    1000 * (Math.max(timers.deadIntervalS, timers.dead6IntervalS) + 1),
  );
}

/** Longer than an OSPF router waits by default before it elects a designated one, and IS-IS holds back a link state. */
const UNFINISHED_MS = 45_000;

/** For how long what daemons have before them is waited for while nothing is reported. */
export function unfinishedMs(quiet: number): number {
  return Math.max(UNFINISHED_MS, quiet);
}

const STEP_DEADLINE_MS = 10_000;
const STEP_DEADLINE_PER_NODE_MS = 50;

/**
 * How long a step of a lab of so many nodes may take to settle where nobody says. In a large lab OSPF notices a silent
 * neighbor later, and each router has more to calculate.
 */
export function stepDeadlineMs(nodes: number): number {
  if (nodes < LARGE_LAB) return STEP_DEADLINE_MS;
  return STEP_DEADLINE_MS + 1000 * ospfTimers(nodes).deadIntervalS + STEP_DEADLINE_PER_NODE_MS * nodes;
}

const CONVERGE_DEADLINE_MS = 30_000;
const CONVERGE_DEADLINE_PER_NODE_MS = 500;

/**
 * How long a lab may take to converge before something must be wrong: by its size, and by BGP's own timers, where a
 * session may have to be tried again, and each system on a way waits before it announces to the next one.
 */
export function convergeDeadlineMs({ nodes }: Pick<LabPlan, 'nodes'>): number {
  const sessions = nodes.flatMap((node) => node.routing?.bgp?.sessions ?? []);
  const systems = new Set(nodes.flatMap((node) => node.routing?.bgp?.asn ?? [])).size;
  const slowestS = Math.max(
    0,
    ...sessions.map(({ timers }) => timers.connectRetryS + (systems + 1) * timers.advertisementS),
  );
  return CONVERGE_DEADLINE_MS + CONVERGE_DEADLINE_PER_NODE_MS * nodes.length + 1000 * slowestS;
}
