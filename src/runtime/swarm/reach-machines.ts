import { LabError } from '../../errors.js';
import { wordsOf, type EngineFacts } from '../docker/engine.js';
import type { EngineOfOwner } from '../docker/engine-of-owner.js';
import type { SwarmMachine } from './machines.js';
import { RelayLine, unreachable } from './relay-line.js';
import type { RelayTask } from './relay-service.js';

/** A machine whose engine can be asked. */
export interface ReachedMachine {
  readonly machine: SwarmMachine;
  readonly at: EngineOfOwner;
  readonly facts: EngineFacts;
}

/** The machines of a lab, and the way to those that are not here. */
export interface ReachedMachines {
  readonly reached: readonly ReachedMachine[];
  /** Why the others are not. */
  readonly unreached: readonly { readonly machine: SwarmMachine; readonly error: LabError }[];
  readonly close: () => void;
}

/**
 * Connects to the engines of machines through their relays, as far as they answer. LabError ENGINE_UNREACHABLE where none can be
 * reached from here.
 */
export async function reachMachines(
  here: EngineOfOwner,
  facts: EngineFacts,
  machines: readonly SwarmMachine[],
  tasks: readonly RelayTask[],
): Promise<ReachedMachines> {
  const { engine, owner } = here;
  const ownTask = tasks.find(({ machine }) => machines.some(({ id, isHere }) => isHere && id === machine));
  const others = machines.filter(({ isHere }) => !isHere);
  if (others.length > 0 && ownTask === undefined)
    throw new LabError('ENGINE_UNREACHABLE', 'the relay of this machine does not run', { hint: 'docker service ls' });
  const line = others.length === 0 ? undefined : await RelayLine.open(engine, ownTask?.container ?? '');
  const close = (): void => line?.close();
  try {
    const tried = await Promise.allSettled(
      machines.map(async (machine): Promise<ReachedMachine> => {
        if (machine.isHere || line === undefined) return { machine, at: here, facts };
        const address = tasks.find((task) => task.machine === machine.id)?.address;
        if (address === undefined)
          throw new LabError('ENGINE_UNREACHABLE', `the relay of ${machine.name} does not run`, {
            hint: 'docker node ls',
          });
        const far = await line.engineAt(address, machine.name);
        const { Version, Arch, KernelVersion } = await far.version().catch((cause: unknown) => {
          throw unreachable(machine.name, wordsOf(cause), cause);
        });
        return {
          machine,
          at: { engine: far, owner },
          facts: { ...facts, version: Version, architecture: Arch, kernel: KernelVersion },
        };
      }),
    );
    const unreached = tried.flatMap((each, index) => {
      const machine = machines[index];
      if (each.status === 'fulfilled' || machine === undefined) return [];
      if (!(each.reason instanceof LabError)) throw each.reason;
      return [{ machine, error: each.reason }];
    });
    return { reached: tried.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])), unreached, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** The same for work that needs all of them. LabError ENGINE_UNREACHABLE. */
export async function reachAll(...args: Parameters<typeof reachMachines>): Promise<ReachedMachines> {
  const found = await reachMachines(...args);
  const [first] = found.unreached;
  if (first === undefined) return found;
  found.close();
  throw first.error;
}
