import type { Question } from '../../plan/model.js';
import { readRefusal } from '../../codec/dns-identity.js';
import { IdentityReader, PreparedQuestion } from '../../codec/prepared-identity.js';
import { AwakeTime } from '../../measure/awake-time.js';
import type { Fate } from '../../protocol/timeline.js';
import { DatagramBatch } from '../system/datagram-batch.js';
import type { NetNamespace } from '../system/kernel.js';
import { CommandStream } from './command-stream.js';
import { HttpStream, type ProbeClock } from './http-stream.js';
import { ProbeSocket } from './probe-socket.js';
import type { Asked, Probe, ProbeStream } from './probe-stream.js';
import { Readiness } from '../system/readiness.js';
import { runPromptly } from '../system/scheduling.js';
import type { IdentityExchange } from '../service/service-driver.js';
import { onEachTick, type Ticker } from '../system/ticker.js';

/** Answers of one client that are taken at once; the next look takes more. */
const BATCH = 8;
const MOST_BYTES = 2048;

/**
 * A flow of probes: one client, one address, one source port; the probe's place in the list is its DNS id. Answers are
 * taken when `receive` is called. The kernel stamps them when they arrive, so that round trips do not depend on that.
 */
class DatagramStream implements ProbeStream {
  readonly probes: Probe[] = [];

  #socket: ProbeSocket;
  #generation: number;
  readonly #prepared = new PreparedQuestion();
  readonly #reader = new IdentityReader();

  private constructor(
    readonly question: Question,
    readonly namespace: NetNamespace,
    readonly port: number,
    readonly intervalMs: number,
    readonly batch: DatagramBatch,
  ) {
    this.#generation = namespace.generation;
    this.#socket = ProbeSocket.open(namespace, question.address, port);
  }

  static open(
    question: Question,
    namespace: NetNamespace,
    port: number,
    intervalMs: number,
    batch: DatagramBatch,
  ): DatagramStream {
    return new DatagramStream(question, namespace, port, intervalMs, batch);
  }

  get sourcePort(): number {
    return this.#socket.port;
  }

  /** What to wait for answers at. A client that is restarted gets another one: `onMove` is called. */
  get descriptor(): number {
    return this.#socket.descriptor;
  }

  onMove: () => void = () => undefined;

  send(): Probe {
    if (this.#generation !== this.namespace.generation) this.#moveOver();
    const message = this.#prepared.withId(this.probes.length & 0xffff);
    const probe: Probe = { sentAtMs: performance.now(), instance: null, rttMs: NaN, fate: 'silent', duplicates: 0 };
    this.probes.push(probe);
    if (!this.namespace.isFrozen && !this.#socket.send(message)) probe.fate = 'unreachable';
    return probe;
  }

  /** Takes the answers that have arrived. */
  receive(): void {
    let count: number;
    do {
      count = this.batch.receive(this.#socket.descriptor);
      for (let index = 0; index < count; index++) this.#take(this.batch.message(index), this.batch.arrivedAtMs(index));
    } while (count === this.batch.capacity);
  }

  close(): void {
    this.#socket.close();
  }

  /**
   * What became of the latest probe with this DNS id, where it has no fate yet: an answer counts more than an error.
   */
  note(id: number, fate: Fate): void {
    const probe = this.#probeOf(id);
    if (probe?.fate === 'silent') probe.fate = fate;
  }

  /** The client was restarted in another namespace: it asks from there, and what it asked before is lost. */
  #moveOver(): void {
    const old = this.#socket;
    this.#generation = this.namespace.generation;
    try {
      this.#socket = ProbeSocket.open(this.namespace, this.question.address, this.port);
    } catch {
      // Its probes are lost with it.
      return;
    }
    old.close();
    this.onMove();
  }

  #take(message: Buffer, arrivedAtMs: number): void {
    if (this.namespace.isFrozen) return;
    const refused = readRefusal(message);
    if (refused !== undefined) {
      this.note(refused, 'refused');
      return;
    }
    const answer = this.#reader.read(message);
    const probe = answer === undefined ? undefined : this.#probeOf(answer.id);
    if (answer === undefined || probe === undefined) return;
    if (probe.instance !== null) {
      probe.duplicates += 1;
      return;
    }
    probe.instance = answer.instance;
    probe.rttMs = Math.max(0, arrivedAtMs - probe.sentAtMs);
    probe.fate = 'answered';
  }

  #probeOf(id: number): Probe | undefined {
    const last = this.probes.length - 1;
    return this.probes[last - ((last - id) & 0xffff)];
  }
}

