import type { RemoteInfo } from 'node:dgram';
import { identityQuestion, readReply } from '../../codec/dns-identity.js';
import { namedInstance } from '../../codec/named-instance.js';
import { parseAddress } from '../../support/ip.js';
import { round as rounded } from '../../support/round.js';
import { bounded, NO_ROUTE, settledWithin, type Flow, type Outcome } from './flow.js';
import type { Round } from './datagram-sockets.js';
import { hearOf } from './icmp-listeners.js';
import { errnoOf } from '../system/kernel.js';

/** Reads a datagram that came back; undefined where it answers something else. */
type Reader = (message: Buffer) => Pick<Outcome, 'fate' | 'instance' | 'output'> | undefined;

/** The identity query over UDP: the name in the answer is the instance; any error code is a refusal. */
export async function probeDns(flow: Flow, round: Round): Promise<Outcome> {
  const id = (round.id + flow.index) & 0xffff;
  return exchange(flow, round, identityQuestion(id), (message) => {
    const reply = readReply(message);
    if (reply?.id !== id) return undefined;
    if (reply.rcode !== 'NOERROR') return { fate: 'refused', output: reply.rcode };
    return { fate: 'answered', instance: reply.text ?? null, output: bounded(reply.text ?? '') };
  });
}

/** A datagram of the caller's, or the identity query: the first reply, whatever it is, is the answer. */
export async function probeUdp(flow: Flow, round: Round): Promise<Outcome> {
  const { send } = round.params;
  const message = send === undefined ? identityQuestion((round.id + flow.index) & 0xffff) : Buffer.from(send);
  return exchange(flow, round, message, (reply) => {
    const text = reply.toString('utf8');
    return { fate: 'answered', instance: namedInstance(text, flow.target.instances), output: bounded(text) };
  });
}

/** A message of any protocol; whatever `isAnswer` takes for one is the answer. */
export async function exchangeDatagrams(
  flow: Flow,
  round: Round,
  message: Buffer,
  isAnswer: (reply: Buffer) => boolean,
): Promise<Outcome> {
  return exchange(flow, round, message, (reply) =>
    isAnswer(reply) ? { fate: 'answered', instance: null, output: '' } : undefined,
  );
}

/** Sends one datagram and waits for its answer, for an ICMP error about it, or for the deadline. */
async function exchange(
  flow: Flow,
  { params, listeners, sockets }: Round,
  message: Buffer,
  read: Reader,
): Promise<Outcome> {
  const { namespace, target, port } = flow;
  const listener = listeners.of(namespace, target.family);
  const { socket, release } = await sockets.take(flow);
  const sourcePort = socket.address().port;
  const atMs = performance.now();
  if (namespace.isFrozen) {
    release();
    return { sourcePort, atMs, fate: 'silent' };
  }
  let stopHearing = (): void => undefined;
  let take: ((reply: Buffer, from: RemoteInfo) => void) | undefined;
  try {
    const seen = await settledWithin<Omit<Outcome, 'sourcePort' | 'atMs'>>(params.timeoutMs, (settle) => {
      stopHearing = hearOf(listener, { protocol: 'udp', sourcePort, destination: target.address }, (word) => {
        if (word !== 'reply') settle({ fate: word });
      });
      take = (reply, from) => {
        const isOurs = from.port === port && parseAddress(from.address)?.text === target.address;
        const answer = isOurs && !namespace.isFrozen ? read(reply) : undefined;
        if (answer !== undefined) settle({ ...answer, rttMs: rounded(performance.now() - atMs) });
      };
      socket.on('message', take);
      socket.send(message, port, target.address, (error) => {
        if (NO_ROUTE.has(errnoOf(error))) settle({ fate: 'unreachable' });
      });
    });
    return { sourcePort, atMs, fate: 'silent', ...seen };
  } finally {
    stopHearing();
    if (take !== undefined) socket.off('message', take);
    release();
  }
}
