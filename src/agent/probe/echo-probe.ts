import { setImmediate as nextTurn } from 'node:timers/promises';
import { echoRequest } from '../../codec/echo.js';
import { round as rounded } from '../../support/round.js';
import { socketAddress } from '../system/addresses.js';
import { NO_ROUTE, settledWithin, type Flow, type Outcome } from './flow.js';
import type { Round } from './datagram-sockets.js';
import { hearOf, type IcmpListeners } from './icmp-listeners.js';
import { errnoOf } from '../system/kernel.js';

/** So long a reply is looked for without a pause, so that its time is the network's and not that of the next look. */
const EAGER_MS = 20;

/** An ICMP echo request; its id is the round's, its sequence number the flow's place in it. */
export async function probeEcho(flow: Flow, { params, listeners, id }: Round): Promise<Outcome> {
  const { namespace, target } = flow;
  const listener = listeners.of(namespace, target.family);
  const echo = { id, sequence: flow.index & 0xffff };
  const atMs = performance.now();
  const silent = { sourcePort: null, atMs, fate: 'silent' } as const;
  if (namespace.isFrozen) return silent;
  let stopHearing = (): void => undefined;
  try {
    const seen = await settledWithin<Omit<Outcome, 'sourcePort' | 'atMs'>>(params.timeoutMs, (settle) => {
      stopHearing = hearOf(listener, { protocol: 'icmp', ...echo }, (word) => {
        settle(word === 'reply' ? { fate: 'answered', rttMs: rounded(performance.now() - atMs) } : { fate: word });
      });
      try {
        namespace.kernel.send(listener.descriptor, echoRequest(target.family, echo), socketAddress(target.address, 0));
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
