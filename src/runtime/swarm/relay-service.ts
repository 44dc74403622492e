import { randomBytes } from 'node:crypto';
import { LabError } from '../../errors.js';
import {
  ENGINE_SOCKET,
  RELAY_KEY_NAME,
  RELAY_LAB,
  RELAY_MACHINE,
  RELAY_MACHINES,
  RELAY_OWNERS,
  RELAY_PROGRAM,
} from '../../relay/relay-words.js';
import { pollUntil } from '../../support/poll.js';
import { statusOf, wordsOf, type Engine, type ServiceOptions } from '../docker/engine.js';
import { labels, type Owner } from '../docker/names.js';
import { endingName, relayName } from './names.js';

const START_DEADLINE_MS = 60_000;
const REMOVE_DEADLINE_MS = 30_000;
const KEY_BYTES = 32;

/** A task of a relay: on which machine, and where it is on the lab's own network. */
export interface RelayTask {
  readonly machine: string;
  readonly address: string;
  readonly container: string;
}

type Machines = readonly { readonly id: string; readonly name: string }[];

interface SwarmTask {
  readonly ID: string;
  readonly NodeID?: string;
  readonly DesiredState: string;
  readonly Status: {
    readonly State: string;
    readonly Err?: string;
    readonly ContainerStatus?: { readonly ContainerID?: string };
  };
  readonly NetworksAttachments?: readonly { readonly Addresses?: readonly string[] }[];
}

/**
 * Has the swarm run a relay on each of its machines, on a network of the lab's own, with a key that it hands to nobody else.
 * No port is published. LabError LAB_EXISTS where the name is taken.
 */
export async function createRelay(
  engine: Engine,
  owner: Owner,
  lab: string,
  {
    image,
    own,
    machines,
  }: {
    readonly image: string;
    readonly own: Readonly<Record<string, string>>;
    readonly machines: readonly { readonly id: string }[];
  },
): Promise<void> {
  const name = relayName(owner, lab);
  const common = { Name: name, Labels: own };
  // The first of them takes the name; what this call has made goes again if it fails.
  const made: { remove(): Promise<unknown> }[] = [];
  try {
    const network = await engine.createNetwork({ ...common, Driver: 'overlay', Internal: true });
    made.push(network);
    const key = randomBytes(KEY_BYTES).toString('base64');
    const { id } = (await engine.createSecret({ ...common, Data: key })) as { readonly id: string };
    const secret = engine.getSecret(id);
    made.push(secret);
    await engine.createService(
      relayService(common, {
        image,
        network: network.id,
        secret: id,
        env: [
          `${RELAY_OWNERS}=${JSON.stringify([owner.id])}`,
          `${RELAY_LAB}=${lab}`,
          // The swarm puts it in for each task.
          `${RELAY_MACHINE}={{.Node.ID}}`,
          `${RELAY_MACHINES}=${machines.map((machine) => machine.id).join(' ')}`,
        ],
      }),
    );
  } catch (error) {
    for (const each of made) await each.remove().catch(() => undefined);
    refuse(error, lab, name);
  }
}

function relayService(
  common: { readonly Name: string; readonly Labels: Readonly<Record<string, string>> },
  {
    image,
    network,
    secret,
    env,
  }: {
    readonly image: string;
    readonly network: string;
    readonly secret: string;
    readonly env: readonly string[];
  },
): ServiceOptions {
  const key = { Name: RELAY_KEY_NAME, UID: '0', GID: '0', Mode: 0o400 };
  return {
    ...common,
    TaskTemplate: {
      ContainerSpec: {
        Image: image,
        Env: [...env],
        // Not those of the lab's containers, which are removed one by one.
        Labels: { [labels.role]: 'relay' },
        Command: ['node', RELAY_PROGRAM],
        StopSignal: 'SIGKILL',
        Mounts: [{ Type: 'bind', Source: ENGINE_SOCKET, Target: ENGINE_SOCKET }],
        Secrets: [{ SecretID: secret, SecretName: common.Name, File: key }],
      },
      Networks: [{ Target: network }],
      // One that was told to end ends without a failure.
      RestartPolicy: { Condition: 'on-failure', Delay: 1e9 },
    },
    Mode: { Global: {} },
    EndpointSpec: { Mode: 'dnsrr' },
  };
}

