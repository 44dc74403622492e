import type { Socket } from 'node:net';
import type { Question } from '../../plan/model.js';
import { readWhoami, whoamiRequest } from '../../codec/whoami.js';
import type { Fate } from '../../protocol/timeline.js';
import { errnoOf, type NetNamespace } from '../system/kernel.js';
import { openConnection } from '../system/sockets.js';
import { NO_ROUTE } from './flow.js';
import type { Probe, ProbeStream } from './probe-stream.js';

/**
 * After this many round trips without an answer the next probe is sent; within these bounds. It is the time in which the
 * agent was awake: an answer that it had no time to take is not lost. After the longest, awake or not, the kernel would
 * have asked again for a connection (RFC 6298), which would hide that the first question was lost.
 */
const PATIENCE_ROUND_TRIPS = 4;
const LEAST_PATIENCE_MS = 50;
const MOST_PATIENCE_MS = 1000;
/**
 * Where the network has connected in time, the kernel asks for no connection again. The instance alone is late, and where
 * it is so again and again, each probe is waited for longer: for this share of the time since the last answer. The
 * agent may sleep for so long that it looks for the answer only after the longest patience.
 */
const SHARE_OF_SILENCE = 1 / 8;
const MOST_CONNECTED_MS = 3000;

/** What time it is, and for how long the agent has been awake until now. */
export interface ProbeClock {
  readonly nowMs: () => number;
  readonly awakeMs: () => number;
}

const alwaysAwake: ProbeClock = { nowMs: () => performance.now(), awakeMs: () => performance.now() };

/**
 * Probes over HTTP: each is a connection of its own that asks `GET /whoami`, all from one source port, so that routers
 * hash them as one flow. A port has one connection at a time: while a probe waits for its answer no other is sent, and
 * the gaps between two probes bound the resolution. Connections are reset, which leaves no port in TIME_WAIT. An answer
 * later than the patience of its probe does not count, but says how patient to be with the next one.
 */
export class HttpStream implements ProbeStream {
  readonly probes: Probe[] = [];
  readonly descriptor = undefined;
  onMove: () => void = () => undefined;
  readonly sourcePort: number;
  #connection: Socket | undefined;
  #patienceMs = MOST_PATIENCE_MS;
  /** Of the last probe, on the clock that counts when the agent is awake. */
  #sentAwakeMs = 0;
  #isConnected = false;
  #answeredAtMs = Infinity;

  constructor(
    readonly question: Question,
    readonly namespace: NetNamespace,
    readonly port: number,
    readonly intervalMs: number,
    readonly clock: ProbeClock = alwaysAwake,
  ) {
    const first = openConnection(namespace, question.family, 0);
    this.sourcePort = first.localPort ?? 0;
    first.destroy();
  }

  send(): Probe {
    const last = this.probes.at(-1);
    const sinceMs = last === undefined ? Infinity : this.clock.nowMs() - last.sentAtMs;
    if (last !== undefined && (this.#isWaiting(sinceMs) || sinceMs < this.intervalMs)) return last;
    this.#end();
    const probe: Probe = { sentAtMs: this.clock.nowMs(), instance: null, rttMs: NaN, fate: 'silent', duplicates: 0 };
    this.probes.push(probe);
    this.#sentAwakeMs = this.clock.awakeMs();
    if (!this.namespace.isFrozen) this.#ask(probe);
    return probe;
  }

  receive(): void {
    // Answers are taken as they come.
  }

  note(): void {
    // What ICMP says of a connection is the error that the connection has.
  }

  close(): void {
    this.#end();
  }

  #isWaiting(sinceMs: number): boolean {
    if (this.#connection === undefined) return false;
    if (!this.#isConnected) return sinceMs < MOST_PATIENCE_MS && this.#waitedAwakeMs < this.#patienceMs;
    const silenceMs = this.clock.nowMs() - this.#answeredAtMs;
    const patienceMs = Math.max(this.#patienceMs, Math.min(MOST_PATIENCE_MS, silenceMs * SHARE_OF_SILENCE));
    return sinceMs < MOST_CONNECTED_MS && this.#waitedAwakeMs < patienceMs;
  }

  get #waitedAwakeMs(): number {
    return this.clock.awakeMs() - this.#sentAwakeMs;
  }

  #ask(probe: Probe): void {
    let connection: Socket;
    try {
      connection = openConnection(this.namespace, this.question.family, this.sourcePort);
    } catch {
      // The port is another connection's for this moment: the probe is lost.
      return;
    }
    this.#connection = connection;
    this.#isConnected = false;
    let received = '';
    connection.setEncoding('latin1');
    connection.on('connect', () => {
      this.#isConnected = this.clock.nowMs() - probe.sentAtMs < MOST_PATIENCE_MS;
    });
    connection.on('error', (error) => {
      if (probe.fate === 'silent') probe.fate = fateOf(error);
      this.#end(connection);
    });
    connection.on('data', (text: string) => {
      if (this.namespace.isFrozen) return;
      received += text;
      const instance = readWhoami(received);
      if (instance === undefined) return;
      const waitedMs = this.#waitedAwakeMs;
      if (waitedMs < this.#patienceMs) {
        this.#answeredAtMs = this.clock.nowMs();
        probe.instance = instance;
        probe.rttMs = this.#answeredAtMs - probe.sentAtMs;
        probe.fate = 'answered';
      }
      const patienceMs = PATIENCE_ROUND_TRIPS * waitedMs;
      this.#patienceMs = Math.min(MOST_PATIENCE_MS, Math.max(LEAST_PATIENCE_MS, patienceMs));
      this.#end(connection);
    });
    connection.on('end', () => {
      if (probe.fate === 'silent') probe.fate = 'refused';
      this.#end(connection);
    });
    connection.connect({ host: this.question.address, port: this.port });
    connection.write(whoamiRequest(this.question.service, 'close'));
  }

  /** One that never connected has nothing to reset. */
  #end(connection = this.#connection): void {
    if (connection === undefined) return;
    if (this.#connection === connection) this.#connection = undefined;
    connection.removeAllListeners();
    connection.on('error', () => undefined);
    if (connection.connecting) connection.destroy();
    else connection.resetAndDestroy();
  }
}

function fateOf(error: Error): Fate {
  const code = errnoOf(error);
  if (NO_ROUTE.has(code)) return 'unreachable';
  return code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'EPIPE' ? 'refused' : 'silent';
}
