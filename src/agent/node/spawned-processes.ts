import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { LabError, limitInWords, limitReached, toLabError } from '../../errors.js';
import type { Daemon, PlanNode } from '../../plan/model.js';
import { hostNameOf } from '../../init/host-name.js';
import type { FrrPrograms, Programs } from '../../protocol/messages.js';
import { MGMTD, restartWords, startFailure } from '../../init/daemon-words.js';
import { nodeEnvironment, toolEnvironment } from '../../protocol/node-environment.js';
import type { NodeFiles } from '../../render/render.js';
import { readLines } from '../../support/lines.js';
import { readText } from '../../support/read-text.js';
import { confinedRootOf, MACHINE_ROOT, machineRoot } from '../system/confined-root.js';
import type { NetNamespace } from '../system/kernel.js';
import { nodeInit, vtyshWrapper } from '../../init/node-init.js';
import type { NodeNamespaces } from '../system/node-namespaces.js';
import type { NodeProcesses, ServerProgramName } from './node-processes.js';
import { ipBatch } from '../system/run-to-end.js';
import { signalTo } from '../system/signal-node.js';

/** Where the agent sees the nodes' folders, in the lab's own `/run`. */
const NODES_FOLDER = '/run/nearcast/nodes';
/**
 * Before a program of FRR that the lab runs in a node: it has the root folder of the daemons, where the node's first
 * process stands.
 */
const CONFINED = ['chroot', '/proc/1/cwd'] as const;
/** The same before a server of the machine's own release, where the daemons of FRR have a libc of their own. */
const BESIDE_OWN_SYSTEM = ['chroot', `/proc/1/cwd/../${MACHINE_ROOT}`] as const;

/** What a daemon of FRR prints by the hundred lines when it is aborted: they would push out why. */
const MEMORY_STATISTICS = /^.*core_handler: memstats: .*\n/gm;

/** Processes in a PID, mount and UTS namespace that the agent makes: its grandchildren. */
export class SpawnedProcesses implements NodeProcesses {
  #child: ChildProcess | undefined;
  #lines: AsyncGenerator<string> | undefined;
  #errors = '';
  #initPid = 0;
  /** Its daemons, as the agent numbers them, while they wait for all links. */
  #waiting: readonly number[] = [];
  readonly namespaces = ['mount', 'uts', 'net', 'pid'];
  onDeath: () => void = () => undefined;
  onPauseSeen: (isPaused: boolean) => void = () => undefined;

  constructor(
    readonly plan: PlanNode,
    readonly namespace: NetNamespace,
    readonly ownNamespaces: NodeNamespaces,
    readonly programs: Programs,
  ) {}

  get initPid(): number {
    return this.#initPid;
  }

  get runFolder(): string {
    return join(this.#folder, 'run');
  }

  get logFolder(): string {
    return join(this.runFolder, 'nearcast');
  }

  get environment(): Readonly<Record<string, string>> {
    return nodeEnvironment(this.programs);
  }

  get toolEnvironment(): Readonly<Record<string, string>> {
    return toolEnvironment(this.programs);
  }

  /** The FRRouting of this node. */
  get #frr(): FrrPrograms {
    return this.programs.frrOf?.[String(this.plan.routing?.frrVersion)] ?? this.programs;
  }

