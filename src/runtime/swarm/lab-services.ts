import { randomInt } from 'node:crypto';
import { LabError } from '../../errors.js';
import { statusOf, wordsOf, type Engine } from '../docker/engine.js';
import type { EngineOfOwner } from '../docker/engine-of-owner.js';
import { mayLive } from '../docker/maker.js';
import { labels, type Owner } from '../docker/names.js';
import type { LabRecord } from '../runtime.js';
import { RELAY_MACHINES } from '../../relay/relay-words.js';
import type { SwarmMachine } from './machines.js';
import { endingLabel, firstNetworkLabel, machinesLabel, relayName } from './names.js';

/** The upper half of VXLAN's numbers: those of overlay networks begin at 4096. */
const FIRST_OF_ALL = 0x80_0000;
const EACH = 0x4000;
const BLOCKS = 512;
const upLabel = 'nearcast.up';

interface SwarmService {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly Spec: ServiceSpec;
}

interface ServiceSpec {
  readonly Name: string;
  readonly Labels?: Readonly<Record<string, string>>;
  readonly TaskTemplate: { readonly ContainerSpec: { readonly Env?: readonly string[] } };
}

/** What a swarm knows of a lab. */
export interface SwarmLab {
  readonly record: LabRecord;
  /** Those that have nodes of it, in the order of their parts. */
  readonly machines: readonly LabMachine[];
  /** The first of its VXLAN networks. */
  readonly firstNetwork: number;
}

/** A machine that has nodes of a lab, as the swarm keeps it. */
export interface LabMachine {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly nodes: readonly string[];
}

/** Of these machines, the one that a lab means: it may have left the swarm, and come back under another number. */
export function sameMachine<T extends Pick<SwarmMachine, 'id' | 'name' | 'address'>>(
  { id, name, address }: Pick<LabMachine, 'id' | 'name' | 'address'>,
  machines: readonly T[],
): T | undefined {
  return (
    machines.find((machine) => machine.id === id) ??
    machines.find((machine) => machine.name === name && machine.address === address)
  );
}

/** The labs of an owner that a swarm knows of, by their services. */
export async function labServices(engine: Engine, owner: Owner, lab?: string): Promise<readonly SwarmLab[]> {
  const wanted = [`${labels.owner}=${owner.id}`, lab === undefined ? labels.lab : `${labels.lab}=${lab}`];
  const services = (await engine.listServices({ filters: { label: wanted } })) as unknown as readonly SwarmService[];
  return services
    .map(({ Spec: { Labels = {} } }): SwarmLab => {
      const startedAt = Labels[labels.startedAt] ?? '';
      const isBeginning = mayLive(Labels[labels.maker] ?? '', startedAt);
      return {
        machines: JSON.parse(Labels[machinesLabel] ?? '[]') as readonly LabMachine[],
        firstNetwork: Number(Labels[firstNetworkLabel]),
        record: {
          lab: Labels[labels.lab] ?? '',
          topology: Labels[labels.topology] ?? '',
          runtime: 'swarm',
          nodes: Number(Labels[labels.nodes]),
          startedAt,
          phase:
            Labels[endingLabel] !== undefined
              ? 'dead'
              : Labels[upLabel] === 'yes'
                ? 'up'
                : isBeginning
                  ? 'deploying'
                  : 'dead',
        },
      };
    })
    .sort((a, b) => (a.record.lab < b.record.lab ? -1 : 1));
}

/** From now on the lab can be connected to. */
export async function markUp(engine: Engine, owner: Owner, lab: string): Promise<void> {
  await updateService(engine, owner, lab, (spec) => ({ ...spec, Labels: { ...spec.Labels, [upLabel]: 'yes' } }));
}

/** The lab is being removed: from now on nobody connects to it. */
export async function markEnding(engine: Engine, owner: Owner, lab: string): Promise<void> {
  await updateService(engine, owner, lab, (spec) => ({ ...spec, Labels: { ...spec.Labels, [endingLabel]: 'yes' } }));
}

/**
 * Only these machines have nodes of the lab from now on; of `living` where it is being removed. The relays begin anew, also those of machines that are not reached now, once
 * they are: on every other machine they end what is left of it.
 */
export async function retellMachines(
  engine: Engine,
  owner: Owner,
  lab: string,
  machines: readonly LabMachine[],
  living = machines,
): Promise<void> {
  await updateService(engine, owner, lab, (spec) => {
    const container = spec.TaskTemplate.ContainerSpec;
    const others = (container.Env ?? []).filter((each) => !each.startsWith(`${RELAY_MACHINES}=`));
    const Env = [...others, `${RELAY_MACHINES}=${living.map(({ id }) => id).join(' ')}`];
    return {
      ...spec,
      Labels: { ...spec.Labels, [machinesLabel]: JSON.stringify(machines) },
      TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: { ...container, Env } },
    };
  });
}

async function updateService(
  engine: Engine,
  owner: Owner,
  lab: string,
  change: (spec: ServiceSpec) => ServiceSpec,
): Promise<void> {
  const service = engine.getService(relayName(owner, lab));
  try {
    const { Version, Spec } = (await service.inspect()) as SwarmService;
    await service.update({ ...change(Spec), version: Version.Index });
  } catch (error) {
    if (statusOf(error) === undefined) throw error;
    throw new LabError('DEPLOY_FAILED', `the swarm refused a change of ${relayName(owner, lab)}: ${wordsOf(error)}`, {
      cause: error,
    });
  }
}

/** The first of a block of VXLAN numbers that no lab of this swarm has. */
export async function freeNetworks({ engine }: EngineOfOwner): Promise<number> {
  const services = (await engine.listServices({
    filters: { label: [firstNetworkLabel] },
  })) as unknown as readonly SwarmService[];
  const taken = new Set(services.map(({ Spec }) => Number(Spec.Labels?.[firstNetworkLabel])));
  const free = Array.from({ length: BLOCKS }, (_, block) => FIRST_OF_ALL + block * EACH).filter(
    (first) => !taken.has(first),
  );
  const chosen = free[randomInt(Math.max(1, free.length))];
  if (chosen === undefined)
    throw new LabError('DEPLOY_FAILED', `${String(BLOCKS)} labs are in this swarm already`, { hint: 'nearcast list' });
  return chosen;
}
