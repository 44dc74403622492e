import { setImmediate as nextTurn } from 'node:timers/promises';
import { echoRequest } from '../../codec/echo.js';
import type { LabPlan } from '../../plan/model.js';
import { round as rounded } from '../../support/round.js';
import { nodeNames } from '../node/node-names.js';
import { socketAddress } from '../system/addresses.js';
import { NO_ROUTE, settledWithin, type Flow, type Outcome } from './flow.js';
import type { Round } from './datagram-sockets.js';
import { hearOf, type Hear, type IcmpListeners } from './icmp-listeners.js';
import { errnoOf } from '../system/kernel.js';

/** How long to look for a reply without a pause, so that its time is the network's and not that of the next look. */
const EAGER_MS = 20;
/** The hop limit of unicast packets. Those to groups have 1 by default: no router would forward them. */
const MOST_HOPS = 64;

/** What came of an echo; the rest says what was probed. */
type Came = Omit<Outcome, 'sourcePort' | 'atMs'>;

/** An ICMP echo request; its id is the round's, its sequence number the flow's place in it. */
export function probeEcho(flow: Flow, round: Round): Promise<Outcome> {
  return echo(flow, round, (settle, sinceMs) => (word) => {
    settle(word === 'reply' ? { fate: 'answered', rttMs: sinceMs() } : { fate: word });
  });
}

/**
 * An echo request, also to a broadcast address or a group, and all its replies until the deadline. Who replied is named
 * by the address that it replied from: of an anycast address only the service is known.
 */
export function poller(plan: LabPlan): (flow: Flow, round: Round) => Promise<Outcome> {
  const { ownerOf } = nodeNames(plan);
  return async (flow, round) => {
    const { namespace, target } = flow;
    const replies: string[] = [];
    let first: Came | undefined;
    namespace.kernel.reachGroups(round.listeners.of(namespace, target.family).descriptor, target.family, MOST_HOPS);
    const seen = await echo(flow, round, (_, sinceMs) => (word, __, from) => {
      if (word === 'reply') replies.push(ownerOf(from) ?? (from === target.address ? target.service : null) ?? from);
      // A reply counts more than an error that another node reports.
      if (first?.fate !== 'answered')
        first = word === 'reply' ? { fate: 'answered', rttMs: sinceMs() } : (first ?? { fate: word });
    });
    return { ...seen, ...first, replies };
  };
}

/** Sends one echo request, and listens until that has settled what came of it, or until the deadline. */
async function echo(
  { namespace, target, index }: Flow,
  { params, listeners, id }: Round,
  hear: (settle: (came: Came) => void, sinceMs: () => number) => Hear,
): Promise<Outcome> {
  const listener = listeners.of(namespace, target.family);
  const request = { id, sequence: index & 0xffff };
  const atMs = performance.now();
  const silent = { sourcePort: null, atMs, fate: 'silent' } as const;
  if (namespace.isFrozen) return silent;
  let stopHearing = (): void => undefined;
  try {
    const seen = await settledWithin<Came>(params.timeoutMs, (settle) => {
      stopHearing = hearOf(
        listener,
        { protocol: 'icmp', ...request },
        hear(settle, () => rounded(performance.now() - atMs)),
      );
      try {
        const message = echoRequest(target.family, request);
        namespace.kernel.send(listener.descriptor, message, socketAddress(target.address, 0));
      } catch (error) {
        // A queue that drops what it is given says so too; that is a loss like any other.
        if (NO_ROUTE.has(errnoOf(error))) settle({ fate: 'unreachable' });
      }
      void lookEagerly(listeners, atMs);
    });
    return { ...silent, ...seen };
  } finally {
    stopHearing();
  }
}

async function lookEagerly(listeners: IcmpListeners, sinceMs: number): Promise<void> {
  while (performance.now() - sinceMs < EAGER_MS) {
    await nextTurn();
    listeners.look();
  }
}
