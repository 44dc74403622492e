import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { LabError } from '../../errors.js';
import type { Daemon, PlanNode } from '../../plan/model.js';
import { dispensableLines, type NodeFiles } from '../../render/render.js';
import { pollUntil } from '../../support/poll.js';
import { readText } from '../../support/read-text.js';
import { deployFailureOf, type NetNamespace } from '../system/kernel.js';
import { LackedDaemon, startDetached } from '../../init/daemon-words.js';
import { addressesInForce } from '../system/addresses-in-force.js';
import { NodeDaemons } from './node-daemons.js';
import { NodeLog } from './node-log.js';
import type { NodeProcesses } from './node-processes.js';
import type { EndedByItself, NodeProgram } from './node-program.js';
import { runEntered } from './run-entered.js';
import { processesOf, processOf } from '../system/node-process-list.js';
import { collect, ipBatch, spawnIn, type Ran } from '../system/run-to-end.js';
import { signalTo } from '../system/signal-node.js';

const START_DEADLINE_MS = 30_000;
const DAEMON_DEADLINE_MS = 5000;
const MOST_OF_A_LINE = 255;
const MOST_OF_A_COMPLAINT = 2000;

/**
 * One node of a running lab: a network namespace with its links, which a crash does not take, and processes, which it
 * ends all at once.
 */
export class LabNode {
  readonly daemons: NodeDaemons;
  /** What its programs printed. */
  readonly log = new NodeLog();
  /** Programs that run in it for long. */
  readonly programs = new Set<NodeProgram>();
  /** Those that ended by themselves, by name. */
  readonly endedPrograms = new Map<string, EndedByItself>();
  /** One of them ended by itself. */
  onProgramEnd: (source: string, ended: EndedByItself) => void = () => undefined;
  /** Called if the node's first process, and so all its processes, ended by another cause than the agent. */
  onDeath: (name: string) => void = () => undefined;
  /** Called at every look: whether the node was paused from outside. */
  onPauseSeen: (name: string, isPaused: boolean) => void = () => undefined;

  constructor(
    readonly plan: PlanNode,
    readonly namespace: NetNamespace,
    readonly processes: NodeProcesses,
    readonly files: NodeFiles,
  ) {
    this.daemons = new NodeDaemons(
      plan.routing?.daemons ?? [],
      () => join(processes.runFolder, 'frr'),
      () => namespace.isFrozen,
    );
    processes.onDeath = () => {
      this.onDeath(this.name);
    };
    processes.onPauseSeen = (isPaused) => {
      this.onPauseSeen(this.name, isPaused);
    };
  }

  get name(): string {
    return this.plan.name;
  }

  /** Process 1 of the node, as the lab's own PID namespace numbers it; 0 while the node is down. */
  get initPid(): number {
    return this.processes.initPid;
  }

  get isRunning(): boolean {
    return this.initPid !== 0;
  }

  /** Whether its daemons can be asked: they run, and are not frozen. */
  get isResponsive(): boolean {
    return this.isRunning && !this.namespace.isFrozen;
  }

  /** Starts the node's processes: its daemons run, its interfaces are still as they were. */
  async start(): Promise<void> {
    try {
      await this.processes.start(this.files);
    } catch (error) {
      throw this.#lackedDaemon(error) ?? deployFailureOf(error);
    }
    this.#refuseRejectedLines();
  }

  /** Waits until its processes run, where it is being started; whether they do. */
  async untilRunning(): Promise<boolean> {
    const polled = await pollUntil(
      () => this.isRunning,
      (running) => running,
      { everyMs: 5, deadlineMs: START_DEADLINE_MS },
    );
    return polled.held;
  }

  /** Brings the interfaces up, with all their addresses; the routing protocols do not see it yet. */
  async bringUp(batch = this.files['addresses.batch'] ?? ''): Promise<void> {
    await this.processes.bringUp(batch);
    if (this.plan.routing !== undefined) await addressesInForce(this.initPid);
  }

  /** Lets the routing protocols see the interfaces. */
  startRouting(): void {
    this.processes.startRouting();
  }

  /** As a power cut: every process gone and every carrier dropped, before any of them can say goodbye. */
  cutPower(): void {
    this.processes.kill();
    for (const program of this.programs) program.kill();
    this.endedPrograms.clear();
    this.namespace.run((kernel) => {
      for (const item of this.plan.interfaces) kernel.setInterfaceUp(item.name, false);
    });
    this.daemons.hangUp();
  }

  /** Ends one daemon, as a crash of it would. Throws FAULT_INEFFECTIVE where it does not end. */
  async killDaemon(daemon: Daemon): Promise<void> {
    const victims = processesOf(this.initPid).filter(({ name }) => name === daemon);
    for (const { pid } of victims) signalTo(pid, 'SIGKILL');
    const { held } = await pollUntil(
      async () =>
        victims.every(({ pid }) => processOf(pid) === undefined) && (await this.daemons.ended()).includes(daemon),
      (ended) => ended,
      { everyMs: 5, deadlineMs: DAEMON_DEADLINE_MS },
    );
    if (!held)
      throw new LabError('FAULT_INEFFECTIVE', `${daemon} on ${this.name} has not ended`, {
        hint: 'check whether a program in the node works against it',
      });
  }

