import type { Duplex } from 'node:stream';
import type { Container, ContainerCreateOptions } from 'dockerode';
import { LabError } from '../../errors.js';
import type { LabPlan } from '../../plan/model.js';
import { AgentClient } from '../../protocol/channel.js';
import type { Deployment } from '../../protocol/messages.js';
import { inParallel } from '../../support/in-parallel.js';
import { pollUntil } from '../../support/poll.js';
import { timed } from '../agent-clock.js';
import { labExists } from '../lab-exists.js';
import type { Agent, DeployRequest, LabRecord, UncommittedLab } from '../runtime.js';
import { agentSocket } from './agent-socket.js';
import { programsIn } from './connection.js';
import type { EngineOfOwner } from './engine-of-owner.js';
import { agentContainer, nodeContainer, type LabOnEngine } from './container-specs.js';
import { statusOf, wordsOf, type EngineFacts } from './engine.js';
import { isBrokenOff } from './engine-lost.js';
import { labImages } from './images/ensure-images.js';
import { CONTAINERS_AT_ONCE, labContainers, recordsOf, removeContainers } from './lab-containers.js';
import { thisMaker } from './maker.js';
import { agentContainerName, labels, nodeContainerName } from './names.js';
import { ReviveBeforeRestore } from './revive.js';
import { separate } from './streams.js';

const LAST_WORDS_DEADLINE_MS = 2000;

/** Deploys a lab: its agent's container first, which takes the name, then the nodes' side by side. */
export async function deployContainers(
  at: EngineOfOwner,
  facts: EngineFacts,
  request: DeployRequest,
): Promise<UncommittedLab> {
  const begun = await beginOnEngine(at, facts, request, request.plan.nodes);
  try {
    const deployMs = await begun.deploy({ plan: request.plan, files: request.files });
    const { record, agent, commit, discard, close } = begun;
    return {
      record,
      agent,
      agents: [timed(agent)],
      deployMs,
      ...programsIn(at, record, agent),
      commit,
      discard,
      close,
    };
  } catch (error) {
    throw await begun.failed(error);
  }
}

/** The containers of a lab on one engine: those of all its nodes, or of some. Whoever began them commits or discards them. */
export interface BegunContainers extends Pick<UncommittedLab, 'commit' | 'discard' | 'close'> {
  readonly record: LabRecord;
  readonly agent: Agent;
  /** Has the agent deploy a plan, or its part of one; how long it took, the containers included. */
  deploy(deployment: Omit<Deployment, 'place'>): Promise<number>;
  /** Discards everything; why it failed, as far as it is known. */
  failed(error: unknown): Promise<unknown>;
}

/** Starts the agent and the containers of these nodes on one engine. */
export async function beginOnEngine(
  at: EngineOfOwner,
  facts: EngineFacts,
  request: DeployRequest,
  nodes: LabPlan['nodes'],
): Promise<BegunContainers> {
  const { engine, owner } = at;
  const { lab, plan, signal } = request;
  await clearTheWay(at, lab, nodes);
  signal.throwIfAborted();
  const startedAt = new Date().toISOString();
  const placed: LabOnEngine = { owner, lab, plan, startedAt, maker: thisMaker(), kernel: facts.kernel };
  const images = labImages(facts.architecture);
  const agentBox = await claim(at, agentContainer(placed, images.agent));
  const agentAttached = attachAgent(agentBox);
  const agentStarted = agentAttached.then((stream) => startAgent(at, agentBox, stream));
  const nodesStarted = startNodes(at, { ...request, nodes }, agentAttached, (node) =>
    nodeContainer(placed, node, images.ofNode(node)),
  );
  const made = Promise.all([agentStarted, nodesStarted]);
  made.catch(() => undefined);
  const discard = async (): Promise<void> => {
    // What is being made is waited for: a container that comes after its lab has gone would stay.
    await Promise.allSettled([agentStarted, nodesStarted]);
    await removeContainers(engine, await labContainers(engine, owner, lab));
  };
  let discarded: Promise<void> | undefined;
  const discardOnce = (): Promise<void> => (discarded ??= discard());
  const onAbort = (): void => void discardOnce().catch(() => undefined);
  signal.addEventListener('abort', onAbort, { once: true });
  const failed = async (error: unknown): Promise<unknown> => {
    const explained = signal.aborted ? error : await explain(at, request, error);
    await discardOnce();
    signal.removeEventListener('abort', onAbort);
    return signal.aborted ? signal.reason : explained;
  };
  const startedMs = performance.now();
  try {
    const [{ client, stream }, pids] = await made;
    client.onProgress = request.onProgress;
    const record: LabRecord = {
      lab,
      topology: plan.topology,
      runtime: 'docker',
      nodes: plan.nodes.length,
      startedAt,
      phase: 'deploying',
    };
    const agent = new ReviveBeforeRestore(at, record, client);
    return {
      record,
      agent,
      failed,
      async deploy(deployment) {
        await client.call('deploy', { ...deployment, place: { kind: 'containers', pids } });
        return Math.round(performance.now() - startedMs);
      },
      async commit({ outlive }) {
        await agent.call('listen', { socket: agentSocket });
        await agentBox.rename({ name: agentContainerName(owner, lab, 'up') });
        if (outlive) await agent.call('outlive', {});
        signal.throwIfAborted();
        signal.removeEventListener('abort', onAbort);
      },
      discard: discardOnce,
      close: () => stream.destroy(),
    };
  } catch (error) {
    throw await failed(error);
  }
}

