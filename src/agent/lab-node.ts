import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { LabError } from '../errors.js';
import type { Daemon, PlanNode } from '../plan/model.js';
import type { Programs } from '../protocol/messages.js';
import { nodeEnvironment } from '../protocol/node-environment.js';
import type { NodeFiles } from '../render/render.js';
import { readLines } from '../support/lines.js';
import type { NetNamespace } from './kernel.js';
import { NodeDaemons } from './node-daemons.js';
import { nodeInit, vtyshWrapper } from './node-init.js';
import { collect, type Ran } from './run-to-end.js';

/** A start-up command prepares a node; it is not the node's server. */
const START_COMMAND_DEADLINE_MS = 30_000;
/** Where the agent sees the nodes' folders, in the lab's own `/run`. */
const NODES_FOLDER = '/run/nearcast/nodes';

/**
 * One node of a running lab: a network namespace that lasts as long as the lab, and processes in a PID, mount and UTS
 * namespace of their own that a crash ends all at once.
 */
export class LabNode {
  #child: ChildProcess | undefined;
  #lines: AsyncGenerator<string> | undefined;
  #errors = '';
  #initPid = 0;
  /** Somebody else ended the node's first process, and so all its processes. */
  onDeath: (name: string) => void = () => undefined;
  readonly daemons: NodeDaemons;

  constructor(
    readonly plan: PlanNode,
    readonly namespace: NetNamespace,
    readonly programs: Programs,
    readonly files: NodeFiles,
  ) {
    this.daemons = new NodeDaemons(plan.routing?.daemons ?? [], join(this.folder, 'run/frr'));
  }

  get name(): string {
    return this.plan.name;
  }

  get folder(): string {
    return join(NODES_FOLDER, this.name);
  }

  /** Process 1 of the node, as the lab's own PID namespace numbers it; 0 while the node is down. */
  get initPid(): number {
    return this.#initPid;
  }

  get isRunning(): boolean {
    return this.#initPid !== 0;
  }

