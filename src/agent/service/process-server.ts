import { LabError } from '../../errors.js';
import { pollUntil } from '../../support/poll.js';
import type { LabNode } from '../node/lab-node.js';
import { NodeProgram } from '../node/node-program.js';
import { socketsAt, type Place } from '../system/bound-sockets.js';
import type { InstancePlace, InstanceServer, NameServer } from './service-driver.js';

const LISTEN_DEADLINE_MS = 30_000;
const STOP_GRACE_MS = 500;

/** What serves one instance: a program, where it listens, and how it is checked. */
export interface ServerProgram {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly port: number;
  readonly transport: 'udp' | 'tcp';
  readonly check: ServerCheck;
  /** A program of nearcast's own, whatever files the node has. */
  readonly isOwn?: boolean | undefined;
  /** Prepares its host before it starts; a failure is one of the server. */
  readonly prepare?: (() => Promise<void>) | undefined;
  readonly nameServer?: NameServer | undefined;
}

/** Asks one server over its host's loopback. */
export interface ServerCheck {
  answers(timeoutMs: number): Promise<boolean>;
  /** The name that the server gave last, where it gives one. */
  readonly says?: string | undefined;
  /** The server starts: what was opened for an older one is of no use. */
  close(): void;
}

/**
 * The server of an instance that is a real process of its host, and may be several. A stop asks it to end, and kills it
 * when it has not; a hang stops all its processes, so that the kernel goes on to take connections for it.
 */
export class ProcessServer implements InstanceServer {
  readonly #host: LabNode;
  readonly #service: string;
  readonly #program: NodeProgram;
  readonly #places: readonly Place[];
  #isHung = false;
  #isFrozen = false;

  constructor(
    { service, host, localAddress }: InstancePlace,
    readonly words: ServerProgram,
  ) {
    const { argv, environment, port, isOwn } = words;
    this.#host = host;
    this.#service = service.name;
    this.#program = new NodeProgram(host, { source: service.name, argv, environment, isOwn });
    this.#places = [...service.addresses, localAddress].map((address) => ({ address, port }));
  }

  get isServing(): boolean {
    return this.#program.isRunning && !this.#isHung && !this.#isFrozen;
  }

  get nameServer(): NameServer | undefined {
    return this.words.nameServer;
  }

  get says(): string | undefined {
    return this.words.check.says;
  }

  get ended(): string | undefined {
    return this.#program.ended;
  }

  async start(): Promise<void> {
    this.#isHung = false;
    if (this.#program.isRunning) {
      if (!this.#isFrozen) this.#program.resume();
      return;
    }
    this.words.check.close();
    if (!(await this.#host.untilRunning())) throw this.#failure('its host is down');
    await this.words.prepare?.();
    this.#isFrozen = false;
    this.#program.start();
    const listens = await pollUntil(
      () => !this.#program.isRunning || this.#listens(),
      (settled) => settled,
      { everyMs: 5, deadlineMs: LISTEN_DEADLINE_MS },
    );
    const { ended } = this;
    await this.#program.toldEnd();
    if (ended !== undefined) throw this.#failure(`it ended with ${ended}`);
    if (!listens.held) throw this.#failure(`no process listens at ${this.#transportAndPort()}`);
  }

  async stop(): Promise<void> {
    this.#isHung = false;
    await this.#program.end(STOP_GRACE_MS);
  }

  async hang(): Promise<void> {
    this.#isHung = true;
    await this.#program.halt();
  }

  freeze(): void {
    this.#isFrozen = true;
    // In a container that its engine has paused, they go on: they are in the agent's control group.
    void this.#program.halt();
  }

  async thaw(serves: boolean): Promise<void> {
    this.#isFrozen = false;
    if (serves) await this.start();
    else if (this.#isHung) await this.#program.halt();
    else this.#program.resume();
  }

  losePower(): void {
    this.#isHung = false;
    this.#isFrozen = false;
    this.#program.kill();
  }

  async check(timeoutMs: number): Promise<boolean> {
    return this.#program.isRunning && this.words.check.answers(timeoutMs);
  }

  missingOfStop(): Promise<readonly string[]> {
    const { udp, tcp } = socketsAt(this.#host.namespace, this.#places);
    return Promise.resolve([
      ...this.#program.processes().map(({ name, pid }) => `${name} (${String(pid)}) runs still`),
      ...[...udp, ...tcp].map(
        ({ address, port }) => `another process already listens at ${address} port ${String(port)}`,
      ),
    ]);
  }

  missingOfHang(): Promise<readonly string[]> {
    const moving = this.#program.processes().filter(({ state }) => !/[Tt]/.test(state));
    return Promise.resolve([
      ...(this.#program.isRunning ? [] : [`the server of ${this.#service} is not running`]),
      ...moving.map(({ name, pid }) => `${name} (${String(pid)}) goes on`),
      ...(this.#listens() ? [] : [`no process listens at ${this.#transportAndPort()}`]),
    ]);
  }

  /** At one of its own addresses, or at all addresses of its host. */
  #listens(): boolean {
    const { port, transport } = this.words;
    const anywhere = ['0.0.0.0', '::'].map((address) => ({ address, port }));
    return socketsAt(this.#host.namespace, [...this.#places, ...anywhere])[transport].length > 0;
  }

  #transportAndPort(): string {
    return `${this.words.transport} port ${String(this.words.port)}`;
  }

  #failure(why: string): LabError {
    const { log, name } = this.#host;
    const said = log.lastOf(this.#service, 2000);
    return new LabError(
      'DEPLOY_FAILED',
      `the server of ${this.#service} on ${name} did not start: ${why}: ${this.words.argv.join(' ')}`,
      { hint: said || 'it printed nothing' },
    );
  }
}
