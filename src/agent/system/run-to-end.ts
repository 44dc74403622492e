import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import type { NetNamespace } from './kernel.js';

/** How a program ended, and what it printed on both of its streams. */
export interface Ran {
  readonly status: number;
  readonly output: string;
}

const MOST_OUTPUT = 100_000;

/** Starts a program in a network namespace, with or without processes in it: it inherits that of the main thread. */
export function spawnIn(namespace: NetNamespace, argv: readonly string[], options: SpawnOptions): ChildProcess {
  const [program = '', ...words] = argv;
  return namespace.run(() => spawn(program, words, options));
}

/** Feeds a program its input and waits for its end; of a long output the last part is kept. */
export async function collect(child: ChildProcess, input: string): Promise<Ran> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-MOST_OUTPUT);
    });
  }
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  const [status] = (await once(child, 'close')) as [number | null];
  return { status: status ?? 128, output };
}

/** Runs commands of `ip`, or of `bridge`, in a network namespace, with or without processes in it; `env` is that of the lab's tools, where `ip` is found. */
export async function ipBatch(
  namespace: NetNamespace,
  lines: readonly string[],
  env: Readonly<Record<string, string>>,
  afterFailure: 'go on' | 'stop' = 'go on',
  program: 'ip' | 'bridge' = 'ip',
): Promise<Ran> {
  const force = afterFailure === 'go on' ? ['-force'] : [];
  const child = spawnIn(namespace, [program, ...force, '-batch', '-'], { cwd: '/', env });
  return collect(child, lines.map((line) => `${line}\n`).join(''));
}
