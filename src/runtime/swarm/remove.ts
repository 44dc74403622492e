import { LabError } from '../../errors.js';
import { pollUntil } from '../../support/poll.js';
import type { EngineFacts } from '../docker/engine.js';
import type { EngineOfOwner } from '../docker/engine-of-owner.js';
import { labContainers, removeContainers } from '../docker/lab-containers.js';
import { markEnding, ownersOfParts, sameMachine, tellOfEnd, type SwarmLab } from './lab-services.js';
import type { Swarm, SwarmMachine } from './machines.js';
import { reachAll } from './reach-machines.js';
import { relayTasks, removeEnding, removeRelay, type RelayTask } from './relay-service.js';

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
  { record: { lab }, parts, hasService }: SwarmLab,
): Promise<void> {
  const { engine, owner } = here;
  // Its containers go before it, and come after it.
  if (!hasService) return removeRelay(engine, owner, lab);
  await markEnding(engine, owner, lab);
  const givenUp = parts.flatMap(({ isGivenUp }, number) => (isGivenUp === true ? [number] : []));
  await Promise.all(givenUp.map((number) => removeEnding(engine, owner, lab, number)));
  const { everRan } = await relayTasks(engine, owner, lab);
  // Without a relay, nothing was made there.
  const there = new Set(parts.flatMap((each) => sameMachine(each, machines) ?? []));
  const reachable = [...there].filter(({ id }) => everRan.has(id));
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
  const whose = new Map([owner, ...ownersOfParts(owner, parts)].map((each) => [each.id, each]));
  const from = { here, facts, running, lab, whose: [...whose.values()] };
  const left = await Promise.all([
    ...(self === undefined ? [] : [removeAt(from, [self])]),
    ...others.map((machine) => removeAt(from, [machine, ...(self === undefined ? [] : [self])])),
  ]);
  // What was removed from the swarm has nothing of its labs any more, as far as the swarm knows.
  const away = parts.filter((each) => sameMachine(each, machines) === undefined && known.includes(each.id));
  const unreached = [...new Set([...away.map(({ name }) => name), ...left.flat()])];
  if (unreached.length > 0) {
    await tellOfEnd(engine, owner, lab, parts);
    throw new LabError('ENGINE_UNREACHABLE', `${lab} is removed, but not from ${unreached.join(', ')}`, {
      hint: `what is left there ends when it is back; then, or after  docker node rm --force ${unreached[0] ?? ''}:  nearcast down ${lab}`,
    });
  }
  await removeRelay(engine, owner, lab);
}

/** A lab to remove: `whose` its containers are. */
interface Removal {
  readonly here: EngineOfOwner;
  readonly facts: EngineFacts;
  readonly running: readonly RelayTask[];
  readonly lab: string;
  readonly whose: readonly EngineOfOwner['owner'][];
}

/** Removes what the first of these machines has of a lab; its name, if it is not reached. */
async function removeAt(
  { here, facts, running, lab, whose }: Removal,
  machines: readonly SwarmMachine[],
): Promise<readonly string[]> {
  const [machine] = machines;
  if (machine === undefined) return [];
  try {
    const { reached, close } = await reachAll(here, facts, machines, running);
    try {
      const at = reached[0]?.at ?? here;
      for (const owner of whose) await removeContainers(at.engine, await labContainers(at.engine, owner, lab));
      return [];
    } finally {
      close();
    }
  } catch (error) {
    if (error instanceof LabError && error.code === 'ENGINE_UNREACHABLE') return [machine.name];
    throw error;
  }
}
