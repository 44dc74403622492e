import type { Question } from '../../plan/model.js';
import type { LabNode } from '../node/lab-node.js';
import type { IdentifyCommand } from '../service/service-driver.js';
import type { NetNamespace } from '../system/kernel.js';
import { openConnection } from '../system/sockets.js';
import type { Probe, ProbeStream } from './probe-stream.js';

/** How many times the last duration a probe may wait before the next one is sent; within these bounds. */
const PATIENCE_TIMES = 4;
const LEAST_PATIENCE_MS = 500;
const MOST_PATIENCE_MS = 2000;

/**
 * Probes by a command of the file's, which the client runs and which prints the name of the instance. One runs at a
 * time. Its round trip is the whole time of the command.
 */
export class CommandStream implements ProbeStream {
  readonly probes: Probe[] = [];
  readonly descriptor = undefined;
  onMove: () => void = () => undefined;
  /** For commands that can choose theirs. */
  readonly sourcePort: number;
  #waiting: Probe | undefined;
  #patienceMs = MOST_PATIENCE_MS;
  /** How the command failed last; undefined once it has succeeded. */
  #failure: string | undefined;

  constructor(
    readonly question: Question,
    readonly client: LabNode,
    readonly command: IdentifyCommand,
    readonly intervalMs: number,
  ) {
    const first = openConnection(this.namespace, question.family, 0);
    this.sourcePort = first.localPort ?? 0;
    first.destroy();
  }

  get namespace(): NetNamespace {
    return this.client.namespace;
  }

  send(): Probe {
    const last = this.probes.at(-1);
    if (last !== undefined && (this.#waiting === last || performance.now() - last.sentAtMs < this.intervalMs))
      return last;
    const probe: Probe = { sentAtMs: performance.now(), instance: null, rttMs: NaN, fate: 'silent', duplicates: 0 };
    this.probes.push(probe);
    this.#waiting = probe;
    void this.#ask(probe);
    return probe;
  }

  receive(): void {
    // What a command prints is taken when it ends.
  }

  note(): void {
    // ICMP errors are the command's to handle.
  }

  close(): void {
    // A command that still runs ends by itself, or when its time is over.
  }

  async #ask(probe: Probe): Promise<void> {
    const argv = this.command(this.question.address, this.sourcePort);
    // Where the machine has no process left for it, it has no answer either.
    const instance = await this.client
      .firstLineOf(argv, this.#patienceMs, (how) => {
        this.#keepFailure(how);
      })
      .catch(() => undefined);
    if (this.#waiting === probe) this.#waiting = undefined;
    if (instance === undefined || this.namespace.isFrozen) return;
    this.#failure = undefined;
    probe.instance = instance;
    probe.rttMs = performance.now() - probe.sentAtMs;
    probe.fate = 'answered';
    this.#patienceMs = Math.min(MOST_PATIENCE_MS, Math.max(LEAST_PATIENCE_MS, PATIENCE_TIMES * probe.rttMs));
  }

  /** For `logs` of the client: the first of several failures that are alike. */
  #keepFailure(how: string): void {
    if (this.#failure === how || this.namespace.isFrozen) return;
    this.#failure = how;
    this.client.log.append(this.question.service, `identify at ${this.question.address} ${how}\n`);
  }
}
