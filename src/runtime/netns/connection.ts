import { finished } from 'node:stream/promises';
import { LabError } from '../../errors.js';
import { AgentClient } from '../../protocol/channel.js';
import { nodeEnvironment } from '../../protocol/node-environment.js';
import { currentFolder } from '../../support/current-folder.js';
import { isSearchable } from '../../support/program-folders.js';
import { runInForeground, runProgram, type Program } from '../../support/run-program.js';
import { timed } from '../agent-clock.js';
import { firstProcessOf } from '../running-node.js';
import type { LabConnection } from '../runtime.js';
import { isInTerminal, shareTerminal } from '../share-terminal.js';
import { connectInFolder } from './agent-socket.js';
import { holds, isStopped } from './known-process.js';
import type { StateRecord } from './state-record.js';

/**
 * Begins a session with a controlling terminal of its own. It stands inside of the node: a program is told the session and
 * the process group of its terminal only where they are of its own PID namespace.
 */
const sessionWords: readonly string[] = ['setsid', '--ctty'];
const OWN_FOLDERS: readonly string[] = ['/run', '/var/tmp'];

/** Connects to a committed lab's agent over the socket in its state folder. */
export async function connectToAgent(record: StateRecord, folder: string): Promise<LabConnection> {
  if (!holds(record.agentPid, folder)) throw notAnswering(record);
  const socket = await connectInFolder(folder).catch((cause: unknown) => {
    throw whySilent(record) ?? notAnswering(record, cause);
  });
  const agent = new AgentClient(socket, socket, { whySilent: () => whySilent(record) });
  return {
    record,
    agent,
    agents: [timed(agent)],
    ...programsIn(record, agent),
    close: () => socket.destroy(),
  };
}

/** How programs are run in the nodes of a lab. */
export function programsIn(
  record: StateRecord,
  agent: AgentClient,
): Pick<LabConnection, 'attach' | 'exec' | 'terminal'> {
  return {
    attach: async (node, argv) =>
      isInTerminal()
        ? attachInTerminal(await enterNode(record, agent, node, argv, sessionWords))
        : runInForeground(await enterNode(record, agent, node, argv)),
    exec: async (node, argv) => runProgram(await enterNode(record, agent, node, argv)),
    async terminal(node, argv, size) {
      const program = await enterNode(record, agent, node, argv, sessionWords);
      const { runInTerminal } = await import('./pseudo-terminal.js');
      return runInTerminal({ ...program, env: { ...program.env, TERM: 'xterm-256color' } }, size);
    },
  };
}

/** Runs a program in a terminal of its own, which this process's terminal shows; resolves to its exit status. */
async function attachInTerminal(program: Program): Promise<number> {
  const { runInTerminal } = await import('./pseudo-terminal.js');
  const { stdin, stdout } = process;
  const terminal = runInTerminal(program, { columns: stdout.columns, rows: stdout.rows }, stdin.fd);
  const { stream } = terminal;
  const undo = shareTerminal(
    stream,
    (size) => void terminal.resize(size),
    () => {
      terminal.hangUp();
    },
  );
  try {
    await finished(stream, { writable: false }).catch(() => undefined);
    return await terminal.exitStatus;
  } finally {
    undo();
    terminal.hangUp();
  }
}

function notAnswering(record: StateRecord, cause?: unknown): LabError {
  return record.phase === 'deploying'
    ? new LabError('LAB_NOT_FOUND', `the lab ${record.lab} is still being deployed`, {
        cause,
        hint: 'wait for its "up" to finish',
      })
    : new LabError('AGENT_GONE', `the agent of ${record.lab} does not answer`, {
        cause,
        hint: `nearcast down ${record.lab}`,
      });
}

/** An agent that was stopped answers when it goes on; nothing else of it need be waited for. */
export function whySilent({ lab, agentPid }: Pick<StateRecord, 'lab' | 'agentPid'>): LabError | undefined {
  if (!isStopped(agentPid)) return undefined;
  return new LabError(
    'AGENT_GONE',
    `the agent of ${lab}, process ${String(agentPid)}, is stopped and does not answer`,
    {
      hint: `kill -CONT ${String(agentPid)} resumes it; nearcast down ${lab} removes the lab as it is`,
    },
  );
}

/**
 * A program inside a node: first into the lab's namespaces by the agent's process, then, from there, into the node's
 * own by its first process, whose number only the lab knows.
 */
async function enterNode(
  record: StateRecord,
  agent: AgentClient,
  node: string,
  argv: readonly string[],
  inFront: readonly string[] = [],
): Promise<Program> {
  const initPid = await firstProcessOf(agent, record.lab, node);
  const userFlags = process.getuid?.() === 0 ? [] : ['--user', '--preserve-credentials'];
  return {
    command: 'nsenter',
    args: [
      ...['--target', String(record.agentPid), ...userFlags, '--mount', '--pid', '--net', '--uts', '--'],
      ...['nsenter', '--target', String(initPid), '--mount', '--pid', '--net', '--uts', '--'],
      ...[...inFront, 'env', `--chdir=${workingFolder()}`, ...argv],
    ],
    env: nodeEnvironment(record.programs),
  };
}

/**
 * A node sees the host's files where the host has them, but for /run and /var/tmp, which are its own. From there, and
 * from a folder that was removed or may not be entered, a program goes on in `/`.
 */
function workingFolder(): string {
  const folder = currentFolder();
  if (folder === undefined || !isSearchable(folder)) return '/';
  return OWN_FOLDERS.some((own) => folder === own || folder.startsWith(`${own}/`)) ? '/' : folder;
}
