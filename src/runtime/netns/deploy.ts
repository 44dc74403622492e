import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { LabError, toLabError } from '../../errors.js';
import { STATE_FOLDER_DESCRIPTOR } from '../../protocol/agent-descriptors.js';
import { AgentClient } from '../../protocol/channel.js';
import { readNamespaceFacts } from '../../setup/namespaces.js';
import { packageRoot } from '../../support/package-root.js';
import { pollUntil } from '../../support/poll.js';
import { timed } from '../agent-clock.js';
import type { DeployRequest, UncommittedLab } from '../runtime.js';
import { SOCKET_FILE } from './agent-socket.js';
import { programsIn, whySilent } from './connection.js';
import { launchAgent, type Launched } from './launch.js';
import { refuseBeyondLimits } from './limits.js';
import { childrenOf, identify } from './known-process.js';
import { requirePrograms } from './programs.js';
import { endLab } from './removal.js';
import type { StateRecord } from './state-record.js';
import type { LabStates } from './state.js';
import { whyStillborn } from './stillborn.js';

/** From its start to an agent's first word: without room for its threads, Node hangs. */
const BIRTH_MS = 20_000;
/** An agent that makes a thousand namespaces says nothing meanwhile. */
const DEPLOY_SILENCE_MS = 60_000;
/** Until an agent that ended has been seen to. */
const LAST_WORDS_DEADLINE_MS = 2000;

/** Starts an agent, and has it make the lab; what was begun is undone where that fails. */
export async function deployNamespaces(states: LabStates, request: DeployRequest): Promise<UncommittedLab> {
  const { lab, plan, files, signal, onProgress } = request;
  const programs = requirePrograms(plan);
  refuseBeyondLimits(plan);
  signal.throwIfAborted();
  const self = identify(process.pid);
  if (self === undefined) throw new LabError('PLATFORM_UNSUPPORTED', 'there is no /proc on this machine');
  let record: StateRecord = {
    lab,
    topology: plan.topology,
    runtime: 'netns',
    nodes: plan.nodes.length,
    startedAt: new Date().toISOString(),
    phase: 'deploying',
    programs,
    maker: self,
    owner: self,
    agentPid: 0,
  };
  const folder = states.claim(record);
  const launched = launchIn(states, lab, folder);
  const supervisor = launched.child;
  // A second end, if it came late, would take the folder of the next lab of that name.
  let ended: Promise<void> | undefined;
  const discard = (): Promise<void> => (ended ??= endLab(states, lab, supervisor.pid));
  const onAbort = (): void => void discard().catch(() => undefined);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const owner = identify(supervisor.pid ?? 0);
    if (owner !== undefined) record = { ...record, owner };
    states.update(record);
    const agent = clientOf(launched, record);
    agent.onProgress = onProgress;
    const { deployMs } = await agent.call('deploy', { plan, files, place: { kind: 'namespaces', programs } });
    record = { ...record, agentPid: agentPidOf(owner?.pid ?? 0) };
    states.update(record);
    return {
      record,
      agent,
      agents: [timed(agent)],
      deployMs,
      ...programsIn(record, agent),
      async commit({ outlive }) {
        const socket = `/proc/self/fd/${String(STATE_FOLDER_DESCRIPTOR)}/${SOCKET_FILE}`;
        await agent.call('listen', { socket });
        // Killed before this, the maker leaves no lab; killed after it, one that is up and says so.
        states.update({ ...record, phase: 'up' });
        if (outlive) await agent.call('outlive', {});
        signal.removeEventListener('abort', onAbort);
      },
      discard,
      close() {
        letGo(launched);
      },
    };
  } catch (error) {
    const explained = await explain(error, launched);
    await discard();
    signal.removeEventListener('abort', onAbort);
    signal.throwIfAborted();
    throw explained;
  } finally {
    // The supervisor holds the folder from now on.
    closeSync(folder);
  }
}

function launchIn(states: LabStates, lab: string, folder: number): Launched {
  try {
    return launchAgent(states.labFolder(lab), folder, join(packageRoot(), 'dist', 'agent.js'));
  } catch (cause) {
    closeSync(folder);
    states.forget(lab);
    const { message } = toLabError(cause);
    throw new LabError('STATE_FOLDER', `${states.labFolder(lab)} cannot be written: ${message}`, {
      cause,
      hint: 'make room there, or set NEARCAST_STATE_DIR to another folder',
    });
  }
}

function clientOf({ child }: Launched, record: StateRecord): AgentClient {
  // Node has given no streams to a program that did not start: `explain` says why.
  if (child.pid === undefined || child.stdin === null || child.stdout === null)
    throw new LabError('AGENT_GONE', 'the agent could not be started');
  return new AgentClient(child.stdout, child.stdin, {
    birthMs: BIRTH_MS,
    silenceMs: DEPLOY_SILENCE_MS,
    whySilent: () => whySilent({ lab: record.lab, agentPid: agentPidOf(record.owner.pid) }),
  });
}

/** Supervisor, unshare, agent: each the only child of the one before. */
function agentPidOf(supervisorPid: number): number {
  const [unsharePid = 0] = childrenOf(supervisorPid);
  return childrenOf(unsharePid)[0] ?? 0;
}

/** Why an agent ended, or did not start, by what was printed in place of its messages. */
async function explain(error: unknown, { child, failure, lastWords }: Launched): Promise<unknown> {
  if (!(error instanceof LabError) || !['AGENT_GONE', 'STATE_FOLDER'].includes(error.code)) return error;
  const { last: hasEnded } = await pollUntil(
    () => child.exitCode !== null || child.signalCode !== null || failure() !== undefined,
    (ended) => ended,
    { everyMs: 10, deadlineMs: LAST_WORDS_DEADLINE_MS },
  );
  const notStarted = failure();
  if (notStarted !== undefined) {
    const { code, message } = toLabError(notStarted);
    if (code === 'LIMIT_REACHED') return toLabError(notStarted);
    return new LabError('PROGRAM_MISSING', `the shell that starts a lab did not start: ${message}`, {
      cause: notStarted,
      hint: 'check that this machine has /bin/sh',
    });
  }
  if (!hasEnded)
    return new LabError(error.code, error.message, {
      cause: error,
      hint: 'nothing of the lab is left; check whether the machine is short of processes or memory',
    });
  const { words, hadNamespaces } = lastWords();
  return whyStillborn({ exitCode: child.exitCode, hadNamespaces, words }, error, readNamespaceFacts);
}

/** The lab goes on without its maker: nothing of the maker's may keep it waiting. */
function letGo({ child }: Launched): void {
  child.stdin?.destroy();
  child.stdout?.destroy();
  child.unref();
}
