import { pollUntil } from '../../support/poll.js';
import type { Terminal, TerminalSize } from '../runtime.js';
import type { Engine } from './engine.js';

const END_DEADLINE_MS = 3000;

/**
 * Runs a program in a container with a terminal that somebody else shows. An engine leaves a program alone whose caller
 * is gone: `endSession` ends it by its number on the engine's machine.
 */
export async function terminalInContainer(
  engine: Engine,
  container: string,
  argv: readonly string[],
  { columns, rows }: TerminalSize,
  endSession: (pid: number) => Promise<unknown>,
): Promise<Terminal> {
  const exec = await engine.getContainer(container).exec({
    Cmd: [...argv],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: true,
    Env: ['TERM=xterm-256color'],
  });
  const stream = await exec.start({ hijack: true, stdin: true, Tty: true });
  const resize = async (size: TerminalSize): Promise<void> => {
    // A program that has ended has no size.
    await exec.resize({ h: size.rows, w: size.columns }).catch(() => undefined);
  };
  await resize({ columns, rows });
  return {
    stream,
    resize,
    async end() {
      const { Running, Pid } = await exec.inspect();
      if (Running) {
        await endSession(Pid).catch(() => undefined);
        await pollUntil(
          () => exec.inspect(),
          (now) => !now.Running,
          { everyMs: 50, deadlineMs: END_DEADLINE_MS },
        );
      }
      stream.destroy();
    },
  };
}
