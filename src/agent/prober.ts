import type { Socket } from 'node:dgram';
import type { Question } from '../plan/model.js';
import { identityQuestion, readIdentity } from '../probe/dns-identity.js';
import { DNS_PORT } from './identity-service.js';
import type { NetNamespace } from './kernel.js';
import { openUdp } from './sockets.js';

/** One probe of a stream: when it left, and who answered after how long. Times are the agent's one monotonic clock. */
export interface Probe {
  readonly sentAtMs: number;
  instance: string | null;
  rttMs: number;
}

/** A flow of probes: one client, one address, one source port; the probe's place in the list is its DNS id. */
export class ProbeStream {
  readonly probes: Probe[] = [];

  private constructor(
    readonly question: Question,
    readonly socket: Socket,
  ) {
    socket.on('message', (message) => {
      this.#take(message);
    });
  }

  static async open(question: Question, namespace: NetNamespace): Promise<ProbeStream> {
    const anyAddress = question.family === 'ipv4' ? '0.0.0.0' : '::';
    return new ProbeStream(question, await openUdp(namespace, anyAddress, 0));
  }

  get sourcePort(): number {
    return this.socket.address().port;
  }

  send(): void {
    const message = identityQuestion(this.probes.length & 0xffff);
    this.probes.push({ sentAtMs: performance.now(), instance: null, rttMs: NaN });
    this.socket.send(message, DNS_PORT, this.question.address, () => undefined);
  }

  #take(message: Buffer): void {
    const arrivedAtMs = performance.now();
    const answer = readIdentity(message);
    if (answer === undefined) return;
    const last = this.probes.length - 1;
    const probe = this.probes[last - ((last - answer.id) & 0xffff)];
    if (probe === undefined || probe.instance !== null) return;
    probe.instance = answer.instance;
    probe.rttMs = arrivedAtMs - probe.sentAtMs;
  }
}

/** Sends on every stream at a steady pace; a tick that comes late sends once, and the gap shows in the records. */
export class Prober {
  #timer: NodeJS.Timeout | undefined;

  private constructor(
    readonly streams: readonly ProbeStream[],
    readonly intervalMs: number,
  ) {}

  static async open(
    questions: readonly Question[],
    namespaceOf: (node: string) => NetNamespace,
    intervalMs: number,
  ): Promise<Prober> {
    const streams = await Promise.all(
      questions.map((question) => ProbeStream.open(question, namespaceOf(question.client))),
    );
    return new Prober(streams, intervalMs);
  }

  start(): void {
    const tick = (): void => {
      for (const stream of this.streams) stream.send();
    };
    tick();
    this.#timer = setInterval(tick, this.intervalMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  close(): void {
    this.stop();
    for (const stream of this.streams) stream.socket.close();
  }
}
