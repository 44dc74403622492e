import type { Duplex } from 'node:stream';
import type { Exec } from 'dockerode';
import type { ProgramResult } from '../../support/run-program.js';
import { isInTerminal, shareTerminal } from '../share-terminal.js';
import { statusOf, wordsOf, type Engine } from './engine.js';
import { separate } from './streams.js';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
/** What a shell says of a program that it cannot find or run. */
const NOT_FOUND = 127;
const NOT_RUNNABLE = 126;
const REFUSAL_LENGTH = 1000;

/** Runs a program in a container to its end, and collects what it prints. */
export async function runInContainer(
  engine: Engine,
  container: string,
  argv: readonly string[],
): Promise<ProgramResult> {
  const exec = await engine.getContainer(container).exec({ Cmd: [...argv], AttachStdout: true, AttachStderr: true });
  const started = await startExec(exec, { hijack: true, stdin: false });
  if ('refusal' in started) return { exitCode: started.status, stdout: '', stderr: `${started.refusal}\n` };
  const { stdout, stderr } = separate(engine, started.stream);
  const texts = await Promise.all(
    [stdout, stderr].map(async (stream) => Buffer.concat((await stream.toArray()) as Buffer[]).toString()),
  );
  const [out = '', err = ''] = texts;
  const exitCode = await exitCodeOf(exec);
  if (!isRefusal(exitCode, out)) return { exitCode, stdout: out, stderr: err };
  return { exitCode: statusOfRefusal(out), stdout: '', stderr: out };
}

/**
 * Runs a program in a container with this process's own terminal, or its plain streams where there is none; resolves to
 * the exit status. `signalProcess` reaches a process by its number on the engine's machine.
 */
export async function attachInContainer(
  engine: Engine,
  container: string,
  argv: readonly string[],
  signalProcess: (pid: number, signal: NodeJS.Signals) => Promise<unknown>,
): Promise<number> {
  const isTerminal = isInTerminal();
  const exec = await engine.getContainer(container).exec({
    Cmd: [...argv],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: isTerminal,
    ...(isTerminal ? { Env: [`TERM=${process.env['TERM'] ?? 'xterm'}`] } : {}),
  });
  const started = await startExec(exec, { hijack: true, stdin: true, Tty: isTerminal });
  if ('refusal' in started) {
    process.stderr.write(`${started.refusal}\n`);
    return started.status;
  }
  let firstWords = '';
  started.stream.on('data', (chunk: Buffer) => {
    if (firstWords.length < REFUSAL_LENGTH) firstWords += chunk.toString('latin1');
  });
  const undo = isTerminal
    ? shareTerminal(
        started.stream,
        ({ columns, rows }) => void exec.resize({ h: rows, w: columns }).catch(() => undefined),
        () => started.stream.destroy(),
      )
    : sharePlainStreams(engine, exec, started.stream, signalProcess);
  try {
    await new Promise<void>((resolve) => {
      started.stream.once('end', resolve);
      started.stream.once('close', resolve);
      started.stream.once('error', () => {
        resolve();
      });
    });
  } finally {
    undo();
  }
  const exitCode = await exitCodeOf(exec);
  return isRefusal(exitCode, firstWords) ? statusOfRefusal(firstWords) : (exitCode ?? 128);
}

/** Engines report on the program's own output that there is no such program, with one status for all reasons. */
function isRefusal(exitCode: number | null, words: string): boolean {
  return exitCode !== null && exitCode >= NOT_RUNNABLE && words.includes('OCI runtime exec failed');
}

function statusOfRefusal(words: string): number {
  return /not found|no such file/i.test(words) ? NOT_FOUND : NOT_RUNNABLE;
}

/** Without one, signals are passed on as they come. */
function sharePlainStreams(
  engine: Engine,
  exec: Exec,
  stream: Duplex,
  signalProcess: (pid: number, signal: NodeJS.Signals) => Promise<unknown>,
): () => void {
  const { stdout, stderr } = separate(engine, stream);
  stdout.pipe(process.stdout, { end: false });
  stderr.pipe(process.stderr, { end: false });
  process.stdin.pipe(stream);
  const forward = (signal: NodeJS.Signals): void => {
    exec.inspect().then(
      ({ Pid }) => signalProcess(Pid, signal).catch(() => undefined),
      () => undefined,
    );
  };
  for (const signal of FORWARDED) process.on(signal, forward);
  return () => {
    for (const signal of FORWARDED) process.off(signal, forward);
    process.stdin.unpipe(stream);
    process.stdin.pause();
  };
}

/** An engine refuses a program that is not there with an error, or with a status of its own. */
async function startExec(
  exec: Exec,
  options: { hijack: boolean; stdin: boolean; Tty?: boolean },
): Promise<{ readonly stream: Duplex } | { readonly refusal: string; readonly status: number }> {
  try {
    return { stream: await exec.start(options) };
  } catch (error) {
    if (statusOf(error) === undefined) throw error;
    const refusal = wordsOf(error);
    return { refusal, status: /permission denied/i.test(refusal) ? NOT_RUNNABLE : NOT_FOUND };
  }
}

async function exitCodeOf(exec: Exec): Promise<number | null> {
  return (await exec.inspect()).ExitCode;
}
