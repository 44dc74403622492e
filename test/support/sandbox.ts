import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { pollUntil } from '../../src/support/poll.js';
import { containersOfOwner, engineTrouble } from './engine.js';
import { leftOnSwarm } from './swarm-bed.js';
import { footprintBeyond, hostFootprint, processesOf, type HostFootprint } from './host.js';

const hasEngine = (await engineTrouble()) === undefined;

export const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** An ordinary user without an entry in the password file. */
export const strangerId = 65_432;
const END_DEADLINE_MS = 20_000;

export interface SandboxOptions {
  /** Whose labs these are; those of whoever runs the suite where it is left out. */
  readonly uid?: number | undefined;
  /** Whether npm fetches something in it. */
  readonly fetches?: boolean;
}

/** A folder of its own for the labs of one test file, and the environment in which nearcast uses it. */
export class Sandbox {
  /** Short: a socket's path has a hundred characters. */
  readonly folder = mkdtempSync(join(tmpdir(), 'nc-'));
  readonly states = join(this.folder, 's');
  /** What the names of this sandbox's containers begin with. */
  readonly prefix = basename(this.folder).toLowerCase();
  readonly env: Readonly<Record<string, string>>;
  readonly uid: number | undefined;
  /** The host as it was before anything was done. */
  readonly #before: HostFootprint = hostFootprint();

  constructor({ uid, fetches = false }: SandboxOptions = {}) {
    this.uid = uid;
    // Of a file without a test to run, none or only skipped ones, AVA runs no hook either: what no lab has used goes with the process.
    process.once('exit', this.#removeUnused);
    const home = join(this.folder, 'home');
    mkdirSync(home);
    if (uid !== undefined) {
      chmodSync(this.folder, 0o755);
      for (const path of [this.folder, home]) chownSync(path, uid, uid);
    }
    const own = { NEARCAST_STATE_DIR: this.states, NEARCAST_DOCKER_PREFIX: this.prefix, NO_COLOR: '1' };
    this.env =
      uid === undefined
        ? { ...outerEnvironment(fetches), ...own }
        : { ...strangersEnvironment(fetches), ...own, HOME: home };
    this.#tellRun({ ...own, HOME: home });
  }

  /** `npm test` ends the labs of a file that does not come to its end (`src/checkout/sandboxes.mjs`). */
  #tellRun(env: Readonly<Record<string, string>>): void {
    const tests = process.env['NEARCAST_BUNDLED_TESTS'];
    if (tests === undefined) return;
    const records = join(checkout, tests, 'sandboxes');
    mkdirSync(records, { recursive: true });
    writeFileSync(join(records, this.prefix), JSON.stringify({ folder: this.folder, uid: this.uid, env }));
  }

  /** Writes a file into the sandbox, and says where it is. */
  write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** Everything of this sandbox's labs that is still there: processes, folders, interfaces, mounts. */
  async leftovers(): Promise<readonly string[]> {
    const containers = hasEngine ? await containersOfOwner(this.states) : [];
    const states = existsSync(this.states)
      ? ['', ...readdirSync(this.states)].map((name) => `folder ${join(this.states, name)}`)
      : [];
    return [
      ...processesOf(this.states).map(({ pid, command }) => `process ${String(pid)} ${command.slice(0, 100)}`),
      ...states,
      ...containers.map(({ Names, State }) => `container ${Names.join(' ')} ${State}`),
      ...(await leftOnSwarm(this.states)),
      ...footprintBeyond(this.#before, hostFootprint()),
    ];
  }

  /** What is left of the labs once their end had the time it needs. */
  async leftoversAtLast(): Promise<readonly string[]> {
    const { last } = await pollUntil(
      () => this.leftovers(),
      (left) => left.length === 0,
      { everyMs: 20, deadlineMs: END_DEADLINE_MS },
    );
    return last;
  }

  readonly #removeUnused = (): void => {
    if (!existsSync(this.states)) this.remove();
  };

  remove(): void {
    process.off('exit', this.#removeUnused);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface FileSandboxOptions extends SandboxOptions {
  /** Takes down what the file's tests have in common, before it is looked whether something is left. */
  readonly atEnd?: () => Promise<unknown>;
}

/** A sandbox for this test file; after its tests nothing of a lab may be left, then the folder goes. */
export function sandboxForFile({ atEnd, ...options }: FileSandboxOptions = {}): Sandbox {
  const sandbox = new Sandbox(options);
  test.after.always('nothing is left', async (t) => {
    t.timeout(120_000);
    await atEnd?.();
    const left = await sandbox.leftoversAtLast();
    // Labs of tests that failed half-way: no later file shall find them.
    if (left.length > 0) await endProcesses(sandbox);
    sandbox.remove();
    t.deepEqual(left, []);
  });
  return sandbox;
}

export async function assertNothingLeft(t: ExecutionContext, sandbox: Sandbox, message?: string): Promise<void> {
  t.deepEqual(await sandbox.leftoversAtLast(), [], message);
}

/** Kills a process as a crash would; one that ended by itself meanwhile is no matter. */
export function kill(pid: number | undefined, signal: NodeJS.Signals = 'SIGKILL'): void {
  // 0 would be the whole test run.
  if (pid === undefined || pid <= 0) throw new Error('the process to be killed was not found');
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function endProcesses(sandbox: Sandbox): Promise<void> {
  await pollUntil(
    () => {
      const found = processesOf(sandbox.states);
      for (const { pid } of found) kill(pid);
      return found;
    },
    (found) => found.length === 0,
    { everyMs: 50, deadlineMs: END_DEADLINE_MS },
  );
}

/**
 * The environment of the suite, without what npm and AVA added for themselves. Certificates of its own cost each process of Node
 * 30 ms of CPU time: only who fetches something has them.
 */
function outerEnvironment(fetches: boolean): Readonly<Record<string, string>> {
  const foreign =
    /^(?:npm_|NEARCAST_STATE_DIR$|NEARCAST_DOCKER_PREFIX$|NEARCAST_RUNTIME$|NEARCAST_BUNDLED_TESTS$|NODE_OPTIONS$|NODE_ENV$|FORCE_COLOR$|AVA_|INIT_CWD$)/i;
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && !foreign.test(entry[0]) && (fetches || entry[0] !== 'NODE_EXTRA_CA_CERTS'),
    ),
  );
}

/** An ordinary user has nothing of ours but where programs and the network are. */
function strangersEnvironment(fetches: boolean): Readonly<Record<string, string>> {
  const shared = /^(?:PATH|LANG|LC_\w+|TZ|(?:https?|no|all)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_\w+)$/i;
  return Object.fromEntries(Object.entries(outerEnvironment(fetches)).filter(([name]) => shared.test(name)));
}

export const isRoot = process.getuid?.() === 0;

/** A command line as another user runs it; as it stands where nobody else is meant. */
export function asUser(
  uid: number | undefined,
  argv: readonly string[],
  group?: number,
): readonly [string, ...string[]] {
  const id = String(uid);
  const groups = group === undefined ? ['--clear-groups'] : ['--groups', String(group)];
  const [program = '', ...args] =
    uid === undefined ? argv : ['setpriv', '--reuid', id, '--regid', id, ...groups, '--', ...argv];
  return [program, ...args];
}

/** Gives a tree to a user. */
export async function giveTo(uid: number, folder: string): Promise<void> {
  await execa('chown', ['-R', `${String(uid)}:${String(uid)}`, folder], { timeout: 60_000 });
}
