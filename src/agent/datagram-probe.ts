import type { Socket } from 'node:dgram';
import { identityQuestion, readReply } from '../probe/dns-identity.js';
import { namedInstance } from '../probe/named-instance.js';
import { round as rounded } from '../support/round.js';
import { bounded, NO_ROUTE, settledWithin, withPort, type Flow, type Outcome, type Round } from './flow.js';
import { hearOf } from './icmp-listeners.js';
import { errnoOf } from './kernel.js';
import { openUdp } from './sockets.js';

/** Reads a datagram that came back; undefined where it answers something else. */
type Reader = (message: Buffer) => Pick<Outcome, 'fate' | 'instance' | 'output'> | undefined;

/** The identity question over UDP: the name in the answer is the instance; any error code is a refusal. */
export async function probeDns(flow: Flow, round: Round): Promise<Outcome> {
  const id = (round.id + flow.index) & 0xffff;
  return exchange(flow, round, identityQuestion(id), (message) => {
    const reply = readReply(message);
    if (reply?.id !== id) return undefined;
    if (reply.rcode !== 'NOERROR') return { fate: 'refused', output: reply.rcode };
    return { fate: 'answered', instance: reply.text ?? null, output: bounded(reply.text ?? '') };
  });
}

/** A datagram of the caller's, or the identity question: the first reply, whatever it is, is the answer. */
export async function probeUdp(flow: Flow, round: Round): Promise<Outcome> {
  const { send } = round.params;
  const message = send === undefined ? identityQuestion((round.id + flow.index) & 0xffff) : Buffer.from(send);
  return exchange(flow, round, message, (reply) => {
    const text = reply.toString('utf8');
    return { fate: 'answered', instance: namedInstance(text, flow.target.instances), output: bounded(text) };
  });
}

/** Sends one datagram and waits for its answer, for an ICMP error about it, or for the deadline. */
async function exchange(flow: Flow, { params, listeners }: Round, message: Buffer, read: Reader): Promise<Outcome> {
  const { namespace, target, port } = flow;
  const listener = listeners.of(namespace, target.family);
  const any = target.family === 'ipv4' ? '0.0.0.0' : '::';
  const chosen = flow.sourcePort !== 0;
  const socket = await withPort(flow, () => openUdp(namespace, any, flow.sourcePort, chosen ? 'shared' : 'exclusive'));
  const sourcePort = socket.address().port;
  const atMs = performance.now();
  if (namespace.standsStill) {
    socket.close();
    return { sourcePort, atMs, fate: 'silent' };
  }
  let stopHearing = (): void => undefined;
  try {
    const seen = await settledWithin<Omit<Outcome, 'sourcePort' | 'atMs'>>(params.timeoutMs, (settle) => {
      stopHearing = hearOf(listener, { protocol: 'udp', sourcePort, destination: target.address }, (word) => {
        if (word !== 'reply') settle({ fate: word });
      });
      socket.on('message', (reply) => {
        const answer = namespace.standsStill ? undefined : read(reply);
        if (answer !== undefined) settle({ ...answer, rttMs: rounded(performance.now() - atMs) });
      });
      sendTo(socket, message, port, target.address, (code) => {
        if (NO_ROUTE.has(code)) settle({ fate: 'unreachable' });
      });
    });
    return { sourcePort, atMs, fate: 'silent', ...seen };
  } finally {
    stopHearing();
    socket.close();
  }
}

/**
 * Connects first: the kernel then gives the socket what this peer sends to this port and nothing else, also where several
 * sockets of a client have the same port, each for an address of its own.
 */
function sendTo(socket: Socket, message: Buffer, port: number, address: string, failed: (code: string | undefined) => void): void {
  socket.connect(port, address, ((error?: Error) => {
    if (error === undefined) socket.send(message, (problem) => { failed(errnoOf(problem)); });
    else failed(errnoOf(error));
  }) as () => void);
}
