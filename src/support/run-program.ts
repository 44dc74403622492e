import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';

export interface ProgramResult {
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Runs a program with the caller's own terminal, and resolves to its exit status. An interruption is meant for the
 * program, and it decides.
 */
export async function runInForeground(program: Program): Promise<number> {
  const child = spawn(program.command, [...program.args], { stdio: 'inherit', env: program.env });
  return exitStatusOf(child);
}

/** The exit status of a program once it has ended, as shells tell it of one that a signal ended. */
export async function exitStatusOf(child: ChildProcess): Promise<number> {
  const [status, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return status ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

/** Runs a program to its end and collects what it printed. */
export async function runProgram(program: Program): Promise<ProgramResult> {
  const child = spawn(program.command, [...program.args], { env: program.env, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed.stderr += text));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, ...printed };
}
