import { randomInt } from 'node:crypto';
import { LabError } from '../../errors.js';
import { statusOf, wordsOf, type Engine } from '../docker/engine.js';
import type { EngineOfOwner } from '../docker/engine-of-owner.js';
import { mayLive } from '../docker/maker.js';
import { labels, type Owner } from '../docker/names.js';
import type { LabRecord } from '../runtime.js';
import { firstNetworkLabel, machinesLabel, relayName } from './names.js';

/** The upper half of VXLAN's numbers: those of overlay networks begin at 4096. */
const FIRST_OF_ALL = 0x80_0000;
const EACH = 0x4000;
const BLOCKS = 512;
const upLabel = 'nearcast.up';

interface SwarmService {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly Spec: { readonly Name: string; readonly Labels?: Readonly<Record<string, string>> };
}

/** What a swarm knows of a lab. */
export interface SwarmLab {
  readonly record: LabRecord;
  /** The numbers of the machines that have nodes of it. */
  readonly machines: readonly string[];
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
        machines: (Labels[machinesLabel] ?? '').split(' ').filter((id) => id !== ''),
        record: {
          lab: Labels[labels.lab] ?? '',
          topology: Labels[labels.topology] ?? '',
          runtime: 'swarm',
          nodes: Number(Labels[labels.nodes]),
          startedAt,
          phase: Labels[upLabel] === 'yes' ? 'up' : isBeginning ? 'deploying' : 'dead',
        },
      };
    })
    .sort((a, b) => (a.record.lab < b.record.lab ? -1 : 1));
}

/** From now on the lab can be connected to. */
export async function markUp(engine: Engine, owner: Owner, lab: string): Promise<void> {
  const service = engine.getService(relayName(owner, lab));
  const { Version, Spec } = (await service.inspect()) as SwarmService;
  try {
    await service.update({ ...Spec, version: Version.Index, Labels: { ...Spec.Labels, [upLabel]: 'yes' } });
  } catch (error) {
    if (statusOf(error) === undefined) throw error;
    throw new LabError('DEPLOY_FAILED', `the swarm refused the end of the deployment: ${wordsOf(error)}`, {
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
