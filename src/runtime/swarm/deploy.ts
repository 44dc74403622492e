import { LabError } from '../../errors.js';
import type { LabPlan } from '../../plan/model.js';
import { placeNodes } from '../../placement/place.js';
import { timed } from '../agent-clock.js';
import { programsIn } from '../docker/connection.js';
import { beginOnEngine, type BegunContainers } from '../docker/deploy.js';
import { wordsOf, type EngineFacts } from '../docker/engine.js';
import { isBrokenOff, notDiscarded } from '../docker/engine-lost.js';
import type { EngineOfOwner } from '../docker/engine-of-owner.js';
import { labImages } from '../docker/images/ensure-images.js';
import { thisMaker } from '../docker/maker.js';
import { labels } from '../docker/names.js';
import { labExists } from '../lab-exists.js';
import type { DeployRequest, LabRecord, UncommittedLab } from '../runtime.js';
import { Conductor } from './conductor/conductor.js';
import { mergeProgress } from './conductor/merge-progress.js';
import { readSwarm, type Swarm } from './machines.js';
import { firstNetworkLabel, machinesLabel } from './names.js';
import { fitMtu, loweredLinks } from './mtu.js';
import { machinesOfParts, partsOf } from './parts.js';
import { reachAll, type ReachedMachine } from './reach-machines.js';
import { freeNetworks, labServices, markUp, type LabMachine } from './lab-services.js';
import { removeFromSwarm } from './remove.js';
import { troubleAt } from './relay-line.js';
import { createRelay, relaysOn } from './relay-service.js';
import { programsOn } from './programs.js';
import { sendImages } from './send-images.js';

/** Deploys a lab on the machines of a swarm: a relay on each, then the containers of each machine, then the links. */
export async function deployOnSwarm(
  here: EngineOfOwner,
  facts: EngineFacts,
  swarm: Swarm,
  request: DeployRequest,
): Promise<UncommittedLab> {
  const { engine, owner } = here;
  const { lab, plan, signal } = request;
  const startedMs = performance.now();
  const startedAt = new Date().toISOString();
  const machineOf = Object.fromEntries(placeNodes(plan, swarm.machines).machineOf);
  const began = beganWith(machineOf, swarm);
  const placed: LabPlan = { ...plan, machines: machinesOfParts(began) };
  const used = swarm.machines.filter(({ name, isHere }) => isHere || Object.values(machineOf).includes(name));
  const [known] = await labServices(engine, owner, lab);
  // As everywhere, what a dead lab left under the name is removed.
  if (known?.record.phase === 'dead') await removeFromSwarm(here, facts, swarm, known);
  else if (known !== undefined) throw labExists(known.record);
  const firstNetwork = await freeNetworks(here);
  const parts = partsOf(plan, { parts: began, firstNetwork }, swarm.port);
  const image = (await engine.getImage(labImages(facts.architecture).agent).inspect()).Id;
  await createRelay(engine, owner, lab, {
    image,
    own: {
      [labels.owner]: owner.id,
      [labels.lab]: lab,
      [labels.topology]: plan.topology,
      [labels.nodes]: String(plan.nodes.length),
      [labels.startedAt]: startedAt,
      [labels.maker]: thisMaker(),
      [firstNetworkLabel]: String(firstNetwork),
      [machinesLabel]: JSON.stringify(began),
    },
    machines: began,
  });
  const begun: (BegunContainers & { readonly on: ReachedMachine })[] = [];
  let close = (): void => undefined;
  const discard = async (): Promise<void> => {
    // What is being made is waited for. Where that fails, the removal says why.
    await Promise.allSettled(begun.map((each) => each.discard()));
    close();
    const [left] = await labServices(engine, owner, lab);
    if (left !== undefined) await removeFromSwarm(here, facts, await readSwarm(engine), left);
  };
  try {
    const tasks = await relaysOn(engine, owner, lab, () => used, { signal });
    const { reached, close: hangUp } = await reachAll(here, facts, used, tasks);
    close = hangUp;
    const withNodes = reached.filter(({ machine: { name } }) => Object.values(machineOf).includes(name));
    await sendImages(engine, withNodes, (machine) => plan.nodes.filter(({ name }) => machineOf[name] === machine));
    await beginAll(withNodes, request, machineOf, begun);
    const fitting = await fitMtu({ plan: placed, files: request.files }, begun, parts);
    await Promise.all(
      begun.map(async (each, index) =>
        each.deploy({ plan: fitting.plan, files: fitting.files, part: parts[index] }).catch((trouble: unknown) => {
          throw troubleAt(each.on.machine.name, trouble);
        }),
      ),
    );
    const record: LabRecord = {
      lab,
      topology: plan.topology,
      runtime: 'swarm',
      nodes: plan.nodes.length,
      startedAt,
      phase: 'deploying',
    };
    const conductor = await Conductor.over(
      begun.map(({ agent, on: { machine } }, index) => ({
        machine: machine.name,
        agent,
        nodes: parts[index]?.nodes ?? [],
      })),
    );
    return {
      record,
      agent: conductor,
      agents: [timed(conductor)],
      deployMs: Math.round(performance.now() - startedMs),
      plan: fitting.plan,
      ...notesOf(loweredLinks(plan, fitting.plan)),
      ...programsOn(
        lab,
        begun.map((each, index) => ({
          nodes: parts[index]?.nodes ?? [],
          ...programsIn(each.on.at, { ...record }, each.agent),
        })),
      ),
      async commit(options) {
        await Promise.all(begun.map((each) => each.commit(options)));
        await markUp(engine, owner, lab);
      },
      discard,
      close() {
        for (const each of begun) each.close();
        close();
      },
    };
  } catch (error) {
    const explained = await Promise.all(begun.map((each) => each.failed(error).catch(() => error)));
    const cause = explained.find((each) => each !== error) ?? error;
    await discard().catch((left: unknown) => {
      if (isBrokenOff(left)) throw notDiscarded(facts.address, lab, left);
      throw signal.aborted ? left : withLeft(cause, lab, left);
    });
    signal.throwIfAborted();
    throw cause;
  }
}

