import { LabError } from '../../errors.js';
import type { LabPlan } from '../../plan/model.js';
import type { Part } from '../../protocol/part.js';
import { renderLab } from '../../render/render.js';
import { timed } from '../agent-clock.js';
import { programsIn } from '../docker/connection.js';
import { beginOnEngine, type BegunContainers } from '../docker/deploy.js';
import type { EngineFacts } from '../docker/engine.js';
import type { EngineOfOwner } from '../docker/engine-of-owner.js';
import { labContainers, removeContainers } from '../docker/lab-containers.js';
import type { LabConnection } from '../runtime.js';
import type { Member } from './conductor/crew.js';
import { ownersOfParts, type LabMachine, type SwarmLab } from './lab-services.js';
import type { Swarm } from './machines.js';
import { fitMtu, loweredLinks } from './mtu.js';
import { partsOf } from './parts.js';
import { reachAll, type ReachedMachine } from './reach-machines.js';
import { relaysOn, relayTasks } from './relay-service.js';
import { sendImages } from './send-images.js';

/** A lab that a swarm has, and the way to it. */
export interface FoundLab {
  readonly here: EngineOfOwner;
  readonly facts: EngineFacts;
  readonly lab: SwarmLab;
}

/** The agent of a part, and how programs are run in its nodes. */
export interface PartMember extends Member, Omit<LabConnection, 'record'> {
  /** Its number. */
  readonly part: number;
}

/** Which parts of a lab are to be started, and what all parts are then. */
interface Starting {
  readonly swarm: Swarm;
  readonly parts: readonly LabMachine[];
  readonly numbers: readonly number[];
  readonly plan: LabPlan;
}

/**
 * Starts parts of a lab that is up, on machines that are reached. `join` is called when they are there and nobody knows of them yet, with the plan as their
 * links can carry it, and what all agents have. Whatever was begun is undone when this fails.
 */
export async function startParts(
  { here, facts, lab: { record, firstNetwork } }: FoundLab,
  { swarm, parts, numbers, plan }: Starting,
  join: (plan: LabPlan, all: readonly Part[]) => Promise<void> = async () => Promise.resolve(),
): Promise<readonly PartMember[]> {
  const { engine, owner } = here;
  const { lab } = record;
  const all = partsOf(plan, { parts, firstNetwork }, swarm.port);
  const used = swarm.machines.filter(({ id }) => numbers.some((number) => parts[number]?.id === id));
  const self = swarm.machines.filter(({ isHere }) => isHere && !used.some((each) => each.isHere));
  const { tasks: before } = await relayTasks(engine, owner, lab);
  const tasks = await relaysOn(engine, owner, lab, () => [...self, ...used], { before });
  const { reached, close } = await reachAll(here, facts, [...used, ...self], tasks);
  const begun: (BegunContainers & { readonly number: number; readonly on: ReachedMachine })[] = [];
  try {
    const owners = ownersOfParts(owner, parts);
    const mine = numbers.map((number) => {
      const on = reached.find(({ machine }) => machine.id === parts[number]?.id);
      if (on === undefined) throw new LabError('BUG', `part ${String(number)} has no machine`);
      return { number, on: { ...on, at: { ...on.at, owner: owners[number] ?? owner } } };
    });
    await Promise.all(reached.map((on) => removeGivenUp(on, lab, parts, owners)));
    const nodesOf = (number: number): LabPlan['nodes'] =>
      plan.nodes.filter(({ name }) => parts[number]?.nodes.includes(name) === true);
    await sendImages(engine, reached, (machine) =>
      numbers.filter((each) => parts[each]?.name === machine).flatMap(nodesOf),
    );
    const files = renderLab(plan);
    const request = { lab, plan, files, signal: new AbortController().signal, onProgress: () => undefined };
    const results = await Promise.allSettled(
      mine.map(async ({ number, on }) => ({
        ...(await beginOnEngine(on.at, on.facts, request, nodesOf(number))),
        number,
        on,
      })),
    );
    begun.push(...results.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])));
    const failed = results.find((each) => each.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    const theirs = begun.flatMap(({ number }) => all[number] ?? []);
    const fitting = await fitMtu({ plan, files }, begun, theirs);
    refuseSmallerElsewhere(plan, fitting.plan, theirs);
    await Promise.all(begun.map((each, index) => each.deploy({ ...fitting, part: theirs[index] })));
    await join(fitting.plan, all);
    await Promise.all(begun.map((each) => each.commit({ outlive: true })));
    return begun.map((each) => ({
      part: each.number,
      machine: each.on.machine.name,
      nodes: parts[each.number]?.nodes ?? [],
      agent: each.agent,
      agents: [timed(each.agent)],
      ...programsIn(each.on.at, record, each.agent),
      close() {
        each.close();
        close();
      },
    }));
  } catch (error) {
    const [why] = await Promise.all(begun.map((each) => each.failed(error)));
    close();
    throw why ?? error;
  }
}

/** What is left of a part on a machine that is back would be in the way. */
async function removeGivenUp(
  { machine, at }: ReachedMachine,
  lab: string,
  parts: readonly LabMachine[],
  owners: readonly EngineOfOwner['owner'][],
): Promise<void> {
  for (const [number, { name, isGivenUp }] of parts.entries()) {
    const owner = owners[number];
    if (isGivenUp !== true || name !== machine.name || owner === undefined) continue;
    await removeContainers(at.engine, await labContainers(at.engine, owner, lab));
  }
}

/** Nodes that run keep the links that they have. */
function refuseSmallerElsewhere(plan: LabPlan, fitting: LabPlan, parts: readonly Part[]): void {
  const started = new Set(parts.flatMap(({ nodes }) => nodes));
  const lowered = loweredLinks(plan, fitting);
  const link = plan.links.find(({ id, ends }) => lowered.has(id) && ends.some(({ node }) => !started.has(node)));
  if (link === undefined) return;
  throw new LabError(
    'RUNTIME_UNFIT',
    `the link ${link.id} would carry packets of ${String(lowered.get(link.id))} bytes at most, fewer than between the machines before`,
    { hint: 'nearcast down, and up again' },
  );
}
