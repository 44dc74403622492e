import { closeSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../errors.js';
import type { Daemon, PlanNode } from '../../plan/model.js';
import { runsContainerInit, startOneDaemon } from '../../init/container-init.js';
import { daemonWords, startFailure } from '../../init/daemon-words.js';
import { toolEnvironment } from '../../protocol/node-environment.js';
import type { NodeFiles } from '../../render/render.js';
import { pollUntil } from '../../support/poll.js';
import type { NetNamespace } from '../system/kernel.js';
import { firstProcessOf, isThere, nameIn } from './container-pids.js';
import type { ContainerWatch } from './container-watch.js';
import { InitDialogue } from './init-dialogue.js';
import type { EngineRestart, NodeProcesses, ServerProgramName } from './node-processes.js';
import { ipBatch } from '../system/run-to-end.js';
import { signalTo } from '../system/signal-node.js';
import { setSysctls } from '../system/sysctls.js';

const ANSWER_DEADLINE_MS = 30_000;
/** What `docker exec` gives a program where its image says nothing else. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Processes of a container that an engine started. The agent has them by their numbers only: it sees the container's
 * files below `/proc/<pid>/root`, and watches its first process.
 */
export class ContainerProcesses implements NodeProcesses, EngineRestart {
  #initPid = 0;
  #nextPid: number;
  #endingPid = 0;
  /** What the engine calls the container. */
  #name = '';
  #dialogue: InitDialogue | undefined;
  #endWatch: () => void = () => undefined;
  readonly engineRestart = this;
  readonly namespaces = ['mount', 'uts', 'ipc', 'net', 'pid'];
  onDeath: () => void = () => undefined;
  onPauseSeen: (isPaused: boolean) => void = () => undefined;

  constructor(
    readonly plan: PlanNode,
    readonly namespace: NetNamespace,
    pid: number,
    readonly hostsFile: string,
    readonly watch: ContainerWatch,
  ) {
    this.#nextPid = pid;
  }

  adopt(pid: number): boolean {
    this.#nextPid = pid;
    return isThere(pid);
  }

  async findRestarted(): Promise<void> {
    if (isThere(this.#nextPid) && this.#nextPid !== this.#endingPid) return;
    const { held, last } = await pollUntil(
      () => firstProcessOf(this.#name, this.#endingPid),
      (pid) => pid !== undefined,
      { everyMs: 20, deadlineMs: ANSWER_DEADLINE_MS },
    );
    if (!held || last === undefined) throw this.#failure('the engine has not started its container again');
    this.#nextPid = last;
  }

  get initPid(): number {
    return this.#initPid;
  }

  get runFolder(): string {
    return join(this.#root, 'run');
  }

  /** An image that the user chose may have no folder for us. */
  get logFolder(): string {
    return runsContainerInit(this.plan) ? join(this.runFolder, 'nearcast') : join(this.#root, 'tmp');
  }

  get environment(): Readonly<Record<string, string>> {
    return { PATH, HOME: '/root', TERM: 'dumb' };
  }

  get toolEnvironment(): Readonly<Record<string, string>> {
    return toolEnvironment(undefined);
  }

  get #root(): string {
    return `/proc/${String(this.#initPid)}/root`;
  }

  async start(files: NodeFiles): Promise<void> {
    const pid = (this.#initPid = this.#nextPid);
    if (!isThere(pid)) throw this.#failure('its container has ended');
    this.#name = nameIn(pid) ?? '';
    if (runsContainerInit(this.plan)) {
      this.#dialogue = await InitDialogue.open(join(this.runFolder, 'nearcast'), () => isThere(pid));
      if (this.#dialogue === undefined) throw this.#failure('its container has ended');
      this.#layFiles(files);
      await this.#ask('start', 'ready');
    }
    writeFileSync(join(this.#root, 'etc/hosts'), this.hostsFile);
    this.#endWatch = this.watch.add({
      pid,
      root: this.#root,
      onDeath: () => {
        this.onDeath();
      },
      onPauseSeen: (isPaused) => {
        this.onPauseSeen(isPaused);
      },
    });
  }

  daemonCommand(daemon: Daemon): readonly string[] {
    return ['sh', '-c', startOneDaemon, 'nearcast-daemon', daemon, ...daemonWords(daemon)];
  }

  serverCommand(program: ServerProgramName): readonly string[] {
    return [program];
  }

  vtyshCommand(words: readonly string[]): readonly string[] {
    return ['vtysh', ...words];
  }

  async bringUp(batch: string): Promise<void> {
    if (this.#dialogue !== undefined) await this.#ask('hold', 'held');
    const { status, output } = await ipBatch(
      this.namespace,
      batch.trimEnd().split('\n').filter(Boolean),
      this.toolEnvironment,
    );
    if (status !== 0) throw this.#failure(`ip could not set it up: ${output.trim()}`);
  }

  startRouting(): void {
    this.#dialogue?.tell('routing');
    this.#hangUp();
  }

  kill(): void {
    this.#endWatch();
    this.#hangUp();
    if (this.#initPid !== 0) signalTo(this.#initPid, 'SIGKILL');
    this.#endingPid = this.#initPid;
    this.#initPid = 0;
  }

  async ended(): Promise<void> {
    const { held } = await pollUntil(
      () => isThere(this.#endingPid),
      (there) => !there,
      { everyMs: 2, deadlineMs: ANSWER_DEADLINE_MS },
    );
    if (!held)
      throw new LabError('FAULT_INEFFECTIVE', `the processes of ${this.plan.name} have not ended`, {
        hint: 'check the engine: docker ps',
      });
  }

  /**
   * The container has a new network namespace; the agent still holds the old one, with the links in it. Moved over,
   * they keep their far ends, which see no more than a carrier that comes back.
   */
  async reset(): Promise<void> {
    const old = this.namespace.replace(`/proc/${String(this.#nextPid)}/ns/net`);
    try {
      setSysctls(this.plan, this.namespace, { isSetByEngine: true });
      const target = `/proc/${String(process.pid)}/fd/${String(this.namespace.descriptor)}`;
      const { status, output } = await ipBatch(
        old,
        this.plan.interfaces.map(({ name }) => `link set ${name} netns ${target}`),
        this.toolEnvironment,
      );
      if (status !== 0) throw this.#failure(`its links could not be moved to the new container: ${output.trim()}`);
    } finally {
      closeSync(old.descriptor);
    }
  }

  async #ask(word: string, expected: string): Promise<void> {
    const answer = await this.#dialogue?.ask(word);
    if (answer === expected) return;
    throw this.#failure(answer === undefined ? 'its container has ended' : answer.replace(/^failed /, ''));
  }

  #hangUp(): void {
    this.#dialogue?.close();
    this.#dialogue = undefined;
  }

  #layFiles(files: NodeFiles): void {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.runFolder, 'nearcast', name), text);
    const vtyshConf = files['vtysh.conf'];
    if (vtyshConf === undefined) return;
    mkdirSync(join(this.#root, 'etc/frr'), { recursive: true });
    writeFileSync(join(this.#root, 'etc/frr/vtysh.conf'), vtyshConf);
  }

  #failure(why: string): LabError {
    return startFailure(this.plan.name, why);
  }
}