/** Why a lab did not come up, and what is left of it. */
function withLeft(cause: unknown, lab: string, left: unknown): unknown {
  if (!(cause instanceof LabError)) return cause;
  const known = left instanceof LabError ? left : undefined;
  const what = known?.message ?? `what was begun of ${lab} is not removed: ${wordsOf(left)}`;
  return new LabError(cause.code, `${cause.message}; ${what}`, { cause, hint: known?.hint ?? `nearcast down ${lab}` });
}

/** The machines that have nodes, in the order of the swarm's. */
function beganWith(machineOf: Readonly<Record<string, string>>, { machines }: Swarm): readonly LabMachine[] {
  return machines
    .map(({ id, name, address }) => ({
      id,
      name,
      address,
      nodes: Object.keys(machineOf).filter((node) => machineOf[node] === name),
    }))
    .filter(({ nodes }) => nodes.length > 0);
}

function notesOf(lowered: ReadonlyMap<string, number>): Pick<UncommittedLab, 'notes'> {
  const [first] = lowered;
  if (first === undefined) return {};
  const least = Math.min(...lowered.values());
  const which = lowered.size === 1 ? `the link ${first[0]} carries` : `${String(lowered.size)} links carry`;
  return { notes: [`${which} packets of ${String(least)} bytes at most: more does not fit between machines`] };
}

/** All at once; if one fails, those that have begun are known. */
async function beginAll(
  reached: readonly ReachedMachine[],
  request: DeployRequest,
  machineOf: Readonly<Record<string, string>>,
  begun: (BegunContainers & { readonly on: ReachedMachine })[],
): Promise<void> {
  const shares = reached.map(({ machine }) =>
    request.plan.nodes.filter(({ name }) => machineOf[name] === machine.name),
  );
  const reports = mergeProgress(
    shares.map(({ length }) => length),
    request.onProgress,
  );
  const results = await Promise.allSettled(
    reached.map(async (on, index) => {
      const own = { ...request, onProgress: reports[index] ?? request.onProgress };
      return { ...(await beginOnEngine(on.at, on.facts, own, shares[index] ?? [])), on };
    }),
  );
  begun.push(...results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
  const failed = results.findIndex((result) => result.status === 'rejected');
  const [why, on] = [results[failed], reached[failed]];
  if (why?.status === 'rejected') throw troubleAt(on?.machine.name ?? '', why.reason);
}
