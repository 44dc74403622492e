import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { LabError, toLabError } from '../../errors.js';
import { STATE_FOLDER_DESCRIPTOR } from '../../protocol/agent-descriptors.js';
import type { LabPlan } from '../../plan/model.js';
import { AgentClient } from '../../protocol/channel.js';
import type { Programs } from '../../protocol/messages.js';
import { ensureFrr, locateFrr } from '../../setup/frr.js';
import { describeFrrProgress } from '../../setup/progress.js';
import { readNamespaceFacts } from '../../setup/namespaces.js';
import { runInForeground, runProgram } from '../../support/run-program.js';
import { packageRoot } from '../../support/package-root.js';
import { pollUntil } from '../../support/poll.js';
import type { DeployRequest, LabRecord, Runtime, UncommittedLab } from '../runtime.js';
import { connectToAgent, enterNode, SOCKET_FILE, whySilent } from './connection.js';
import { launchAgent, SUPERVISOR_WORD, type Launched } from './launch.js';
import { refuseBeyondLimits } from './limits.js';
import { awaitEnd, familyOf, remainsOf, type EndingOptions } from './ending.js';
import {
  childrenOf,
  findHolder,
  identify,
  isAlive,
  isEnding,
  relationTo,
  type ProcessIdentity,
} from './process-identity.js';
import { LabStates } from './state.js';
import type { StateRecord } from './state-record.js';
import { whyStillborn } from './stillborn.js';

const END_DEADLINE_MS = 10_000;
/** From its start to an agent's first word: without room for its threads, Node hangs. */
const BIRTH_MS = 20_000;
/** An agent that makes a thousand namespaces says nothing meanwhile. */
const DEPLOY_SILENCE_MS = 60_000;
/** Until an agent that ended has been seen to. */
const LAST_WORDS_DEADLINE_MS = 2000;

/**
 * Plain Linux namespaces: no Docker, no root, nothing left behind. A lab is one set of namespaces whose process 1 is
 * its agent; when that ends, by any cause, the kernel removes every process, interface and namespace of the lab.
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
      const record = states.find(lab);
      if (record === undefined) throw labNotFound(states, lab);
      if (record.phase === 'broken') throw brokenRecord(states, lab);
      return connectToAgent(record, states.labFolder(lab));
    },
    list: () => Promise.resolve(states.list()),
    remove: (lab, options) => remove(states, lab, options),
  };
}

async function deploy(states: LabStates, request: DeployRequest): Promise<UncommittedLab> {
  const { lab, plan, files, signal, onProgress } = request;
  const programs = requirePrograms();
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
  const discard = (): Promise<void> => endLab(states, lab, supervisor.pid);
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
      deployMs,
      attach: async (node, argv) => runInForeground(await enterNode(record, agent, node, argv)),
      exec: async (node, argv) => runProgram(await enterNode(record, agent, node, argv)),
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

/** What is asked of a container cannot be had without one; that is said, never passed over. */
function refuseContainers({ nodes }: LabPlan): void {
  const asking = nodes.filter(({ container }) => container !== undefined).map(({ name }) => name);
  if (asking.length === 0) return;
  const which = asking.join(', ');
  throw new LabError(
    'RUNTIME_UNFIT',
    `the file says how containers are to be (image, binds, env or cmd of ${which}), and netns has none`,
    {
      hint: 'nearcast up <topology> --runtime docker',
    },
  );
}

