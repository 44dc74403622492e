import { LabError } from '../../errors.js';
import { AgentClient } from '../../protocol/channel.js';
import { timed } from '../agent-clock.js';
import { firstProcessOf } from '../running-node.js';
import type { Agent, LabConnection, LabRecord } from '../runtime.js';
import { statusOf, wordsOf } from './engine.js';
import { agentSocket } from './agent-socket.js';
import type { EngineOfOwner } from './engine-of-owner.js';
import { agentContainerName, nodeContainerName } from './names.js';
import { ReviveBeforeRestore } from './revive.js';
import { attachInContainer, runInContainer } from './run-in-container.js';
import { separate } from './streams.js';

/**
 * Connects to a lab that is up: through a program in its agent's container that hands the streams to the agent's
 * socket.
 */
export async function connectToAgent(at: EngineOfOwner, record: LabRecord): Promise<LabConnection> {
  const { engine, owner } = at;
  const container = engine.getContainer(agentContainerName(owner, record.lab, 'up'));
  const exec = await container.exec({
    Cmd: ['socat', '-t5', 'STDIO', `UNIX-CONNECT:${agentSocket}`],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ hijack: true, stdin: true });
  const { stdout, stderr } = separate(engine, stream);
  stderr.resume();
  const agent = new ReviveBeforeRestore(at, record, new AgentClient(stdout, stream));
  return { record, agent, agents: [timed(agent)], ...programsIn(at, record, agent), close: () => stream.destroy() };
}

/** How programs are run in the containers of a lab. */
export function programsIn(
  { engine, owner }: EngineOfOwner,
  { lab }: LabRecord,
  agent: Agent,
): Pick<LabConnection, 'attach' | 'exec' | 'terminal'> {
  return {
    async attach(node, argv) {
      await firstProcessOf(agent, lab, node);
      const attached = attachInContainer(engine, nodeContainerName(owner, lab, node), argv, (pid, signal) =>
        agent.call('signal', { pid, signal }),
      );
      return attached.catch((error: unknown) => refuseStanding(node, error));
    },
    async terminal(node, argv, size) {
      await firstProcessOf(agent, lab, node);
      const { terminalInContainer } = await import('./terminal-in-container.js');
      const terminal = terminalInContainer(engine, nodeContainerName(owner, lab, node), argv, size, (pid) =>
        agent.call('endSession', { pid }),
      );
      return terminal.catch((error: unknown) => refuseStanding(node, error));
    },
    async exec(node, argv) {
      await firstProcessOf(agent, lab, node);
      return runInContainer(engine, nodeContainerName(owner, lab, node), argv).catch((error: unknown) =>
        refuseStanding(node, error),
      );
    },
  };
}

/** An engine runs nothing in a container that is paused, or has just ended. */
function refuseStanding(node: string, error: unknown): never {
  if (statusOf(error) !== 409) throw error;
  throw new LabError('FAULT_STATE', `the engine cannot run a command in ${node}: ${wordsOf(error)}`, {
    cause: error,
    hint: `nearcast restore ${node}`,
  });
}
