import type { ContainerInfo } from 'dockerode';
import { LabError } from '../../errors.js';
import { inParallel } from '../../support/in-parallel.js';
import { pollUntil } from '../../support/poll.js';
import type { LabRecord } from '../runtime.js';
import { statusOf, wordsOf, type Engine } from './engine.js';
import { mayLive } from './maker.js';
import { agentContainerName, hasName, labels, type Owner } from './names.js';

/** An engine does little at the same time; more requests than this only wait there. */
export const CONTAINERS_AT_ONCE = 8;
const REMOVE_DEADLINE_MS = 30_000;

/** Every container of an owner's labs, or of one of them, whatever its state. */
export async function labContainers(engine: Engine, owner: Owner, lab?: string): Promise<readonly ContainerInfo[]> {
  const wanted = [`${labels.owner}=${owner.id}`, lab === undefined ? labels.lab : `${labels.lab}=${lab}`];
  return engine.listContainers({ all: true, filters: { label: wanted } });
}

/** The labs that containers belong to, by name. */
export function recordsOf(containers: readonly ContainerInfo[], owner: Owner): readonly LabRecord[] {
  const names = [...new Set(containers.flatMap(({ Labels }) => Labels[labels.lab] ?? []))].sort();
  return names.map((lab) => {
    const own = containers.filter(({ Labels }) => Labels[labels.lab] === lab);
    const label = (name: string): string => own[0]?.Labels[name] ?? '';
    return {
      lab,
      topology: label(labels.topology),
      runtime: 'docker',
      nodes: Number(label(labels.nodes)),
      startedAt: label(labels.startedAt),
      phase: phaseOf(lab, own, owner),
    };
  });
}

function agentOf(containers: readonly ContainerInfo[]): ContainerInfo | undefined {
  return containers.find(({ Labels }) => Labels[labels.role] === 'agent');
}

/** The phase of a lab is that of its agent's container, which may not exist yet. */
function phaseOf(lab: string, containers: readonly ContainerInfo[], owner: Owner): LabRecord['phase'] {
  const agent = agentOf(containers);
  if (agent?.State === 'running' && hasName(agent, agentContainerName(owner, lab, 'up'))) return 'up';
  const { [labels.maker]: maker = '', [labels.startedAt]: startedAt = '' } = containers[0]?.Labels ?? {};
  const isBeginning = agent?.State === 'running' || agent?.State === 'created';
  return isBeginning && mayLive(maker, startedAt) ? 'deploying' : 'dead';
}

/** Removes containers with all that they hold; those already gone count as removed. */
export async function removeContainers(engine: Engine, containers: readonly { readonly Id: string }[]): Promise<void> {
  await inParallel(containers, CONTAINERS_AT_ONCE, ({ Id }) => removeContainer(engine, Id));
}

async function removeContainer(engine: Engine, id: string): Promise<void> {
  const { held, last } = await pollUntil(
    async () => {
      try {
        await engine.getContainer(id).remove({ force: true, v: true });
        return undefined;
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        // Another process is removing it: wait until it has.
        if (statusOf(error) === 409) return wordsOf(error);
        throw error;
      }
    },
    (trouble) => trouble === undefined,
    { everyMs: 50, deadlineMs: REMOVE_DEADLINE_MS },
  );
  if (!held)
    throw new LabError('DEPLOY_FAILED', `a container cannot be removed: ${last ?? ''}`, { hint: `docker rm -f ${id}` });
}
