import { LabError } from '../../errors.js';
import { pollUntil } from '../../support/poll.js';
import type { EngineFacts } from '../docker/engine.js';
import type { EngineOfOwner } from '../docker/engine-of-owner.js';
import { labContainers, removeContainers } from '../docker/lab-containers.js';
import { markEnding, retellMachines, sameMachine, type SwarmLab } from './lab-services.js';
import type { Swarm, SwarmMachine } from './machines.js';
import { reachAll } from './reach-machines.js';
import { relayTasks, removeRelay, type RelayTask } from './relay-service.js';

/** Longer than a swarm takes to start a task again. */
const RELAY_DEADLINE_MS = 10_000;

/**
 * Removes a lab from every machine that is reached. While one is not, the lab's service stays: its relay ends what is left on the machine
 * as soon as that is back, and the lab is listed until it is removed once more. LabError ENGINE_UNREACHABLE names the machine.
 */
export async function removeFromSwarm(
  here: EngineOfOwner,
  facts: EngineFacts,
  { machines, known }: Swarm,
  { record: { lab }, machines: own }: SwarmLab,
): Promise<void> {
  const { engine, owner } = here;
  await markEnding(engine, owner, lab);
  const { everRan } = await relayTasks(engine, owner, lab);
  // Without a relay, nothing was made there.
  const there = own.flatMap((each) => sameMachine(each, machines) ?? []);
  const reachable = there.filter(({ id }) => everRan.has(id));
  // One that has just come back begins its relay again.
  const {
    last: { running },
  } = await pollUntil(
    () => relayTasks(engine, owner, lab),
    (now) => reachable.every(({ id }) => now.running.some(({ machine }) => machine === id)),
    { everyMs: 50, deadlineMs: RELAY_DEADLINE_MS },
  );
  const [self] = machines;
  const others = reachable.filter(({ isHere }) => !isHere);
  const left = await Promise.all([
    ...(self === undefined ? [] : [removeAt(here, facts, [self], running, lab)]),
    ...others.map((machine) => removeAt(here, facts, [machine, ...(self === undefined ? [] : [self])], running, lab)),
  ]);
  // What was removed from the swarm has nothing of its labs any more, as far as the swarm knows.
  const away = own.filter((each) => sameMachine(each, machines) === undefined && known.includes(each.id));
  const unreached = [...away.map(({ name }) => name), ...left.flat()];
  if (unreached.length > 0) {
    await retellMachines(engine, owner, lab, own, []);
    throw new LabError('ENGINE_UNREACHABLE', `${lab} is removed, but not from ${unreached.join(', ')}`, {
      hint: `what is left there ends when it is back; then, or after  docker node rm --force ${unreached[0] ?? ''}:  nearcast down ${lab}`,
    });
  }
  await removeRelay(engine, owner, lab);
}

/** Removes what the first of these machines has of a lab; its name, if it is not reached. */
async function removeAt(
  here: EngineOfOwner,
  facts: EngineFacts,
  machines: readonly SwarmMachine[],
  running: readonly RelayTask[],
  lab: string,
): Promise<readonly string[]> {
  const [machine] = machines;
  if (machine === undefined) return [];
  try {
    const { reached, close } = await reachAll(here, facts, machines, running);
    try {
      const at = reached[0]?.at ?? here;
      await removeContainers(at.engine, await labContainers(at.engine, at.owner, lab));
      return [];
    } finally {
      close();
    }
  } catch (error) {
    if (error instanceof LabError && error.code === 'ENGINE_UNREACHABLE') return [machine.name];
    throw error;
  }
}