/**
 * Until the relays of the machines that are awaited run; which these are is asked again and again, for a machine may leave meanwhile.
 * `before`: tasks that were there already; that one of them fails, as with its machine, says nothing of the next. LabError
 * IMAGE_UNAVAILABLE, DEPLOY_FAILED.
 */
export async function relaysOn(
  engine: Engine,
  owner: Owner,
  lab: string,
  awaited: () => Machines | Promise<Machines>,
  { signal, before = new Set() }: { readonly signal?: AbortSignal; readonly before?: ReadonlySet<string> } = {},
): Promise<readonly RelayTask[]> {
  const { last } = await pollUntil(
    async () => {
      const [machines, { running, failures }] = await Promise.all([awaited(), relayTasks(engine, owner, lab)]);
      const missing = machines.filter(({ id }) => !running.some(({ machine }) => machine === id));
      return { running, missing, failure: failures.find(({ task }) => !before.has(task))?.error };
    },
    ({ missing, failure }) => missing.length === 0 || failure !== undefined,
    { everyMs: 50, deadlineMs: START_DEADLINE_MS, signal },
  );
  const { running, missing, failure } = last;
  if (missing.length === 0) return running;
  const where = missing.map(({ name }) => name).join(', ');
  if (failure !== undefined && /no such image/i.test(failure))
    throw new LabError('IMAGE_UNAVAILABLE', `${where} does not have nearcast's image for agents: ${failure}`, {
      hint: 'bring it there: docker save nearcast/agent | ssh MACHINE docker load',
    });
  throw new LabError(
    'DEPLOY_FAILED',
    `the swarm has not started the relay on ${where}${failure === undefined ? ` within ${String(START_DEADLINE_MS / 1000)} s` : `: ${failure}`}`,
    { hint: `docker service ps --no-trunc ${relayName(owner, lab)}` },
  );
}

/** The relays that run, why others do not, and on which machines one ever ran. */
export interface RelayState {
  readonly running: readonly RelayTask[];
  readonly failures: readonly { readonly task: string; readonly error: string }[];
  /** The numbers of all tasks that the swarm remembers. */
  readonly tasks: ReadonlySet<string>;
  readonly everRan: ReadonlySet<string>;
}

/** How the relays of a lab are. */
export async function relayTasks(engine: Engine, owner: Owner, lab: string): Promise<RelayState> {
  const tasks = (await engine.listTasks({
    filters: { service: [relayName(owner, lab)] },
  })) as unknown as readonly SwarmTask[];
  const running = tasks.flatMap(({ NodeID, DesiredState, Status, NetworksAttachments }) => {
    const address = NetworksAttachments?.[0]?.Addresses?.[0]?.split('/')[0];
    if (Status.State !== 'running' || DesiredState !== 'running' || NodeID === undefined || address === undefined)
      return [];
    return [{ machine: NodeID, address, container: Status.ContainerStatus?.ContainerID ?? '' }];
  });
  const failures = tasks.flatMap(({ ID, Status: { State, Err } }) =>
    ['failed', 'rejected'].includes(State) && Err !== undefined ? [{ task: ID, error: Err }] : [],
  );
  const everRan = new Set(
    tasks.flatMap(({ NodeID, Status }) =>
      NodeID === undefined || (Status.ContainerStatus?.ContainerID ?? '') === '' ? [] : [NodeID],
    ),
  );
  return { running, failures, tasks: new Set(tasks.map(({ ID }) => ID)), everRan };
}