/**
 * A flow of probes in its service's own protocol. Streams that are read one after the other may share a batch. The pace
 * is that of HTTP; datagrams are sent on request.
 */
export function openStream(
  question: Question,
  lab: Asked,
  {
    intervalMs = 0,
    batch = new DatagramBatch(BATCH, MOST_BYTES),
    clock,
  }: { intervalMs?: number; batch?: DatagramBatch; clock?: ProbeClock } = {},
): ProbeStream {
  const identity = lab.identityOf(question.service);
  if (identity.kind === 'command')
    return new CommandStream(question, lab.node(question.client), identity.command, intervalMs);
  const namespace = lab.namespaceOf(question.client);
  return identity.kind === 'http'
    ? new HttpStream(question, namespace, identity.port, intervalMs, clock)
    : DatagramStream.open(question, namespace, identity.port, intervalMs, batch);
}

/** Limits of what costs more than datagrams: this many a second in all, and the least distance within a flow. */
const paces = { http: { mostPerSecond: 500, leastMs: 20 }, command: { mostPerSecond: 20, leastMs: 100 } } as const;

/** How many missed probes of a flow a late tick makes up for; the gap still shows in the records. */
const MOST_AT_ONCE = 3;
const TICK_MS = 1;
/** A tick that comes later than this finds that the agent was not running meanwhile. */
const LATE_TICK_MS = 5;

/**
 * Sends on every stream at a steady pace, one after the other, spread over the interval; and takes what has arrived,
 * from its start until it is closed.
 */
export class Prober {
  #stopTicking: (() => void) | undefined;
  #sends = false;
  readonly #readiness = new Readiness();

  private constructor(
    readonly streams: readonly ProbeStream[],
    readonly intervalMs: number,
    readonly ticker: Ticker | undefined,
    readonly awake: AwakeTime,
  ) {
    for (const [tag, stream] of streams.entries()) {
      const add = (): void => {
        if (stream.descriptor !== undefined) this.#readiness.add(stream.descriptor, tag);
      };
      stream.onMove = add;
      add();
    }
  }

  /** Its ticks, a millisecond apart, are those of a given ticker, or its own. */
  static open(questions: readonly Question[], lab: Asked, intervalMs: number, ticker?: Ticker): Promise<Prober> {
    const batch = new DatagramBatch(BATCH, MOST_BYTES);
    const streams: ProbeStream[] = [];
    const awake = new AwakeTime(LATE_TICK_MS);
    const clock: ProbeClock = { nowMs: () => performance.now(), awakeMs: () => awake.ms };
    const kindOf = ({ service }: Question): IdentityExchange['kind'] => lab.identityOf(service).kind;
    const paceOf = (kind: keyof typeof paces): number => {
      const { mostPerSecond, leastMs } = paces[kind];
      const asked = questions.filter((question) => kindOf(question) === kind).length;
      return Math.max(intervalMs, leastMs, (1000 * asked) / mostPerSecond);
    };
    const intervals = { dns: intervalMs, http: paceOf('http'), command: paceOf('command') };
    try {
      for (const question of questions)
        streams.push(openStream(question, lab, { batch, intervalMs: intervals[kindOf(question)], clock }));
      return Promise.resolve(new Prober(streams, intervalMs, ticker, awake));
    } catch (error) {
      for (const stream of streams) stream.close();
      throw error;
    }
  }

  start(): void {
    const startedAtMs = performance.now();
    const { length } = this.streams;
    let sent = 0;
    this.#sends = true;
    const tick = (): void => {
      const nowMs = performance.now();
      this.awake.look(nowMs);
      const due = Math.floor(((nowMs - startedAtMs) * length) / this.intervalMs) + 1;
      sent = Math.max(sent, due - MOST_AT_ONCE * length);
      while (this.#sends && sent < due) this.streams[sent++ % length]?.send();
      this.receive();
    };
    tick();
    this.#stopTicking = onEachTick(this.ticker, TICK_MS, tick);
    runPromptly();
  }

  /** Sends no more; answers are still taken. */
  stop(): void {
    this.#sends = false;
  }

  /** Takes the answers that have arrived. */
  receive(): void {
    for (const tag of this.#readiness.wait(0)) this.streams[tag]?.receive();
  }

  close(): void {
    this.#stopTicking?.();
    for (const stream of this.streams) stream.close();
    this.#readiness.close();
  }
}