  /** Starts one daemon again, with the configuration that it had at first. Throws DEPLOY_FAILED. */
  async startDaemon(daemon: Daemon): Promise<void> {
    const words = this.processes.daemonCommand(daemon);
    const { status, output } = await this.run(['sh', '-c', startDetached, daemon, ...words]);
    if (status !== 0)
      throw new LabError('DEPLOY_FAILED', `${daemon} on ${this.name} did not restart: ${output.trim()}`);
  }

  /** Until the kernel has ended every process of the node. */
  async ended(): Promise<void> {
    await this.processes.ended();
  }

  /** What a power cut would have wiped: addresses and neighbours; the routes went with the carriers. The links stay. */
  async reset(): Promise<void> {
    await this.processes.reset();
    this.raiseLoopback();
  }

  /** A service listens, and is checked, over loopback, before any other interface is up. */
  raiseLoopback(): void {
    this.namespace.run((kernel) => {
      kernel.setInterfaceUp('lo', true);
    });
  }

  hasCarrier(device: string): boolean {
    return this.namespace.run((kernel) => kernel.hasCarrier(device));
  }

  /**
   * Runs `ip` commands in the node's network namespace, with or without its processes; goes on after one that fails.
   */
  async configure(lines: readonly string[]): Promise<Ran> {
    return ipBatch(this.namespace, lines, this.processes.toolEnvironment);
  }

  /** Runs a program of the agent's own in the node's network namespace, with or without processes in it. */
  async runOutside(argv: readonly string[]): Promise<Ran> {
    const child = spawnIn(this.namespace, argv, {
      cwd: '/',
      env: this.processes.toolEnvironment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return collect(child, '');
  }

  /** Runs a program inside the node's namespaces to its end. */
  async run(argv: readonly string[]): Promise<Ran> {
    const { environment } = this.processes;
    const child = spawn('nsenter', [...this.enterArguments, ...argv], { cwd: '/', env: environment });
    return collect(child, '');
  }

  /** Whether a command in the node ends with status 0 in time; one that does not is ended. */
  async succeeds(argv: readonly string[], timeoutMs: number): Promise<boolean> {
    if (!this.isResponsive) return false;
    const { status, isLate } = await runEntered(this, argv, { stdio: 'ignore', timeoutMs });
    return status === 0 && !isLate;
  }

  /**
   * The first line that a command in the node prints; undefined where it fails, prints nothing or is late. Then
   * `onFailure` gets how it ended, and what it printed on standard error.
   */
  async firstLineOf(
    argv: readonly string[],
    timeoutMs: number,
    onFailure?: (how: string) => void,
  ): Promise<string | undefined> {
    if (!this.isResponsive) return undefined;
    let [printed, complaint] = ['', ''];
    const { status, signal, isLate } = await runEntered(this, argv, {
      stdio: ['ignore', 'pipe', onFailure === undefined ? 'ignore' : 'pipe'],
      timeoutMs,
      onPrinted: (text) => {
        if (printed.length < MOST_OF_A_LINE) printed += text;
      },
      onComplained: (text) => {
        if (complaint.length < MOST_OF_A_COMPLAINT) complaint += text;
      },
    });
    const line = (printed.trim().split('\n')[0] ?? '').trim();
    if (status === 0 && !isLate && line !== '') return line.slice(0, MOST_OF_A_LINE);
    const how = isLate ? 'took too long' : `ended with ${signal ?? `status ${String(status)}`}`;
    const said = complaint.trim().slice(0, MOST_OF_A_COMPLAINT);
    onFailure?.(`${how}${said === '' ? '' : `: ${said}`}`);
    return undefined;
  }

  /** The words for nsenter(1) before a command that runs in the node's namespaces. */
  get enterArguments(): readonly string[] {
    return ['--target', String(this.initPid), ...this.processes.namespaces.map((name) => `--${name}`), '--'];
  }

  /** Where the node did not start for want of a daemon that only lines of the file need: those are to blame. */
  #lackedDaemon(error: unknown): LabError | undefined {
    const cause = error instanceof LabError ? error.cause : undefined;
    if (!(cause instanceof LackedDaemon)) return undefined;
    const lacked = this.plan.routing?.lineDaemons?.find(({ daemon }) => daemon === cause.daemon);
    if (lacked === undefined) return undefined;
    return new LabError('CONFIG_REJECTED', `${cause.message}, which the line "${lacked.line}" of ${this.name} needs`, {
      cause: error,
      hint: `correct "frr:" of ${this.name} in the topology file, or install an FRRouting that has ${lacked.daemon}`,
    });
  }

  /** FRR starts happily with lines it did not understand; here that is a failed deployment. */
  #refuseRejectedLines(): void {
    for (const daemon of this.plan.routing?.daemons ?? []) {
      const log = readText(join(this.processes.runFolder, 'nearcast', `${daemon}.log`));
      const refused = [...log.matchAll(/on config line (\d+): ?(.*)$/gm)].find(
        ([, , line = '']) => !dispensableLines.has(line.trim()),
      );
      if (refused !== undefined) {
        throw new LabError(
          'CONFIG_REJECTED',
          `${daemon} on ${this.name} refused line ${refused[1] ?? '?'} of its configuration: "${refused[2]?.trim() ?? ''}"`,
          {
            hint: 'this FRR may be too old or too new for the line: nearcast doctor shows its version',
          },
        );
      }
    }
  }
}
