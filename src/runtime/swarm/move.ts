import { LabError } from '../../errors.js';
import type { LabPlan } from '../../plan/model.js';
import { placeAgain } from '../../placement/again.js';
import type { Agent } from '../runtime.js';
import { labImages } from '../docker/images/ensure-images.js';
import type { Begun } from './conductor/crew.js';
import { keepParts, ownersOfParts, type LabMachine } from './lab-services.js';
import type { Swarm, SwarmMachine } from './machines.js';
import { machinesOfParts } from './parts.js';
import { createEnding } from './relay-service.js';
import { startParts, type FoundLab, type PartMember } from './start-parts.js';

/** A part whose agent answers. */
export interface LivingPart {
  readonly part: number;
  readonly agent: Agent;
}

/** What is to be started elsewhere, and what goes on. */
interface Moving {
  readonly machine: string;
  /** The parts that the machine had. */
  readonly numbers: readonly number[];
  readonly living: readonly LivingPart[];
  /** Machines that a fault is at: they get nothing. */
  readonly faulted: readonly string[];
  readonly plan: LabPlan;
  readonly swarm: Swarm;
}

/**
 * Decides where the nodes of a machine that stays away can run; how they are started there, as parts of their own. All other nodes stay
 * where they are, and their links are led there. LabError MACHINE_UNKNOWN, MEMORY_SHORT name what cannot be placed.
 */
export function prepareMove(found: FoundLab, moving: Moving): () => Promise<Begun<PartMember>> {
  const { parts } = found.lab;
  const { numbers, plan, swarm } = moving;
  const machineOf = placesFor(parts, moving);
  const turn = 1 + Math.max(...parts.map((part) => part.turn ?? 0));
  const added = swarm.machines
    .map(({ id, name, address }) => ({
      id,
      name,
      address,
      nodes: [...machineOf].flatMap(([node, machine]) => (machine === name ? [node] : [])),
      turn,
    }))
    .filter(({ nodes }) => nodes.length > 0);
  const next: readonly LabMachine[] = [
    ...parts.map((part, number) => (numbers.includes(number) ? { ...part, nodes: [], isGivenUp: true } : part)),
    ...added,
  ];
  const planned = { ...plan, machines: machinesOfParts(next) };
  return async () => {
    let known: LabPlan = planned;
    const starting = { swarm, parts: next, plan: planned, numbers: added.map((_, index) => parts.length + index) };
    const members = await startParts(found, starting, async (fitting, all) => {
      known = fitting;
      await Promise.all(
        moving.living.flatMap(({ part: number, agent }) => {
          const part = all[number];
          return part === undefined ? [] : [agent.call('follow', { plan: fitting, part })];
        }),
      );
      await giveUp(found, moving, next);
    });
    const moved = added.map(({ name, nodes }) => ({ name, nodes }));
    return { members, plan: known, moved };
  };
}

/** The machine by node. One that has come back under another number or address has its nodes again. */
function placesFor(
  parts: readonly LabMachine[],
  { machine, numbers, living, faulted, plan, swarm: { machines } }: Moving,
): ReadonlyMap<string, string> {
  const isLiving = (number: number): boolean => living.some(({ part }) => part === number);
  const kept = new Map(
    parts.flatMap(({ name, nodes }, number) => (isLiving(number) ? nodes.map((node) => [node, name] as const) : [])),
  );
  const away = parts.flatMap(({ name, nodes }, number) => (nodes.length > 0 && !isLiving(number) ? [name] : []));
  const isFree = ({ name }: SwarmMachine): boolean => !faulted.includes(name) && !away.includes(name);
  const back = machines.filter(({ name }) => name === machine);
  try {
    return placeAgain(
      plan,
      numbers.flatMap((number) => parts[number]?.nodes ?? []),
      { kept, all: machines, machines: back.length > 0 ? back : machines.filter(isFree) },
    );
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    throw new LabError(error.code, `${machine} is not back, and ${error.message}`, {
      cause: error,
      hint: `docker node ls shows the machines; nearcast restore machine@${machine} again when it is ready, or nearcast down, and up on the others`,
    });
  }
}

/** From now on the lab has these parts; what is left of those that were given up ends when their machine is reached. */
async function giveUp(
  { here: { engine, owner }, facts, lab: { record } }: FoundLab,
  { numbers, swarm }: Moving,
  next: readonly LabMachine[],
): Promise<void> {
  await keepParts(engine, owner, record.lab, next);
  const image = (await engine.getImage(labImages(facts.architecture).agent).inspect()).Id;
  const owners = ownersOfParts(owner, next);
  for (const number of numbers) {
    const [of, machine] = [owners[number], next[number]?.id];
    if (of === undefined || machine === undefined || !swarm.known.includes(machine)) continue;
    await createEnding(engine, owner, record.lab, { number, of, image, machine });
  }
}
