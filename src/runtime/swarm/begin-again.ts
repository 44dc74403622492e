import { LabError } from '../../errors.js';
import type { LabPlan } from '../../plan/model.js';
import type { Begun } from './conductor/crew.js';
import { labServices } from './lab-services.js';
import { readSwarm, type Swarm, type SwarmMachine } from './machines.js';
import { prepareMove, type LivingPart } from './move.js';
import { reachAll } from './reach-machines.js';
import { relaysOn, relayTasks } from './relay-service.js';
import { startParts, type FoundLab, type PartMember } from './start-parts.js';

/**
 * How the nodes of a lost machine are started again: there, if it is back, with the same parts of the lab, so that the other agents notice
 * nothing but that links come up; else on other machines. LabError where they cannot be.
 */
export async function prepareAgain(
  { here, facts, lab: known }: FoundLab,
  {
    machine,
    ...more
  }: {
    readonly machine: string;
    readonly plan: LabPlan;
    readonly living: readonly LivingPart[];
    readonly faulted: readonly string[];
  },
): Promise<() => Promise<Begun<PartMember>>> {
  const { engine, owner } = here;
  const [[lab = known], swarm] = await Promise.all([labServices(engine, owner, known.record.lab), readSwarm(engine)]);
  const found: FoundLab = { here, facts, lab };
  const { parts } = lab;
  const numbers = parts.flatMap(({ name, nodes }, number) =>
    name === machine && nodes.length > 0 && !more.living.some(({ part }) => part === number) ? [number] : [],
  );
  const own = swarm.machines.find(({ id, address }) =>
    numbers.every((number) => parts[number]?.id === id && parts[number].address === address),
  );
  if (own === undefined || !(await isReached(found, swarm, own))) {
    const machines = swarm.machines.filter((each) => each !== own);
    return prepareMove(found, { machine, numbers, swarm: { ...swarm, machines }, ...more });
  }
  const { plan } = more;
  return async () => ({ members: await startParts(found, { swarm, parts, numbers, plan }), plan });
}

/**
 * The swarm believes for a while that a machine is there, until it says that it is not; one that has just come back starts its relay
 * first.
 */
async function isReached({ here, facts, lab }: FoundLab, { machines }: Swarm, machine: SwarmMachine): Promise<boolean> {
  if (machine.isHere) return true;
  const { engine, owner } = here;
  const { tasks: before } = await relayTasks(engine, owner, lab.record.lab);
  const asked = machines.filter(({ isHere, id }) => isHere || id === machine.id);
  const awaited = async (): Promise<readonly SwarmMachine[]> => {
    const there = await readSwarm(engine);
    return asked.filter(({ id }) => there.machines.some((each) => each.id === id));
  };
  for (let tried = ''; ;) {
    const tasks = await relaysOn(engine, owner, lab.record.lab, awaited, { before });
    const { container = '' } = tasks.find((task) => task.machine === machine.id) ?? {};
    if (container === tried) return false;
    tried = container;
    try {
      (await reachAll(here, facts, asked, tasks)).close();
      return true;
    } catch (error) {
      if (!(error instanceof LabError) || error.code !== 'ENGINE_UNREACHABLE') throw error;
    }
  }
}
