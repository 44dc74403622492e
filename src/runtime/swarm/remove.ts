import type { EngineFacts } from '../docker/engine.js';
import type { EngineOfOwner } from '../docker/engine-of-owner.js';
import { labContainers, removeContainers } from '../docker/lab-containers.js';
import type { Swarm } from './machines.js';
import { reachMachines } from './reach-machines.js';
import { relayTasks, removeRelay } from './relay-service.js';

/** Removes a lab from every machine that is reached; says which are not. */
export async function removeFromSwarm(
  here: EngineOfOwner,
  facts: EngineFacts,
  { machines }: Swarm,
  lab: string,
): Promise<void> {
  const { engine, owner } = here;
  const { running } = await relayTasks(engine, owner, lab);
  const { reached, close } = await reachMachines(
    here,
    facts,
    machines.filter(({ id, isHere }) => isHere || running.some(({ machine }) => machine === id)),
    running,
  );
  try {
    await Promise.all(
      reached.map(async ({ at }) => {
        await removeContainers(at.engine, await labContainers(at.engine, at.owner, lab));
      }),
    );
  } finally {
    close();
  }
  await removeRelay(engine, owner, lab);
}
