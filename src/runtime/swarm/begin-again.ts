import { LabError } from '../../errors.js';
import type { LabPlan } from '../../plan/model.js';
import { renderLab } from '../../render/render.js';
import { programsIn } from '../docker/connection.js';
import { beginOnEngine } from '../docker/deploy.js';
import type { EngineFacts } from '../docker/engine.js';
import type { EngineOfOwner } from '../docker/engine-of-owner.js';
import { timed } from '../agent-clock.js';
import type { LabConnection } from '../runtime.js';
import type { Member } from './conductor/crew.js';
import { retellMachines, sameMachine, type SwarmLab } from './lab-services.js';
import { readSwarm } from './machines.js';
import { reachAll } from './reach-machines.js';
import { relaysOn, relayTasks } from './relay-service.js';
import { sendImages } from './send-images.js';
import { trunksOf } from './trunks.js';

/**
 * Starts the nodes of a machine again that was lost and is back, with its part of a lab that is up. The other agents notice nothing
 * but that links come up. LabError MACHINE_UNKNOWN where it is not back.
 */
export async function beginAgain(
  here: EngineOfOwner,
  facts: EngineFacts,
  lab: SwarmLab,
  { machine: name, plan }: { readonly machine: string; readonly plan: LabPlan },
): Promise<Member & Omit<LabConnection, 'record'>> {
  const { engine, owner } = here;
  const swarm = await readSwarm(engine);
  const number = lab.machines.findIndex((each) => each.name === name);
  const own = lab.machines[number];
  const machine = own === undefined ? undefined : sameMachine(own, swarm.machines);
  if (own === undefined || machine === undefined) throw notBack(name);
  if (machine.address !== own.address) throw movedAway(name, own.address, machine.address);
  if (machine.id !== own.id) {
    // It has left the swarm meanwhile: else its relay would take the nodes for leftovers.
    const { id } = machine;
    await retellMachines(
      engine,
      owner,
      lab.record.lab,
      lab.machines.map((each) => (each === own ? { ...each, id } : each)),
    );
  }
  const self = swarm.machines.filter(({ isHere }) => isHere && !machine.isHere);
  const { failures } = await relayTasks(engine, owner, lab.record.lab);
  const tasks = await relaysOn(engine, owner, lab.record.lab, [...self, machine], { failedBefore: failures.length });
  const { reached, close } = await reachAll(here, facts, [machine, ...self], tasks);
  try {
    const [on] = reached;
    if (on === undefined) throw notBack(name);
    const nodes = plan.nodes.filter((node) => own.nodes.includes(node.name));
    await sendImages(engine, [on], () => nodes);
    const files = renderLab(plan);
    const signal = new AbortController().signal;
    const begun = await beginOnEngine(
      on.at,
      on.facts,
      { lab: lab.record.lab, plan, files, signal, onProgress: () => undefined },
      nodes,
    );
    try {
      const names = lab.machines.map((each) => each.name);
      const machineOf = Object.fromEntries(
        lab.machines.flatMap((each) => each.nodes.map((node) => [node, each.name] as const)),
      );
      const part = {
        machine: number,
        nodes: own.nodes,
        address: own.address,
        port: swarm.port,
        firstNetwork: lab.firstNetwork,
        machines: lab.machines.map((each) => each.address),
        trunks: trunksOf(plan, machineOf, names, number),
      };
      await begun.deploy({ plan, files, part });
      await begun.commit({ outlive: true });
    } catch (error) {
      throw await begun.failed(error);
    }
    return {
      machine: name,
      nodes: own.nodes,
      agent: begun.agent,
      agents: [timed(begun.agent)],
      ...programsIn(on.at, lab.record, begun.agent),
      close() {
        begun.close();
        close();
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}

function notBack(name: string): LabError {
  return new LabError('MACHINE_UNKNOWN', `${name} is not back: the swarm does not reach it`, {
    hint: 'docker node ls shows its machines; nearcast restore again when it is ready',
  });
}

function movedAway(name: string, from: string, to: string): LabError {
  return new LabError('RUNTIME_UNFIT', `${name} had the address ${from} when the lab was made, and has ${to} now`, {
    hint: 'the links of the other machines lead to the old address: nearcast down, and up again',
  });
}
