import { Command } from 'commander';
import { main } from '../../../src/cli/main.js';

export interface CommandLine {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The verb that would have run, and what it was given. */
  readonly started:
    | { readonly verb: string; readonly words: readonly unknown[]; readonly flags: Readonly<Record<string, unknown>> }
    | undefined;
}

/** Captures what is written to the standard streams while `work` runs. For serial tests only. */
export async function captured<T>(work: () => T | Promise<T>): Promise<{ result: T; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const { stdout, stderr } = process;
  const originals = { stdout: stdout.write.bind(stdout), stderr: stderr.write.bind(stderr) };
  stdout.write = (text: string | Uint8Array) => ((written.stdout += String(text)), true);
  stderr.write = (text: string | Uint8Array) => ((written.stderr += String(text)), true);
  try {
    return { result: await work(), ...written };
  } finally {
    stdout.write = originals.stdout;
    stderr.write = originals.stderr;
  }
}

/** Parses a command line as `main` does, but starts no verb. For serial tests only. */
export async function parsed(words: readonly string[]): Promise<CommandLine> {
  const prototype = Command.prototype as { action: Command['action'] };
  const original = Object.getOwnPropertyDescriptor(prototype, 'action');
  let started: CommandLine['started'];
  prototype.action = function (this: Command, _verb: unknown) {
    const action = original?.value as Command['action'];
    return action.call(this, (...given: unknown[]) => {
      started = { verb: this.name(), words: given.slice(0, -2), flags: this.opts() };
    });
  };
  try {
    const { result, stdout, stderr } = await captured(() => main(words));
    return { status: result, stdout, stderr, started };
  } finally {
    if (original !== undefined) Object.defineProperty(prototype, 'action', original);
  }
}

/** Runs `work` as if npm, or nobody, had started this process. For serial tests only. */
export async function startedBy<T>(script: string | undefined, work: () => Promise<T>): Promise<T> {
  const before = process.env['npm_lifecycle_event'];
  const set = (value: string | undefined): void => {
    if (value === undefined) delete process.env['npm_lifecycle_event'];
    else process.env['npm_lifecycle_event'] = value;
  };
  set(script);
  try {
    return await work();
  } finally {
    set(before);
  }
}
