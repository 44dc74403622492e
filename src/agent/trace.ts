import { closeSync } from 'node:fs';
import type { Question } from '../plan/model.js';
import { identityQuestion, readIdentity } from '../probe/dns-identity.js';
import { parseHopError } from '../probe/hop-error.js';
import { pollUntil } from '../support/poll.js';
import { addressText } from '../support/address-text.js';
import { socketAddress } from './addresses.js';
import { DNS_PORT } from './identity-service.js';
import type { Kernel, NetNamespace, SocketAddress } from './kernel.js';

export interface Trace {
  /** Addresses of the nodes that a question passed, in order; null for a hop that stayed silent. */
  readonly hops: readonly (string | null)[];
  readonly instance: string | null;
}

/**
 * The way that a flow takes, hop by hop: the same question with every hop limit from 1 to `maxHops` at once, from the
 * flow's own source port, so that equal-cost routers hash it as they hash the flow. Each router on the way answers with
 * time exceeded.
 */
export async function tracePath(
  question: Question,
  namespace: NetNamespace,
  sourcePort: number,
  { maxHops, timeoutMs }: { maxHops: number; timeoutMs: number },
): Promise<Trace> {
  const { family } = question;
  const anyAddress = family === 'ipv4' ? '0.0.0.0' : '::';
  const sockets = namespace.run((kernel) => {
    const icmp = kernel.socket('icmp', family);
    const udp = kernel.socket('udp', family);
    kernel.bind(udp, socketAddress(anyAddress, sourcePort));
    const destination = socketAddress(question.address, DNS_PORT);
    for (let hops = 1; hops <= maxHops; hops++) {
      kernel.setHopLimit(udp, family, hops);
      sendIfRoutable(kernel, udp, identityQuestion(hops), destination);
    }
    return { icmp, udp };
  });
  const hops = new Map<number, string>();
  const answers = new Map<number, string>();
  const { kernel } = namespace;
  try {
    await pollUntil(
      () => {
        for (let got = kernel.receive(sockets.icmp); got !== undefined; got = kernel.receive(sockets.icmp)) {
          const error = parseHopError(got.payload, family, sourcePort);
          if (error?.kind === 'hop-limit-exceeded') hops.set(error.questionId, error.from ?? senderOf(got.from, family));
        }
        for (let got = kernel.receive(sockets.udp); got !== undefined; got = kernel.receive(sockets.udp)) {
          const answer = readIdentity(got.payload);
          if (answer !== undefined) answers.set(answer.id, answer.instance);
        }
      },
      () => isComplete(hops, answers),
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
  };
}

/** A client without a route has nowhere to send to; that shows as a way without hops. */
function sendIfRoutable(kernel: Kernel, descriptor: number, question: Buffer, to: SocketAddress): void {
  try {
    kernel.send(descriptor, question, to);
  } catch {
    // ENETUNREACH, or EHOSTUNREACH from a neighbour that is gone.
  }
}

/** Complete when an answer came and every shorter way was heard of. */
function isComplete(hops: ReadonlyMap<number, string>, answers: ReadonlyMap<number, string>): boolean {
  const reached = Math.min(...answers.keys());
  if (!Number.isFinite(reached)) return false;
  return Array.from({ length: reached - 1 }, (_, index) => index + 1).every((hop) => hops.has(hop));
}

function senderOf(from: Buffer, family: Question['family']): string {
  return family === 'ipv4' ? addressText(from.subarray(4, 8)) : addressText(from.subarray(8, 24));
}