/**
 * Has the swarm end, on the machine of a part that was given up, what is left of it there, as soon as it reaches the machine: it may
 * only have been cut off.
 */
export async function createEnding(
  engine: Engine,
  owner: Owner,
  lab: string,
  {
    number,
    of,
    image,
    machine,
  }: { readonly number: number; readonly of: Owner; readonly image: string; readonly machine: string },
): Promise<void> {
  const name = endingName(owner, lab, number);
  try {
    await engine.createService({
      Name: name,
      // Not that of the lab, which has one service that says all of it.
      Labels: { [labels.owner]: owner.id },
      TaskTemplate: {
        ContainerSpec: {
          Image: image,
          Env: [`${RELAY_OWNERS}=${JSON.stringify([of.id])}`, `${RELAY_LAB}=${lab}`, `${RELAY_MACHINE}={{.Node.ID}}`],
          Labels: { [labels.role]: 'relay' },
          Command: ['node', RELAY_PROGRAM, 'end'],
          StopSignal: 'SIGKILL',
          Mounts: [{ Type: 'bind', Source: ENGINE_SOCKET, Target: ENGINE_SOCKET }],
        },
        Placement: { Constraints: [`node.id==${machine}`] },
        RestartPolicy: { Condition: 'on-failure', Delay: 1e9 },
      },
      Mode: { Global: {} },
    });
  } catch (error) {
    throw new LabError('DEPLOY_FAILED', `the swarm refused ${name}: ${wordsOf(error)}`, { cause: error });
  }
}

export async function removeEnding(engine: Engine, owner: Owner, lab: string, number: number): Promise<void> {
  const name = endingName(owner, lab, number);
  await gone(() => engine.getService(name).remove(), name);
}

/** Removes a lab's service, network and secret; what is gone already counts as removed. */
export async function removeRelay(engine: Engine, owner: Owner, lab: string): Promise<void> {
  const name = relayName(owner, lab);
  await gone(() => engine.getService(name).remove(), name);
  // A network is in use until its last task has ended.
  await Promise.all([gone(() => engine.getNetwork(name).remove(), name), gone(() => removeSecret(engine, name), name)]);
  // The swarm ends tasks, and with the last of them their network, after it has answered.
  await gone(async () => {
    await engine.getNetwork(name).inspect();
    throw Object.assign(new Error('its tasks have not ended'), { statusCode: 409 });
  }, name);
}

async function removeSecret(engine: Engine, name: string): Promise<void> {
  const secrets = (await engine.listSecrets({ filters: { name: [name] } })) as unknown as readonly {
    readonly ID: string;
    readonly Spec: { readonly Name: string };
  }[];
  for (const { ID, Spec } of secrets) if (Spec.Name === name) await engine.getSecret(ID).remove();
}

async function gone(remove: () => Promise<unknown>, name: string): Promise<void> {
  const { held, last } = await pollUntil(
    async () => {
      try {
        await remove();
        return undefined;
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        if ([400, 403, 409, 500].includes(statusOf(error) ?? 0)) return wordsOf(error);
        throw error;
      }
    },
    (trouble) => trouble === undefined,
    { everyMs: 50, deadlineMs: REMOVE_DEADLINE_MS },
  );
  if (!held)
    throw new LabError('DEPLOY_FAILED', `${name} cannot be removed from the swarm: ${last ?? ''}`, {
      hint: `docker service rm ${name}; docker network rm ${name}; docker secret rm ${name}`,
    });
}

function refuse(error: unknown, lab: string, name: string): never {
  if (statusOf(error) !== 409)
    throw new LabError('DEPLOY_FAILED', `the swarm refused ${name}: ${wordsOf(error)}`, { cause: error });
  throw new LabError('LAB_EXISTS', `something named ${name} is in the swarm already`, {
    cause: error,
    hint: `nearcast down ${lab}, or give this one another name: --name ${lab}-2`,
  });
}
