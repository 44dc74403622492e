import { currentFolder } from '../support/current-folder.js';

/** How a program ended, with everything it printed, line by line. */
export interface Ended {
  readonly ok: boolean;
  readonly lines: readonly string[];
}

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly input?: string | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
}

/**
 * Runs a program to its end, in the C locale so that its words can be read. Rejects only when it was interrupted, and
 * then after it has ended; a program that is missing ends as one that failed.
 */
export async function run([program, ...args]: readonly [string, ...string[]], options: RunOptions): Promise<Ended> {
  const { signal, env, input = '', onLine } = options;
  // Loaded only when a program is really started: a lab on a machine that has everything starts none.
  const { execa } = await import('execa');
  signal?.throwIfAborted();
  const running = execa(program, args, {
    reject: false,
    all: true,
    input,
    cwd: currentFolder() ?? '/',
    env: { LC_ALL: 'C', LANGUAGE: '', ...env },
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  const lines: string[] = [];
  for await (const line of running.iterable({ from: 'all', preserveNewlines: false })) {
    lines.push(line);
    onLine?.(line);
  }
  const { failed, isCanceled, exitCode, shortMessage } = await running;
  if (isCanceled) signal?.throwIfAborted();
  // Without an exit code the program did not start, or was killed: what it printed does not say so.
  if (failed && exitCode === undefined) lines.push(shortMessage ?? `${program} did not run`);
  return { ok: !failed, lines };
}
