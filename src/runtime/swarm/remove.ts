import { LabError } from '../../errors.js';
import { pollUntil } from '../../support/poll.js';
import { statusOf, type Engine, type EngineFacts } from '../docker/engine.js';
import type { EngineOfOwner } from '../docker/engine-of-owner.js';
import { labContainers, removeContainers } from '../docker/lab-containers.js';
import type { Owner } from '../docker/names.js';
import { markEnding, ownersOfParts, sameMachine, tellOfEnd, type SwarmLab } from './lab-services.js';
import type { Swarm, SwarmMachine } from './machines.js';
import { relayName } from './names.js';
import { reachMachines, type ReachedMachine, type ReachedMachines } from './reach-machines.js';
import { troubleAt } from './relay-line.js';
import { relayTasks, removeEnding, removeRelay, type RelayState, type RelayTask } from './relay-service.js';

/** Longer than a swarm takes to start a task again. */
const RELAY_DEADLINE_MS = 10_000;
/** Longer than a swarm's network takes to lead to a machine that has come back: more than 10 s were seen. */
const REACH_DEADLINE_MS = 30_000;
/** As long as the swarm would take to end one. */
const RELAY_END_DEADLINE_MS = 3000;

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
  const owners = [...new Map([owner, ...ownersOfParts(owner, parts)].map((each) => [each.id, each])).values()];
  const [{ reached, running, close }] = await Promise.all([
    reachForRemoval(here, facts, lab, machines, reachable),
    // No relay leads there.
    removeFrom(engine, lab, owners),
  ]);
  try {
    const others = reached.filter(({ machine }) => !machine.isHere);
    const left = await Promise.all(others.map((each) => removeAt(each, lab, owners)));
    const missed = reachable.filter(({ id }) => !reached.some(({ machine }) => machine.id === id));
    // What was removed from the swarm has nothing of its labs any more, as far as the swarm knows.
    const away = parts.filter((each) => sameMachine(each, machines) === undefined && known.includes(each.id));
    const unreached = [...new Set([...[...away, ...missed].map(({ name }) => name), ...left.flat()])];
    if (unreached.length > 0) {
      await tellOfEnd(engine, owner, lab, parts);
      throw new LabError('ENGINE_UNREACHABLE', `${lab} is removed, but not from ${unreached.join(', ')}`, {
        hint: `what is left there ends when it is back; then, or after  docker node rm --force ${unreached[0] ?? ''}:  nearcast down ${lab}`,
      });
    }
    await Promise.all(reached.map(({ at }) => removeEnded(at.engine, relayName(owner, lab))));
    await endRelays(reached, running, () => relayTasks(engine, owner, lab));
  } finally {
    close();
  }
  await removeRelay(engine, owner, lab);
}

/** The machines that answer, and the relays that led there. */
interface Reachable extends Pick<ReachedMachines, 'reached' | 'close'> {
  readonly running: readonly RelayTask[];
}

/** Awaits those that are reachable: on one that has just come back the relay begins again, and then the way to it. */
async function reachForRemoval(
  here: EngineOfOwner,
  facts: EngineFacts,
  lab: string,
  machines: readonly SwarmMachine[],
  reachable: readonly SwarmMachine[],
): Promise<Reachable> {
  const tasks = async (): Promise<RelayState> => relayTasks(here.engine, here.owner, lab);
  await pollUntil(tasks, ({ running }) => reachable.every(({ id }) => running.some(({ machine }) => machine === id)), {
    everyMs: 50,
    deadlineMs: RELAY_DEADLINE_MS,
  });
  let found: Reachable | undefined;
  const { last } = await pollUntil(
    async () => {
      found?.close();
      const { running } = await tasks();
      const asked = machines.filter(({ isHere, id }) => isHere || running.some(({ machine }) => machine === id));
      return (found = { ...(await reachThrough(here, facts, asked, running)), running });
    },
    // The swarm ends the task of a machine as soon as it notices that the machine is gone.
    ({ reached, running }) =>
      reachable.every(
        ({ id }) => !running.some(({ machine }) => machine === id) || reached.some(({ machine }) => machine.id === id),
      ),
    { everyMs: 200, deadlineMs: REACH_DEADLINE_MS },
  );
  return last;
}

/** Only this machine, if its relay does not run. */
async function reachThrough(
  here: EngineOfOwner,
  facts: EngineFacts,
  machines: readonly SwarmMachine[],
  running: readonly RelayTask[],
): Promise<Pick<ReachedMachines, 'reached' | 'close'>> {
  try {
    return await reachMachines(here, facts, machines, running);
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    const self = machines.filter(({ isHere }) => isHere);
    return { reached: self.map((machine) => ({ machine, at: here, facts })), close: () => undefined };
  }
}

async function removeFrom(engine: Engine, lab: string, owners: readonly Owner[]): Promise<void> {
  for (const owner of owners) await removeContainers(engine, await labContainers(engine, owner, lab));
}

/** Removes what a machine has of a lab, whoever of these its containers are of; its name, if it is not reached any more. */
async function removeAt(
  { machine, at: { engine } }: ReachedMachine,
  lab: string,
  owners: readonly Owner[],
): Promise<readonly string[]> {
  try {
    await removeFrom(engine, lab, owners);
    return [];
  } catch (error) {
    if (isUnreachable(troubleAt(machine.name, error)) || isFailing(error)) return [machine.name];
    throw error;
  }
}

/** Relays that did not begin, or ended, when their engine was killed: the swarm may have forgotten them. It removes all others itself. */
async function removeEnded(engine: Engine, name: string): Promise<void> {
  const ended = await engine.listContainers({
    all: true,
    filters: { label: [`com.docker.swarm.service.name=${name}`], status: ['created', 'exited', 'dead'] },
  });
  await Promise.allSettled(ended.map(({ Id }) => engine.getContainer(Id).remove()));
}

/** An engine that is being ended, or has lost what runs its containers, says that it has failed. */
function isFailing(error: unknown): boolean {
  return (statusOf(error) ?? 0) >= 500;
}

/**
 * Has the relays end by themselves, the one that leads to the others last, until the swarm knows it. Where a task is on a network, an engine
 * waits for two seconds before it ends it for the swarm.
 */
async function endRelays(
  reached: readonly ReachedMachine[],
  running: readonly RelayTask[],
  now: () => Promise<RelayState>,
): Promise<void> {
  const end = async ({ machine, at }: ReachedMachine): Promise<void> => {
    const task = running.find((each) => each.machine === machine.id);
    // One that does not is ended by the swarm.
    if (task !== undefined)
      await at.engine
        .getContainer(task.container)
        .kill({ signal: 'SIGTERM' })
        .catch(() => undefined);
  };
  await Promise.all(reached.filter(({ machine }) => !machine.isHere).map(end));
  await Promise.all(reached.filter(({ machine }) => machine.isHere).map(end));
  const isOver = (state: RelayState): boolean =>
    !state.running.some(({ machine }) => reached.some((each) => each.machine.id === machine));
  await pollUntil(now, isOver, { everyMs: 25, deadlineMs: RELAY_END_DEADLINE_MS });
}

function isUnreachable(error: unknown): boolean {
  return error instanceof LabError && error.code === 'ENGINE_UNREACHABLE';
}
