import type { Socket } from 'node:dgram';
import type { Question } from '../plan/model.js';
import { identityQuestion, readIdentity, readRefusal } from '../probe/dns-identity.js';
import type { Fate } from '../protocol/timeline.js';
import { DNS_PORT } from './identity-service.js';
import type { NetNamespace } from './kernel.js';
import { openUdp } from './sockets.js';

/** One probe of a stream: when it left, and who answered after how long. Times are the agent's one monotonic clock. */
export interface Probe {
  readonly sentAtMs: number;
  instance: string | null;
  rttMs: number;
  fate: Fate;
  /** Answers to it beyond the first. */
  duplicates: number;
}

/** Errors of a send that say that the client itself has no route. */
const NO_ROUTE: ReadonlySet<string | undefined> = new Set(['ENETUNREACH', 'EHOSTUNREACH']);

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
    const id = this.probes.length & 0xffff;
    const probe: Probe = { sentAtMs: performance.now(), instance: null, rttMs: NaN, fate: 'silent', duplicates: 0 };
    this.probes.push(probe);
    if (this.namespace.standsStill) return probe;
    this.#socket.send(identityQuestion(id), DNS_PORT, this.question.address, (error: NodeJS.ErrnoException | null) => {
      if (NO_ROUTE.has(error?.code)) this.note(id, 'unreachable');
    });
    return probe;
  }

  /** What became of the latest probe with this DNS id, where it has no fate yet: an answer counts more than an error. */
  note(id: number, fate: Fate): void {
    const probe = this.#probeOf(id);
    if (probe?.fate === 'silent') probe.fate = fate;
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
    if (this.namespace.standsStill) return;
    const refused = readRefusal(message);
    if (refused !== undefined) {
      this.note(refused, 'refused');
      return;
    }
    const answer = readIdentity(message);
    const probe = answer === undefined ? undefined : this.#probeOf(answer.id);
    if (answer === undefined || probe === undefined) return;
    if (probe.instance !== null) {
      probe.duplicates += 1;
      return;
    }
    probe.instance = answer.instance;
    probe.rttMs = arrivedAtMs - probe.sentAtMs;
    probe.fate = 'answered';
  }

  #probeOf(id: number): Probe | undefined {
    const last = this.probes.length - 1;
    return this.probes[last - ((last - id) & 0xffff)];
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
