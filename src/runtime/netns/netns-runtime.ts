import { once } from 'node:events';
import { join } from 'node:path';
import { LabError } from '../../errors.js';
import { STATE_FOLDER_DESCRIPTOR } from '../../protocol/agent-descriptors.js';
import type { LabPlan } from '../../plan/model.js';
import { AgentClient } from '../../protocol/channel.js';
import type { Programs } from '../../protocol/messages.js';
import { describeFrrProgress, ensureFrr, locateFrr } from '../../setup/frr.js';
import { explainUnshareFailure, readNamespaceFacts } from '../../setup/namespaces.js';
import { runInForeground, runProgram } from '../../support/run-program.js';
import { packageRoot } from '../../support/package-root.js';
import { pollUntil } from '../../support/poll.js';
import type { DeployRequest, LabRecord, Runtime, UncommittedLab } from '../runtime.js';
import { connectToAgent, enterNode } from './connection.js';
import { launchAgent, type Launched } from './launch.js';
import { childrenOf, identify, isAlive } from './process-identity.js';
import { LabStates, type StateRecord } from './state.js';

const END_DEADLINE_MS = 10_000;

/**
 * Plain Linux namespaces: no Docker, no root, nothing left behind. A lab is one set of namespaces whose process 1 is its
 * agent; when that ends, by any cause, the kernel removes every process, interface and namespace of the lab.
 */
export function netnsRuntime(states: LabStates = LabStates.ofUser()): Runtime {
  return {
    name: 'netns',
    diagnose: async (options) => (await import('../../setup/doctor.js')).diagnose(options),
    async prepare({ plan, signal, onProgress }) {
      refuseContainers(plan);
      await ensureFrr({
        signal,
        onProgress(progress) {
          const text = describeFrrProgress(progress);
          onProgress({ topic: text, text });
        },
      });
    },
    deploy: (request) => deploy(states, request),
    connect(lab) {
      const record = states.read(lab);
      if (record === undefined) throw labNotFound(states, lab);
      return connectToAgent(record, states.socketPath(lab));
    },
    list: () => Promise.resolve(states.list()),
    remove: (lab) => remove(states, lab),
  };
}

async function deploy(states: LabStates, request: DeployRequest): Promise<UncommittedLab> {
  const { lab, plan, files, signal, onProgress } = request;
  const programs = requirePrograms();
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
  states.claim(record);
  const launched = launchAgent(states.labFolder(lab), join(packageRoot(), 'dist', 'agent.js'));
  const supervisor = launched.child;
  const discard = (): Promise<void> => endLab(states, lab, supervisor.pid);
  const onAbort = (): void => void discard();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const owner = identify(supervisor.pid ?? 0);
    if (owner !== undefined) record = { ...record, owner };
    states.update(record);
    const agent = clientOf(launched);
    agent.onProgress = onProgress;
    const { deployMs } = await agent.call('deploy', { plan, files, place: { kind: 'namespaces', programs } });
    record = { ...record, agentPid: agentPidOf(owner?.pid ?? 0) };
    states.update(record);
    return {
      record,
      agent,
      deployMs,
      attach: async (node, argv) => runInForeground(await enterNode(record, agent, node, argv)),
      exec: async (node, argv) => runProgram(await enterNode(record, agent, node, argv)),
      async commit({ outlive }) {
        const socket = `/proc/self/fd/${String(STATE_FOLDER_DESCRIPTOR)}/agent.sock`;
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
  }
}

/** What is asked of a container cannot be had without one; that is said, never passed over. */
function refuseContainers({ nodes }: LabPlan): void {
  const asking = nodes.filter(({ container }) => container !== undefined).map(({ name }) => name);
  if (asking.length === 0) return;
  const which = asking.join(', ');
  throw new LabError('RUNTIME_UNFIT', `the file says how containers are to be (image, binds, env or cmd of ${which}), and netns has none`, {
    hint: 'nearcast up <topology> --runtime docker',
  });
}

function requirePrograms(): Programs {
  const frr = locateFrr();
  if (frr === undefined) {
    throw new LabError('FRR_UNAVAILABLE', 'there is no FRRouting on this machine', { hint: 'nearcast doctor says how to get it' });
  }
  const { daemonsDir, vtysh, libraryPath, binDirs } = frr;
  return { daemonsDir, vtysh, libraryPath, binDirs };
}

function clientOf({ child }: Launched): AgentClient {
  if (child.stdin === null || child.stdout === null) throw new LabError('BUG', 'an agent without standard streams');
  return new AgentClient(child.stdout, child.stdin);
}

/** Supervisor, unshare, agent: each the only child of the one before. */
function agentPidOf(supervisorPid: number): number {
  const [unsharePid = 0] = childrenOf(supervisorPid);
  return childrenOf(unsharePid)[0] ?? 0;
}

/** An agent that never answered did not come to life: what was printed instead says why. */
async function explain(error: unknown, { child, lastWords }: Launched): Promise<unknown> {
  if (!(error instanceof LabError) || error.code !== 'AGENT_GONE') return error;
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  const words = lastWords();
  if (/^(unshare|setpriv|mount):/m.test(words)) return explainUnshareFailure(words, readNamespaceFacts());
  return new LabError('DEPLOY_FAILED', `the agent ended before the lab was up${words === '' ? '' : `: ${words}`}`, { cause: error });
}

/** The lab goes on without its maker: nothing of the maker's may keep it waiting. */
function letGo({ child }: Launched): void {
  child.stdin?.destroy();
  child.stdout?.destroy();
  child.unref();
}

async function remove(states: LabStates, lab: string): Promise<void> {
  const record = states.read(lab);
  if (record === undefined) throw labNotFound(states, lab);
  // In the first moments of a deployment the lab is still its maker's: what is to be removed is about to come.
  const claimed = await pollUntil(
    () => states.read(lab),
    (seen) => seen?.maker.pid !== seen?.owner.pid || seen === undefined,
    { everyMs: 5, deadlineMs: END_DEADLINE_MS },
  );
  if (claimed.last !== undefined) await endLab(states, lab, claimed.last.owner.pid);
}

/** Ends all processes of a lab at once, and waits until none is left and its folder is gone. */
async function endLab(states: LabStates, lab: string, supervisorPid: number | undefined): Promise<void> {
  const [unsharePid = 0] = childrenOf(supervisorPid ?? 0);
  const processes = [supervisorPid ?? 0, unsharePid, ...childrenOf(unsharePid)].flatMap((pid) => identify(pid) ?? []);
  // The agent first, so that its supervisor lives to remove the folder; whoever hangs is not waited for.
  for (const { pid } of [...processes].reverse()) signalTo(pid, 'SIGKILL');
  const ended = await pollUntil(
    () => processes.filter(isAlive),
    (alive) => alive.length === 0,
    { everyMs: 2, deadlineMs: END_DEADLINE_MS },
  );
  states.forget(lab);
  if (!ended.held) {
    const pids = ended.last.map(({ pid }) => String(pid)).join(', ');
    throw new LabError('DEPLOY_FAILED', `processes of ${lab} do not end: ${pids}`, { hint: `kill -9 ${pids}` });
  }
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}

function labNotFound(states: LabStates, lab: string): LabError {
  const names = states.list().map((record: LabRecord) => record.lab);
  return new LabError('LAB_NOT_FOUND', `there is no lab named ${lab}`, {
    hint: names.length === 0 ? 'no lab is up: nearcast up figure3' : `labs that are up: ${names.join(', ')}`,
  });
}