  get #hasDaemons(): boolean {
    return this.plan.routing !== undefined && this.plan.routing.daemons.length > 0;
  }

  /** The root folder of its daemons, else of the servers that may run here; empty where neither does. */
  get #root(): string {
    if (this.#hasDaemons) return confinedRootOf(this.programs, this.#frr);
    return this.programs.serverPrograms === undefined ? '' : machineRoot;
  }

  /** What of its own lies over what of the lab's or the machine's: last of all over where its own is. */
  get #mounts(): readonly (readonly [source: string, target: string])[] {
    const run = join(this.#folder, 'run');
    // Servers of the machine's own release have its root folder.
    const roots = this.#root === '' ? [] : [...new Set([this.#root, machineRoot])];
    return [
      ...roots.map((root) => [join(run, 'nearcast'), join(root, 'run/nearcast')] as const),
      [join(this.#folder, 'tmp'), '/var/tmp'],
      [run, '/run'],
    ];
  }

  /** How a file of its FRRouting is called in the root folder of the daemons. */
  #inRoot(path: string): string {
    return path.slice(this.#frr.ownSystem?.root.length ?? 0);
  }

  get #folder(): string {
    return join(NODES_FOLDER, this.plan.name);
  }

  async start(files: NodeFiles): Promise<void> {
    const daemons = this.plan.routing?.daemons ?? [];
    this.#layFiles(files);
    const { libraryPath = '' } = this.programs;
    const daemonsDir = this.#inRoot(this.#frr.daemonsDir);
    const hostName = hostNameOf(this.plan.name);
    const words = ['nearcast-node', hostName, daemonsDir, libraryPath, ...daemons];
    const place = { namespace: this.namespace, hostName, mounts: this.#mounts, folder: this.#root || '/' };
    // Only a process in a PID namespace can mount its /proc. An ordinary user's PATH may lack the folders of chroot and ip.
    const child = this.ownNamespaces.around(place, () =>
      spawn('unshare', ['--mount-proc', 'sh', '-c', nodeInit, ...words], {
        env: { ...process.env, PATH: this.toolEnvironment['PATH'] },
      }),
    );
    const { pid } = child;
    // Where no more files may be open it has no streams either.
    if (pid === undefined) {
      const [cause] = (await once(child, 'error')) as [Error];
      const message = `node ${this.plan.name} did not start: ${cause.message}`;
      throw toLabError(new LabError('DEPLOY_FAILED', message, { cause }));
    }
    this.#child = child;
    this.#errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).replaceAll(MEMORY_STATISTICS, '').slice(-4000);
    });
    child.stdin.on('error', () => undefined);
    this.#lines = readLines(child.stdout);
    await this.#expectLine('ready');
    this.#initPid = pid;
    child.once('exit', () => {
      if (this.#child === child && this.#initPid !== 0) this.onDeath();
    });
  }

  daemonCommand(daemon: Daemon): readonly string[] {
    const { daemonsDir } = this.#frr;
    const program = this.#inRoot(join(daemonsDir, daemon));
    const hasMgmtd = existsSync(join(daemonsDir, MGMTD));
    return [...CONFINED, program, '-u', 'root', '-g', 'root', ...restartWords(daemon, { hasMgmtd })];
  }

  serverCommand(program: ServerProgramName): readonly string[] {
    const isBeside = this.#hasDaemons && this.#frr.ownSystem !== undefined;
    const where = isBeside ? BESIDE_OWN_SYSTEM : CONFINED;
    return [...where, this.programs.serverPrograms?.find((path) => basename(path) === program) ?? program];
  }

  vtyshCommand(words: readonly string[]): readonly string[] {
    return [...CONFINED, this.#inRoot(this.#frr.vtysh), '--config_dir', '/run/nearcast', ...words];
  }

  async bringUp(batch: string): Promise<void> {
    writeFileSync(join(this.runFolder, 'addresses.batch'), batch);
    this.#child?.stdin?.write('interfaces\n');
    await this.#expectLine('up');
    this.#waiting = childrenOf(this.#initPid);
  }

  startRouting(): void {
    // A large lab has a thousand daemons: those that run leave no time for others, the shells of nodes among them (0134).
    for (const pid of this.#waiting) signalTo(pid, 'SIGCONT');
    this.#waiting = [];
    const child = this.#child;
    setImmediate(() => {
      child?.stdin?.end('routing\n');
    });
  }

  kill(): void {
    // A process that was ended from outside has no number any more.
    const hasEnded = this.#child === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null;
    if (this.#initPid !== 0 && !hasEnded) signalTo(this.#initPid, 'SIGKILL');
    this.#initPid = 0;
  }

  async ended(): Promise<void> {
    const child = this.#child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }

  async reset(): Promise<void> {
    const devices = ['lo', ...this.plan.interfaces.map((item) => item.name)];
    const lines = [
      'link set lo down',
      ...devices.flatMap((device) => [`address flush dev ${device}`, `neighbour flush dev ${device}`]),
      ...(this.plan.kind === 'switch' ? ['link delete br0'] : []),
    ];
    await ipBatch(this.namespace, lines, this.toolEnvironment);
  }

  #layFiles(files: NodeFiles): void {
    for (const part of ['run/nearcast/frr', 'run/nearcast/tmp', 'run/lock', 'run/programs', 'tmp']) {
      mkdirSync(join(this.#folder, part), { recursive: true });
    }
    const sockets = join(this.#folder, 'run/frr');
    if (!existsSync(sockets)) symlinkSync('nearcast/frr', sockets);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.#folder, 'run/nearcast', name), text);
    const wrapper = vtyshWrapper(this.#frr, this.programs.libraryPath);
    writeFileSync(join(this.#folder, 'run/programs/vtysh'), wrapper, { mode: 0o755 });
  }

  async #expectLine(expected: string): Promise<void> {
    const next = await this.#lines?.next();
    if (next?.done === false && next.value === expected) return;
    const child = this.#child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) await once(child, 'close');
    const words = this.#errors.trim();
    const limit = limitInWords(words);
    if (limit !== undefined) throw limitReached(limit, `node ${this.plan.name} did not start`, new Error(words));
    throw startFailure(this.plan.name, words || 'it ended at once');
  }
}

/** None where it has ended. */
function childrenOf(pid: number): readonly number[] {
  return Array.from(readText(`/proc/${String(pid)}/task/${String(pid)}/children`).matchAll(/\d+/g), Number);
}
