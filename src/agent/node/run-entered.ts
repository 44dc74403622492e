import { spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { signalTo } from '../system/signal-node.js';
import { processesOfSession } from '../system/node-process-list.js';
import type { NodeProcesses } from './node-processes.js';

/** How a command in a node ended: with a status, or by a signal. */
export interface Ended {
  readonly status: number | null;
  readonly signal: string | null;
  /** Whether it was killed because its time was over. */
  readonly isLate: boolean;
}

interface EnteredOptions {
  readonly stdio: StdioOptions;
  readonly timeoutMs: number;
  /** Takes what comes over a pipe for its output; the end of the command is then the end of the pipe. */
  readonly onPrinted?: ((text: string) => void) | undefined;
  /** Takes what comes over a pipe for its standard error. */
  readonly onComplained?: ((text: string) => void) | undefined;
}

/**
 * Runs a command in a node and waits for its end; it is killed after `timeoutMs`, with all that it started in its
 * session. What is killed is the command, not nsenter(1) in front of it, which then ends by itself: of a command whose nsenter is gone, the agent is the parent, which reaps no
 * strangers, and a PID namespace with such a process in it never ends (pid_namespaces(7)).
 */
export async function runEntered(
  node: { readonly enterArguments: readonly string[]; readonly processes: Pick<NodeProcesses, 'environment'> },
  argv: readonly string[],
  { stdio, timeoutMs, onPrinted, onComplained }: EnteredOptions,
): Promise<Ended> {
  const child = spawn('nsenter', [...node.enterArguments, ...argv], {
    cwd: '/',
    env: node.processes.environment,
    stdio,
    detached: true,
  });
  let isLate = false;
  const timer = setTimeout(() => {
    const { pid } = child;
    if (pid === undefined) return;
    isLate = true;
    const entered = processesOfSession(pid).filter((process) => process.pid !== pid);
    for (const process of entered.length > 0 ? entered : [{ pid }]) signalTo(process.pid, 'SIGKILL');
    // A process that has left the session may hold them open.
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, timeoutMs);
  if (onPrinted !== undefined) child.stdout?.setEncoding('utf8').on('data', onPrinted);
  if (onComplained !== undefined) child.stderr?.setEncoding('utf8').on('data', onComplained);
  try {
    const [status, signal] = (await once(child, onPrinted === undefined ? 'exit' : 'close')) as [
      number | null,
      string | null,
    ];
    return { status, signal, isLate };
  } finally {
    clearTimeout(timer);
  }
}
