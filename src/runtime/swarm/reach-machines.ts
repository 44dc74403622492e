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
  readonly close: () => void;
}

/** Connects to the engines of machines through their relays. LabError ENGINE_UNREACHABLE. */
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
    const reached = await Promise.all(
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
    return { reached, close };
  } catch (error) {
    close();
    throw error;
  }
}
