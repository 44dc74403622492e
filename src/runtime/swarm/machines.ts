import { LabError } from '../../errors.js';
import type { Engine } from '../docker/engine.js';
import { wordsOf } from '../docker/engine.js';
import { pollUntil } from '../../support/poll.js';

/** A machine of a swarm that can run nodes. */
export interface SwarmMachine {
  /** Its host name; with its number in the swarm where two have the same one. */
  readonly name: string;
  readonly id: string;
  /** Its address among the machines. */
  readonly address: string;
  readonly architecture: string;
  readonly cores: number;
  readonly memoryMb: number;
  readonly labels: Readonly<Record<string, string>>;
  /** It is the one whose engine is asked. */
  readonly isHere: boolean;
}

/** A swarm, as one of its managers knows it. */
export interface Swarm {
  /** Those that run, this one first, the others by name. */
  readonly machines: readonly SwarmMachine[];
  /** The numbers of all that it has, also of those that it does not reach. One that was removed from it (`docker node rm`) is no longer among them. */
  readonly known: readonly string[];
  /** The numbers of those that it has not heard of since its manager was started: they run, or are found to be gone within seconds. */
  readonly unheard: readonly string[];
  /** The UDP port that is open between its machines. */
  readonly port: number;
}

interface SwarmInfo {
  readonly LocalNodeState?: string;
  readonly ControlAvailable?: boolean;
  readonly NodeID?: string;
  readonly NodeAddr?: string;
}

interface SwarmNode {
  readonly ID: string;
  readonly Spec: { readonly Availability: string; readonly Labels?: Readonly<Record<string, string>> };
  readonly Description: {
    readonly Hostname: string;
    readonly Platform: { readonly Architecture: string };
    readonly Resources: { readonly NanoCPUs: number; readonly MemoryBytes: number };
  };
  readonly Status: { readonly State: string; readonly Addr: string };
}

/** Longer than a swarm waits for them. */
const HEARD_DEADLINE_MS = 30_000;
const USUAL_PORT = 4789;
const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };

/** The swarm that an engine manages, once it knows of all its machines whether they run. LabError RUNTIME_UNFIT where it manages none. */
export async function readSwarm(engine: Engine): Promise<Swarm> {
  const { last } = await pollUntil(
    () => lookAtSwarm(engine),
    ({ unheard }) => unheard.length === 0,
    { everyMs: 200, deadlineMs: HEARD_DEADLINE_MS },
  );
  return last;
}

/** The same as the swarm knows it now. */
export async function lookAtSwarm(engine: Engine): Promise<Swarm> {
  const { Swarm: info = {} } = (await engine.info()) as { Swarm?: SwarmInfo };
  if (info.ControlAvailable !== true) throw noManager(info);
  try {
    const [nodes, swarm] = await Promise.all([
      engine.listNodes() as unknown as Promise<readonly SwarmNode[]>,
      engine.swarmInspect() as Promise<{ readonly DataPathPort?: number }>,
    ]);
    return {
      machines: machinesOf(nodes, info),
      known: nodes.map(({ ID }) => ID),
      unheard: nodes.filter(({ Status }) => Status.State === 'unknown').map(({ ID }) => ID),
      // The engine says 0 where nobody has chosen another one.
      port: swarm.DataPathPort === undefined || swarm.DataPathPort === 0 ? USUAL_PORT : swarm.DataPathPort,
    };
  } catch (cause) {
    throw new LabError('RUNTIME_UNFIT', `the swarm does not answer: ${wordsOf(cause)}`, {
      cause,
      hint: 'docker node ls',
    });
  }
}

/** Pure: the machines that run, of the swarm's nodes. */
export function machinesOf(nodes: readonly SwarmNode[], info: SwarmInfo): readonly SwarmMachine[] {
  const usable = nodes.filter(({ Spec, Status }) => Status.State === 'ready' && Spec.Availability === 'active');
  const names = usable.map(({ Description }) => Description.Hostname);
  return usable
    .map(({ ID, Spec, Description: { Hostname, Platform, Resources }, Status }): SwarmMachine => {
      const isHere = ID === info.NodeID;
      return {
        name: names.filter((name) => name === Hostname).length === 1 ? Hostname : `${Hostname}-${ID.slice(0, 6)}`,
        id: ID,
        // A manager may know its own address as 0.0.0.0 only.
        address: isHere && info.NodeAddr !== undefined ? info.NodeAddr : Status.Addr,
        architecture: ARCHITECTURES[Platform.Architecture] ?? Platform.Architecture,
        cores: Resources.NanoCPUs / 1e9,
        memoryMb: Math.floor(Resources.MemoryBytes / 2 ** 20),
        labels: Spec.Labels ?? {},
        isHere,
      };
    })
    .sort((a, b) => Number(b.isHere) - Number(a.isHere) || (a.name < b.name ? -1 : 1));
}

function noManager({ LocalNodeState }: SwarmInfo): LabError {
  const [what, hint] =
    LocalNodeState === 'active'
      ? [
          'is a worker of a swarm, and only managers know all machines',
          'set DOCKER_HOST or docker context to a manager',
        ]
      : ['is in no swarm', 'docker swarm init'];
  return new LabError('RUNTIME_UNFIT', `this engine ${what}`, { hint });
}
