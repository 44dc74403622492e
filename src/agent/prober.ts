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

  #socket: Socket;
  #generation: number;
  #closed = false;

  private constructor(
    readonly question: Question,
    readonly namespace: NetNamespace,
    socket: Socket,
  ) {
    this.#generation = namespace.generation;
    this.#socket = this.#listenOn(socket);
  }

  static async open(question: Question, namespace: NetNamespace): Promise<ProbeStream> {
    return new ProbeStream(question, namespace, await openSocket(question, namespace));
  }

  get sourcePort(): number {
    return this.#socket.address().port;
  }

  send(): Probe {
    if (this.#generation !== this.namespace.generation) this.#moveOver();
    const message = identityQuestion(this.probes.length & 0xffff);
    const probe: Probe = { sentAtMs: performance.now(), instance: null, rttMs: NaN };
    this.probes.push(probe);
    if (!this.namespace.standsStill) this.#socket.send(message, DNS_PORT, this.question.address, () => undefined);
    return probe;
  }

  close(): void {
    this.#closed = true;
    this.#socket.close();
  }

  /** The client was restarted in another namespace: it asks from there, and what it asked before is lost. */
  #moveOver(): void {
    this.#generation = this.namespace.generation;
    const old = this.#socket;
    openSocket(this.question, this.namespace).then(
      (socket) => {
        if (this.#closed) {
          socket.close();
          return;
        }
        old.close();
        this.#socket = this.#listenOn(socket);
      },
      () => undefined,
    );
  }

  #listenOn(socket: Socket): Socket {
    socket.on('message', (message) => {
      this.#take(message);
    });
    return socket;
  }

  #take(message: Buffer): void {
    const arrivedAtMs = performance.now();
    const answer = readIdentity(message);
    if (answer === undefined || this.namespace.standsStill) return;
    const last = this.probes.length - 1;
    const probe = this.probes[last - ((last - answer.id) & 0xffff)];
    if (probe === undefined || probe.instance !== null) return;
    probe.instance = answer.instance;
    probe.rttMs = arrivedAtMs - probe.sentAtMs;
  }
}

async function openSocket(question: Question, namespace: NetNamespace): Promise<Socket> {
  return openUdp(namespace, question.family === 'ipv4' ? '0.0.0.0' : '::', 0);
}

/** A tick that comes late makes up for so many missed ones; the gap shows in the records all the same. */
const MOST_AT_ONCE = 3;

/** Sends on every stream at a steady pace. */
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
    const startedAtMs = performance.now();
    let sent = 0;
    const tick = (): void => {
      const due = Math.floor((performance.now() - startedAtMs) / this.intervalMs) + 1;
      for (sent = Math.max(sent, due - MOST_AT_ONCE); sent < due; sent++) {
        for (const stream of this.streams) stream.send();
      }
    };
    tick();
    this.#timer = setInterval(tick, this.intervalMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  close(): void {
    this.stop();
    for (const stream of this.streams) stream.close();
  }
}