/** Refuses a name that is taken, before anything is made; what a dead lab left under it is removed. */
async function clearTheWay({ engine, owner }: EngineOfOwner, lab: string, nodes: LabPlan['nodes']): Promise<void> {
  const all = await engine.listContainers({ all: true });
  const own = all.filter(({ Labels }) => Labels[labels.owner] === owner.id && Labels[labels.lab] === lab);
  const [record] = recordsOf(own, owner);
  if (record !== undefined && record.phase !== 'dead') throw labExists(record);
  const ownIds = new Set(own.map(({ Id }) => Id));
  const wanted = [
    ...nodes.map(({ name }) => nodeContainerName(owner, lab, name)),
    ...(['deploying', 'up'] as const).map((phase) => agentContainerName(owner, lab, phase)),
  ];
  const taken = new Set(
    all.filter(({ Id }) => !ownIds.has(Id)).flatMap(({ Names }) => Names.map((name) => name.slice(1))),
  );
  const first = wanted.find((name) => taken.has(name));
  if (first !== undefined) throw nameTaken(first, lab);
  await removeContainers(engine, own);
}

function nameTaken(name: string, lab: string, cause?: unknown): LabError {
  return new LabError(
    'CONTAINER_NAME_TAKEN',
    `a container named ${name} exists already and belongs to none of your labs`,
    {
      cause,
      hint: `give the lab another name: --name ${lab}-2; or set NEARCAST_DOCKER_PREFIX if several people share the engine`,
    },
  );
}

/** Of two that want one name, the engine gives it to one. */
async function claim({ engine }: EngineOfOwner, options: ContainerCreateOptions): Promise<Container> {
  try {
    return await engine.createContainer(options);
  } catch (error) {
    if (statusOf(error) !== 409) throw engineRefused('the agent', error);
    const name = options.name ?? '';
    throw new LabError('LAB_EXISTS', `another process is deploying a lab of this name: ${name} exists already`, {
      cause: error,
      hint: 'nearcast list',
    });
  }
}

interface StartedAgent {
  readonly client: AgentClient;
  readonly stream: Duplex;
}

async function attachAgent(container: Container): Promise<Duplex> {
  return (await container.attach({
    stream: true,
    stdin: true,
    stdout: true,
    stderr: true,
    hijack: true,
  })) as unknown as Duplex;
}

async function startAgent({ engine }: EngineOfOwner, container: Container, stream: Duplex): Promise<StartedAgent> {
  const { stdout, stderr } = separate(engine, stream);
  stderr.resume();
  try {
    await container.start();
  } catch (error) {
    throw engineRefused('the agent', error);
  }
  return { client: new AgentClient(stdout, stream), stream };
}

/**
 * Creates and starts every node's container; the number of its first process by the node's name. None is started before
 * the engine was asked to start the agent, which ends them all if the process that makes the lab is killed meanwhile.
 */
async function startNodes(
  { engine }: EngineOfOwner,
  { plan, nodes, signal, onProgress }: DeployRequest & { readonly nodes: LabPlan['nodes'] },
  agentAttached: Promise<unknown>,
  optionsOf: (node: DeployRequest['plan']['nodes'][number]) => ContainerCreateOptions,
): Promise<Readonly<Record<string, number>>> {
  let done = 0;
  const pids = await inParallel(nodes, CONTAINERS_AT_ONCE, async (node) => {
    signal.throwIfAborted();
    try {
      const container = await engine.createContainer(optionsOf(node));
      await agentAttached;
      signal.throwIfAborted();
      await container.start();
      const { State } = await container.inspect();
      onProgress({ phase: 'containers', done: ++done, total: nodes.length });
      return [node.name, State.Pid] as const;
    } catch (error) {
      signal.throwIfAborted();
      throw statusOf(error) === 409
        ? nameTaken(optionsOf(node).name ?? '', plan.topology, error)
        : engineRefused(node.name, error);
    }
  });
  return Object.fromEntries(pids);
}

function engineRefused(what: string, error: unknown): unknown {
  if (error instanceof LabError || isBrokenOff(error)) return error;
  return new LabError('DEPLOY_FAILED', `the engine could not start the container of ${what}: ${wordsOf(error)}`, {
    cause: error,
    hint: 'check what the file says of this node (image, cmd, binds, sysctls)',
  });
}

/** A container that ended says why in its log, and its engine with which status. */
async function explain({ engine, owner }: EngineOfOwner, { lab }: DeployRequest, error: unknown): Promise<unknown> {
  if (!(error instanceof LabError) || (error.code !== 'DEPLOY_FAILED' && error.code !== 'AGENT_GONE')) return error;
  const { last: ended } = await pollUntil(
    async () => (await labContainers(engine, owner, lab)).filter(({ State }) => State === 'exited'),
    (found) => found.length > 0,
    { everyMs: 50, deadlineMs: LAST_WORDS_DEADLINE_MS },
  );
  const words = await Promise.all(
    ended.slice(0, 3).map(async ({ Id, Names, Status }) => {
      const log = await engine.getContainer(Id).logs({ stdout: true, stderr: true, tail: 10 });
      // Frames of a log have eight bytes of header each, of which none is text.
      const text = log
        .toString('latin1')
        .replaceAll(/[^\x20-\x7e\n]/g, '')
        .trim();
      return `${Names[0]?.slice(1) ?? Id}: ${Status}${text === '' ? '' : `: ${text}`}`;
    }),
  );
  if (words.length === 0) return error;
  return new LabError('DEPLOY_FAILED', `${error.message} (${words.join('; ')})`, { cause: error, hint: error.hint });
}
