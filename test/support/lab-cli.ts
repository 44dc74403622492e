import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { execa } from 'execa';
import { asUser, checkout, type Sandbox } from './sandbox.js';

export interface Ran {
  /** Null where a signal ended it. */
  readonly status: number | null;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly deadlineMs?: number;
  /** How nearcast is called, without its words. */
  readonly command?: readonly string[];
  /** A group besides its own that another user is in. */
  readonly group?: number;
}

const DEADLINE_MS = 60_000;
const builtCommand = [process.execPath, join(checkout, 'dist', 'bin.js')] as const;
/** As a checkout's users call it; `-s` keeps npm silent. */
export const npmCommand = ['npm', 'run', '-s', 'lab', '--'] as const;

/** Starts a command in a sandbox. Its process is the program itself, so that signals reach it. */
export function start(sandbox: Sandbox, words: readonly string[], options: RunOptions = {}) {
  const { group, cwd = checkout, env = {}, deadlineMs = DEADLINE_MS, command = builtCommand } = options;
  const [program, ...args] = asUser(sandbox.uid, [...command, ...words], group);
  return execa(program, args, {
    cwd,
    env: { ...sandbox.env, ...env },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    stripFinalNewline: false,
    timeout: deadlineMs,
    killSignal: 'SIGKILL',
  } as const);
}

/** Runs a command in a sandbox to its end; one that does not end in time fails the test. */
export async function run(sandbox: Sandbox, words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const ended = await start(sandbox, words, options);
  if (ended.timedOut) throw new Error(`did not end in time: ${words.join(' ')}\n${ended.stdout}${ended.stderr}`);
  if (ended.exitCode === undefined && ended.signal === undefined) throw new Error(ended.message);
  return { status: ended.exitCode ?? null, signal: ended.signal, stdout: ended.stdout, stderr: ended.stderr };
}

/** Runs a verb that must end with status 0; resolves to what it printed. */
export async function ok(
  t: ExecutionContext,
  sandbox: Sandbox,
  words: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { status, stdout, stderr } = await run(sandbox, words, options);
  t.is(status, 0, `${words.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

/** Runs a verb with `--json`: its status, and the one document that it printed. */
export async function document(
  sandbox: Sandbox,
  [verb = '', ...words]: readonly string[],
  options: RunOptions = {},
): Promise<{ status: number | null; value: unknown; stderr: string }> {
  const { status, stdout, stderr } = await run(sandbox, [verb, '--json', ...words], options);
  try {
    return { status, value: JSON.parse(stdout), stderr };
  } catch {
    throw new Error(`no JSON document from ${verb} ${words.join(' ')}: "${stdout}"\n${stderr}`);
  }
}