  /** Starts the node's processes: its daemons run, its interfaces are still as they were. */
  async start(): Promise<void> {
    const daemons = this.plan.routing?.daemons ?? [];
    this.#layFiles();
    const { daemonsDir, libraryPath = '' } = this.programs;
    const child = spawn(
      'nsenter',
      [
        '--net=/proc/self/fd/3',
        ...['unshare', '--mount', '--uts', '--pid', '--fork', '--kill-child', '--mount-proc'],
        ...['sh', '-c', nodeInit, 'nearcast-node', this.name, this.folder, daemonsDir, libraryPath, ...daemons],
      ],
      { cwd: '/', stdio: ['pipe', 'pipe', 'pipe', this.namespace.descriptor] },
    );
    this.#child = child;
    this.#errors = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-4000);
    });
    child.stdin?.on('error', () => undefined);
    child.on('error', (error) => {
      this.#errors += error.message;
    });
    if (child.stdout === null) throw new LabError('BUG', 'a node without standard output');
    this.#lines = readLines(child.stdout);
    await this.#expectLine('ready');
    this.#initPid = onlyChild(child.pid ?? 0);
    child.once('exit', () => {
      if (this.#child === child && this.#initPid !== 0) this.onDeath(this.name);
    });
    this.#refuseRejectedLines(daemons);
  }

  /** Brings the interfaces up, with all their addresses; the routing protocols do not see it yet. */
  async bringUp(): Promise<void> {
    this.#child?.stdin?.write('interfaces\n');
    await this.#expectLine('up');
  }

  /** Lets the routing protocols see the interfaces. */
  startRouting(): void {
    this.#child?.stdin?.end('routing\n');
  }

  /** As a power cut: every process gone and every carrier dropped, before any of them can say goodbye. */
  cutPower(): void {
    if (this.#initPid !== 0) process.kill(this.#initPid, 'SIGKILL');
    this.#initPid = 0;
    this.namespace.run((kernel) => {
      for (const item of this.plan.interfaces) kernel.setInterfaceUp(item.name, false);
    });
    this.daemons.hangUp();
  }

  /** What a power cut would have wiped: addresses and neighbours; the routes went with the carriers. The links stay. */
  async reset(): Promise<void> {
    const devices = ['lo', ...this.plan.interfaces.map((item) => item.name)];
    await this.configure([
      'link set lo down',
      ...devices.flatMap((device) => [`address flush dev ${device}`, `neighbour flush dev ${device}`]),
      ...(this.plan.kind === 'switch' ? ['link delete br0'] : []),
    ]);
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

  /** Runs `ip` commands in the node's network namespace, with or without its processes; goes on after one that fails. */
  async configure(lines: readonly string[]): Promise<Ran> {
    const child = spawn('nsenter', ['--net=/proc/self/fd/3', 'ip', '-force', '-batch', '-'], {
      cwd: '/',
      stdio: ['pipe', 'pipe', 'pipe', this.namespace.descriptor],
    });
    return collect(child, lines.map((line) => `${line}\n`).join(''));
  }

  /** Feeds the user's own FRR lines to the daemons through vtysh. Throws CONFIG_REJECTED naming the line. */
  async loadExtraLines(): Promise<void> {
    const { status, output } = await this.run(['vtysh', '-f', '/run/nearcast/extra.conf']);
    const refusal = output.split('\n').find((line) => line.includes('%') || /^line \d+:/.test(line));
    if (status !== 0 || refusal !== undefined) {
      throw new LabError('CONFIG_REJECTED', `FRR on ${this.name} refused the node's own lines: ${refusal?.trim() ?? output.trim()}`, {
        hint: `correct "frr:" of ${this.name} in the topology file`,
      });
    }
  }

  /** Until the kernel has ended every process of the node. */
  async ended(): Promise<void> {
    const child = this.#child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }

  /** Runs a program inside the node's namespaces to its end. */
  async run(argv: readonly string[]): Promise<Ran> {
    const child = spawn('nsenter', [...this.#enterArguments(), ...argv], { cwd: '/', env: nodeEnvironment(this.programs) });
    return collect(child, '');
  }

  /**
   * Runs a start-up command of the user: what it prints goes to the node's `exec.log`, so that a server it leaves running
   * may go on writing there. LabError START_COMMAND_FAILED where it fails, or has not ended at the deadline.
   */
  async runStartCommand(argv: readonly string[]): Promise<void> {
    const logFile = join(this.folder, 'run/nearcast/exec.log');
    const log = openSync(logFile, 'a');
    const child = spawn('nsenter', [...this.#enterArguments(), ...argv], {
      cwd: '/',
      env: nodeEnvironment(this.programs),
      stdio: ['ignore', log, log],
      timeout: START_COMMAND_DEADLINE_MS,
      killSignal: 'SIGKILL',
    });
    closeSync(log);
    const [status, signal] = (await once(child, 'exit')) as [number | null, string | null];
    if (status === 0) return;
    const how = status === null ? `was ended by ${signal ?? 'a signal'}` : `failed with status ${String(status)}`;
    const isLate = signal === 'SIGKILL' && this.isRunning;
    throw new LabError(
      'START_COMMAND_FAILED',
      isLate
        ? `start-up command of ${this.name} did not end within ${String(START_COMMAND_DEADLINE_MS / 1000)} s: ${argv.join(' ')}`
        : `start-up command of ${this.name} ${how}: ${argv.join(' ')}`,
      { hint: isLate ? 'start a server in the background: exec: ["my-server &"]' : readText(logFile).slice(-2000).trim() || 'it printed nothing' },
    );
  }

  #enterArguments(): readonly string[] {
    return ['--target', String(this.#initPid), '--mount', '--uts', '--net', '--pid', '--'];
  }

  /** Replaces one of the node's files. */
  writeFile(name: string, text: string): void {
    writeFileSync(join(this.folder, 'run/nearcast', name), text);
  }

  #layFiles(): void {
    for (const part of ['run/frr', 'run/lock', 'run/nearcast/bin', 'tmp']) {
      mkdirSync(join(this.folder, part), { recursive: true });
    }
    for (const [name, text] of Object.entries(this.files)) this.writeFile(name, text);
    const wrapper = vtyshWrapper(this.programs.vtysh, this.programs.libraryPath);
    writeFileSync(join(this.folder, 'run/nearcast/bin/vtysh'), wrapper, { mode: 0o755 });
  }

  async #expectLine(expected: string): Promise<void> {
    const next = await this.#lines?.next();
    if (next?.done === false && next.value === expected) return;
    const child = this.#child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) await once(child, 'close');
    throw new LabError('DEPLOY_FAILED', `node ${this.name} did not start: ${this.#errors.trim() || 'it ended at once'}`);
  }

  /** FRR starts happily with lines it did not understand; here that is a failed deployment. */
  #refuseRejectedLines(daemons: readonly Daemon[]): void {
    for (const daemon of daemons) {
      const log = readText(join(this.folder, `run/nearcast/${daemon}.log`));
      const refused = /on config line (\d+): ?(.*)$/m.exec(log);
      if (refused !== null) {
        throw new LabError('CONFIG_REJECTED', `${daemon} on ${this.name} refused line ${refused[1] ?? '?'} of its configuration: "${refused[2]?.trim() ?? ''}"`, {
          hint: 'this FRR may be too old or too new for the line: nearcast doctor shows its version',
        });
      }
    }
  }
}

function onlyChild(parent: number): number {
  const children = readText(`/proc/${String(parent)}/task/${String(parent)}/children`);
  const pid = Number(children.trim().split(' ')[0]);
  if (!Number.isInteger(pid) || pid < 2) throw new LabError('DEPLOY_FAILED', 'a node ended while it started');
  return pid;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