function requirePrograms(): Programs {
  const frr = locateFrr();
  if (frr === undefined) {
    throw new LabError('FRR_UNAVAILABLE', 'there is no FRRouting on this machine', {
      hint: 'nearcast doctor says how to get it',
    });
  }
  const { daemonsDir, vtysh, libraryPath, binDirs } = frr;
  return { daemonsDir, vtysh, libraryPath, binDirs };
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

/** Why an agent ended, or did not come to life: what was printed instead of its words says it. */
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
    return new LabError('PROGRAM_MISSING', `the shell that begins a lab did not start: ${message}`, {
      cause: notStarted,
      hint: 'is there /bin/sh on this machine?',
    });
  }
  if (!hasEnded)
    return new LabError(error.code, error.message, {
      cause: error,
      hint: 'what was begun is undone; is the machine short of processes or memory?',
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

async function remove(states: LabStates, lab: string, options: EndingOptions = {}): Promise<void> {
  // In the first moments of a deployment the lab is still its maker's: what is to be removed is about to come.
  const { last: found } = await pollUntil(
    () => states.find(lab) ?? 'gone',
    (seen) => seen === 'gone' || seen.phase === 'broken' || !isMakers(seen),
    { everyMs: 5, deadlineMs: END_DEADLINE_MS },
  );
  if (found === 'gone') throw labNotFound(states, lab);
  const folder = states.labFolder(lab);
  if (found.phase === 'broken') {
    const supervisor = findHolder(folder, SUPERVISOR_WORD);
    if (supervisor === undefined) states.forget(lab);
    else await endLab(states, lab, supervisor.pid, options);
    return;
  }
  if (found.phase === 'dead') return endAgain(states, lab, found.ending ?? [], options);
  const { owner, maker } = found;
  if (isMakers(found)) {
    // It is no process of the lab, but of whoever makes it.
    const pid = String(maker.pid);
    throw new LabError('DEPLOY_FAILED', `process ${pid}, which deploys ${lab}, does not go on`, {
      hint: `end it (kill ${pid}), then nearcast down ${lab}`,
    });
  }
  if (relationTo(folder, owner) === 'of the lab') await endLab(states, lab, owner.pid, options);
  else states.forget(lab);
}

function isMakers({ owner, maker }: StateRecord): boolean {
  return owner.pid === maker.pid;
}

/** Ends all processes of a lab at once, and waits until none is left; then its folder goes. */
async function endLab(
  states: LabStates,
  lab: string,
  supervisorPid: number | undefined,
  options: EndingOptions = {},
): Promise<void> {
  const [unsharePid = 0] = childrenOf(supervisorPid ?? 0);
  const first = [supervisorPid ?? 0, unsharePid, ...childrenOf(unsharePid)].flatMap((pid) => identify(pid) ?? []);
  const all = familyOf(supervisorPid ?? 0);
  states.noteEnding(lab, first);
  // The supervisor first: it would remove the folder, and with it all that is known of a lab that has not ended yet.
  for (const each of first) if (isAlive(each)) signalTo(each.pid, 'SIGKILL');
  await awaitEnd(lab, first, () => remainsOf(all), options);
  states.forget(lab);
}

/** Waits for a lab that has been killed, and has not ended yet. */
async function endAgain(
  states: LabStates,
  lab: string,
  ending: readonly ProcessIdentity[],
  options: EndingOptions,
): Promise<void> {
  const left = ending.filter((each) => isEnding(states.labFolder(lab), each));
  for (const { pid } of left) signalTo(pid, 'SIGKILL');
  await awaitEnd(lab, left, () => remainsOf(left.flatMap(({ pid }) => familyOf(pid))), options);
  states.forget(lab);
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}

function brokenRecord(states: LabStates, lab: string): LabError {
  return new LabError(
    'STATE_FOLDER',
    `the record of ${lab} in ${states.labFolder(lab)} is none of nearcast's, or names a process that is not the lab's`,
    { hint: `nearcast down ${lab} removes it` },
  );
}

function labNotFound(states: LabStates, lab: string): LabError {
  const names = states.list().map((record: LabRecord) => record.lab);
  return new LabError('LAB_NOT_FOUND', `there is no lab named ${lab}`, {
    hint: names.length === 0 ? 'no lab is up: nearcast up figure3' : `labs that are up: ${names.join(', ')}`,
  });
}
