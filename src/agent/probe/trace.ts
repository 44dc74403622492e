import { closeSync } from 'node:fs';
import type { Question } from '../../plan/model.js';
import { identityQuestion, readIdentity } from '../../codec/dns-identity.js';
import { parseHopError } from '../../codec/hop-error.js';
import { pollUntil } from '../../support/poll.js';
import { senderOf, socketAddress } from '../system/addresses.js';
import { NO_ROUTE } from './flow.js';
import { errnoOf, type Kernel, type NetNamespace, type SocketAddress } from '../system/kernel.js';
import { anyAddress } from '../system/sockets.js';

export interface Trace {
  /** Addresses of the nodes that a query passed, in order; null for a hop that stayed silent. */
  readonly hops: readonly (string | null)[];
  readonly instance: string | null;
  /** How the way ended without an answer, and which node reported it; undefined if none did. */
  readonly end: TraceEnd | undefined;
  readonly sourcePort: number;
  /** From the first query to the first answer; null where none came. */
  readonly rttMs: number | null;
}

interface TraceEnd {
  readonly kind: 'refused' | 'unreachable';
  /** How many nodes the query passed before. */
  readonly hops: number;
  /** Undefined where it was the client itself. */
  readonly from: string | undefined;
}

export interface TraceLimits {
  readonly maxHops: number;
  readonly timeoutMs: number;
  readonly port: number;
}

/** Most ways are shorter: what goes further is answered by the instance, once for each hop limit. */
const HOPS_AT_ONCE = 8;
/** After this long without a reply to some hop limit, longer ways are tried too. */
const BATCH_PATIENCE_MS = 20;

/**
 * The way that a flow takes, hop by hop: the same query with every hop limit from 1 to `maxHops`, several at once until
 * its end is found, from the flow's own source port (any free one where that is 0), so that equal-cost routers hash it as
 * they hash the flow. Each router on the way answers with time exceeded.
 */
export async function tracePath(
  question: Question,
  namespace: NetNamespace,
  sourcePort: number,
  { maxHops, timeoutMs, port }: TraceLimits,
): Promise<Trace> {
  const { family } = question;
  const startedAtMs = performance.now();
  const { kernel } = namespace;
  const destination = socketAddress(question.address, port);
  const sockets = namespace.run(() => {
    const icmp = kernel.socket('icmp', family);
    const udp = kernel.socket('udp', family);
    kernel.bind(udp, anyAddress(family, sourcePort));
    return { icmp, udp, sourcePort: kernel.portOf(udp) };
  });
  let sentHops = 0;
  let sentAtMs = startedAtMs;
  const sendMore = (): boolean => {
    const upTo = Math.min(sentHops + HOPS_AT_ONCE, maxHops);
    sentAtMs = performance.now();
    let hasRoute = false;
    while (sentHops < upTo) {
      sentHops += 1;
      kernel.setHopLimit(sockets.udp, family, sentHops);
      hasRoute = sendIfRoutable(kernel, sockets.udp, identityQuestion(sentHops), destination) || hasRoute;
    }
    return hasRoute;
  };
  const hops = new Map<number, string>();
  const answers = new Map<number, string>();
  let end: TraceEnd | undefined;
  let rttMs: number | null = null;
  try {
    if (!sendMore()) end = { kind: 'unreachable', hops: 0, from: undefined };
    await pollUntil(
      () => {
        for (let got = kernel.receive(sockets.icmp); got !== undefined; got = kernel.receive(sockets.icmp)) {
          const error = parseHopError(got.payload, family, sockets.sourcePort);
          if (error === undefined) continue;
          const { kind, questionId, from = senderOf(got.from, family) } = error;
          if (kind === 'hop-limit-exceeded') hops.set(questionId, from);
          else if (end === undefined || questionId <= end.hops) end = { kind, hops: questionId - 1, from };
        }
        for (let got = kernel.receive(sockets.udp); got !== undefined; got = kernel.receive(sockets.udp)) {
          const answer = readIdentity(got.payload);
          if (answer === undefined) continue;
          rttMs ??= performance.now() - startedAtMs;
          answers.set(answer.id, answer.instance);
        }
        const isEndFound = answers.size > 0 || end !== undefined;
        if (isEndFound || sentHops === maxHops) return;
        if (isComplete(hops, sentHops + 1) || performance.now() - sentAtMs > BATCH_PATIENCE_MS) sendMore();
      },
      () => isComplete(hops, Math.min(...answers.keys(), (end?.hops ?? maxHops) + 1)),
      { everyMs: 1, deadlineMs: timeoutMs },
    );
  } finally {
    closeSync(sockets.icmp);
    closeSync(sockets.udp);
  }
  const reached = Math.min(...answers.keys());
  const length = Number.isFinite(reached) ? reached - 1 : Math.max(0, ...hops.keys());
  return {
    hops: Array.from({ length }, (_, index) => hops.get(index + 1) ?? null),
    instance: answers.get(reached) ?? null,
    end: Number.isFinite(reached) ? undefined : end,
    sourcePort: sockets.sourcePort,
    rttMs,
  };
}

/** Whether there was a way to send it: a client without a route has nowhere to send to. */
function sendIfRoutable(kernel: Kernel, descriptor: number, question: Buffer, to: SocketAddress): boolean {
  try {
    kernel.send(descriptor, question, to);
    return true;
  } catch (error) {
    // A queue that drops what it is given says so too; that is a loss like any other.
    return !NO_ROUTE.has(errnoOf(error));
  }
}

/** Complete when all shorter hop limits than that of the answer have a reply. */
function isComplete(hops: ReadonlyMap<number, string>, reached: number): boolean {
  return Array.from({ length: reached - 1 }, (_, index) => index + 1).every((hop) => hops.has(hop));
}
