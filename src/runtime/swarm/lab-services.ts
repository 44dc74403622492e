import { randomInt } from 'node:crypto';
import { LabError } from '../../errors.js';
import { statusOf, wordsOf, type Engine } from '../docker/engine.js';
import type { EngineOfOwner } from '../docker/engine-of-owner.js';
import { mayLive } from '../docker/maker.js';
import { labels, type Owner } from '../docker/names.js';
import type { LabRecord } from '../runtime.js';
import { RELAY_MACHINES, RELAY_OWNERS } from '../../relay/relay-words.js';
import type { SwarmMachine } from './machines.js';
import { endingLabel, firstNetworkLabel, machinesLabel, ownerOfPart, relayName } from './names.js';

/** The upper half of VXLAN's numbers: those of overlay networks begin at 4096. */
const FIRST_OF_ALL = 0x80_0000;
export const NETWORKS_OF_LAB = 0x1_0000;
const BLOCKS = 128;
const upLabel = 'nearcast.up';

type Labels = Readonly<Record<string, string>>;

interface SwarmService {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly Spec: ServiceSpec;
}

interface ServiceSpec {
  readonly Name: string;
  readonly Labels?: Labels;
  readonly TaskTemplate: { readonly ContainerSpec: { readonly Env?: readonly string[] } };
}

/** What a swarm knows of a lab. */
export interface SwarmLab {
  readonly record: LabRecord;
  /** It is not one that never began, or is as good as removed. */
  readonly hasService: boolean;
  /** Its parts, by number. */
  readonly parts: readonly LabMachine[];
  /** The first of its VXLAN networks. */
  readonly firstNetwork: number;
}

/** A part of a lab, and the machine that has it, as the swarm keeps it. */
export interface LabMachine {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly nodes: readonly string[];
  /** How often nodes of a lost machine had been given to others, once it had these. Left out where the lab began with it. */
  readonly turn?: number;
  /** Its nodes were given to others. */
  readonly isGivenUp?: boolean;
}

/** Whose containers those of each part are, by number. */
export function ownersOfParts(owner: Owner, parts: readonly LabMachine[]): readonly Owner[] {
  return parts.map(({ turn }, number) => (turn === undefined ? owner : ownerOfPart(owner, number)));
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

/**
 * The labs of an owner that a swarm knows of, by their services; also those of which only a network or a secret is left, because
 * whoever made or removed them was killed.
 */
export async function labServices(engine: Engine, owner: Owner, lab?: string): Promise<readonly SwarmLab[]> {
  const label = [`${labels.owner}=${owner.id}`, lab === undefined ? labels.lab : `${labels.lab}=${lab}`];
  const [services, networks, secrets] = await Promise.all([
    engine.listServices({ filters: { label } }) as unknown as Promise<readonly SwarmService[]>,
    engine.listNetworks({ filters: { label } }),
    engine.listSecrets({ filters: { label } }) as unknown as Promise<readonly Pick<SwarmService, 'Spec'>[]>,
  ]);
  const found = new Map<string, SwarmLab>();
  const add = (own: Labels, hasService: boolean): void => {
    const name = own[labels.lab] ?? '';
    if (!found.has(name)) found.set(name, labOf(own, hasService));
  };
  for (const { Spec } of services) add(Spec.Labels ?? {}, true);
  for (const { Labels } of networks) add(Labels ?? {}, false);
  for (const { Spec } of secrets) add(Spec.Labels ?? {}, false);
  return [...found.values()].sort((a, b) => (a.record.lab < b.record.lab ? -1 : 1));
}

function labOf(own: Labels, hasService: boolean): SwarmLab {
  const startedAt = own[labels.startedAt] ?? '';
  const isBeginning = mayLive(own[labels.maker] ?? '', startedAt);
  return {
    hasService,
    parts: JSON.parse(own[machinesLabel] ?? '[]') as readonly LabMachine[],
    firstNetwork: Number(own[firstNetworkLabel]),
    record: {
      lab: own[labels.lab] ?? '',
      topology: own[labels.topology] ?? '',
      runtime: 'swarm',
      nodes: Number(own[labels.nodes]),
      startedAt,
      phase:
        own[endingLabel] !== undefined ? 'dead' : own[upLabel] === 'yes' ? 'up' : isBeginning ? 'deploying' : 'dead',
    },
  };
}

/** From now on the lab can be connected to. */
export async function markUp(engine: Engine, owner: Owner, lab: string): Promise<void> {
  await updateService(engine, owner, lab, (spec) => ({ ...spec, Labels: { ...spec.Labels, [upLabel]: 'yes' } }));
}

/** The lab is being removed: from now on nobody connects to it. */
export async function markEnding(engine: Engine, owner: Owner, lab: string): Promise<void> {
  await updateService(engine, owner, lab, (spec) => ({ ...spec, Labels: { ...spec.Labels, [endingLabel]: 'yes' } }));
}

/** These are the parts of the lab from now on. Its relays go on. */
export async function keepParts(
  engine: Engine,
  owner: Owner,
  lab: string,
  parts: readonly LabMachine[],
): Promise<void> {
  await updateService(engine, owner, lab, (spec) => ({
    ...spec,
    Labels: { ...spec.Labels, [machinesLabel]: JSON.stringify(parts) },
  }));
}

/**
 * No machine has nodes of the lab any more. The relays begin anew, also those of machines that are not reached now, once they are: they end
 * what is left of it.
 */
export async function tellOfEnd(
  engine: Engine,
  owner: Owner,
  lab: string,
  parts: readonly LabMachine[],
): Promise<void> {
  await updateService(engine, owner, lab, (spec) => {
    const container = spec.TaskTemplate.ContainerSpec;
    const told = [`${RELAY_MACHINES}=`, `${RELAY_OWNERS}=`];
    const others = (container.Env ?? []).filter((each) => !told.some((word) => each.startsWith(word)));
    const owners = [...new Set([owner, ...ownersOfParts(owner, parts)].map(({ id }) => id))];
    const Env = [...others, `${RELAY_MACHINES}=`, `${RELAY_OWNERS}=${JSON.stringify(owners)}`];
    return { ...spec, TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: { ...container, Env } } };
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
  const free = Array.from({ length: BLOCKS }, (_, block) => FIRST_OF_ALL + block * NETWORKS_OF_LAB).filter(
    (first) => !taken.has(first),
  );
  const chosen = free[randomInt(Math.max(1, free.length))];
  if (chosen === undefined)
    throw new LabError('DEPLOY_FAILED', `${String(BLOCKS)} labs are in this swarm already`, { hint: 'nearcast list' });
  return chosen;
}
