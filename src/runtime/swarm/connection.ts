import { LabError } from '../../errors.js';
import { timed } from '../agent-clock.js';
import { connectToAgent } from '../docker/connection.js';
import type { EngineFacts } from '../docker/engine.js';
import type { EngineOfOwner } from '../docker/engine-of-owner.js';
import { labContainers } from '../docker/lab-containers.js';
import { labels } from '../docker/names.js';
import type { Agent, LabConnection, LabRecord, LostMachine } from '../runtime.js';
import { prepareAgain } from './begin-again.js';
import { Conductor } from './conductor/conductor.js';
import { ownersOfParts, sameMachine, type LabMachine, type SwarmLab } from './lab-services.js';
import type { Swarm } from './machines.js';
import { programsOn } from './programs.js';
import { reachMachines, type ReachedMachine } from './reach-machines.js';
import { relayTasks } from './relay-service.js';
import type { PartMember } from './start-parts.js';

type PartConnection = LabConnection & PartMember;

/**
 * Connects to the agents of a lab that is up, on every machine that has one. Machines that are not reached, and those whose agent has
 * ended, are lost: the rest of the lab goes on without their nodes. LabError AGENT_GONE where nothing is left.
 */
export async function connectOnSwarm(
  here: EngineOfOwner,
  facts: EngineFacts,
  { machines }: Swarm,
  lab: SwarmLab,
): Promise<LabConnection> {
  const { record } = lab;
  const { running } = await relayTasks(here.engine, here.owner, record.lab);
  const living = lab.parts.filter(({ isGivenUp }) => isGivenUp !== true);
  const own = new Set(living.flatMap((each) => sameMachine(each, machines) ?? []));
  for (const machine of machines) if (machine.isHere) own.add(machine);
  const { reached, close } = await reachMachines(here, facts, [...own], running);
  try {
    const owners = ownersOfParts(here.owner, lab.parts);
    const found = await Promise.all(
      lab.parts.map(async (part, number) => {
        const on =
          part.isGivenUp === true
            ? undefined
            : sameMachine(
                part,
                reached.map(({ machine }) => machine),
              );
        const at = reached.find(({ machine }) => machine === on)?.at;
        if (at === undefined) return [];
        return partOn({ part: number, machine: part.name, at: { ...at, owner: owners[number] ?? at.owner } }, record);
      }),
    );
    const connections = found.flat();
    const lost = lostOf(living.filter((part) => connections.every((each) => lab.parts[each.part] !== part)));
    if (connections.length === 0) throw nothingLeft(record, lost);
    // A copy: it adds those that begin again by itself.
    const conductor = await Conductor.over([...connections], {
      lost,
      prepare: async (machine, plan, faulted) => {
        const begin = await prepareAgain({ here, facts, lab }, { machine, plan, faulted, living: connections });
        return async () => {
          const begun = await begin();
          connections.push(...begun.members.map((each) => ({ ...each, record })));
          return begun;
        };
      },
    });
    return {
      record: lost.length === 0 ? record : { ...record, lost },
      agent: conductor,
      agents: [timed(conductor)],
      ...programsOn(record.lab, connections, lost),
      close() {
        for (const connection of connections) connection.close();
        close();
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** What is lost with these parts, by machine. */
function lostOf(parts: readonly LabMachine[]): readonly LostMachine[] {
  return [...new Set(parts.map(({ name }) => name))].map((machine) => ({
    machine,
    nodes: parts.filter(({ name }) => name === machine).flatMap(({ nodes }) => nodes),
  }));
}

/** The agent of a part, if it has one that runs and answers. */
async function partOn(
  { part, machine, at }: Pick<ReachedMachine, 'at'> & Pick<PartMember, 'part' | 'machine'>,
  record: LabRecord,
): Promise<readonly PartConnection[]> {
  const containers = await labContainers(at.engine, at.owner, record.lab);
  const agent = containers.find(({ Labels }) => Labels[labels.role] === 'agent');
  if (agent?.State !== 'running') return [];
  try {
    const connection = await connectToAgent(at, record);
    const nodes = Object.keys(await connection.agent.call('processes', {}));
    return [{ ...connection, agent: namedAfter(machine, connection.agent), part, machine, nodes }];
  } catch (error) {
    if (error instanceof LabError && error.code === 'AGENT_GONE') return [];
    throw error;
  }
}

/** Its errors say which machine is gone. */
function namedAfter(name: string, agent: Agent): Agent {
  return {
    async call(method, params) {
      try {
        return await agent.call(method, params);
      } catch (error) {
        if (!(error instanceof LabError) || error.code !== 'AGENT_GONE') throw error;
        throw new LabError('AGENT_GONE', `${name} is lost: ${error.message}`, {
          cause: error,
          hint: `try again: the rest of the lab goes on; nearcast restore machine@${name} starts its nodes again`,
        });
      }
    },
    subscribe: async (params, subscriber) => agent.subscribe(params, subscriber),
  };
}

function nothingLeft({ lab }: LabRecord, lost: readonly LostMachine[]): LabError {
  return new LabError(
    'AGENT_GONE',
    `nothing of ${lab} is left: ${lost.map(({ machine }) => machine).join(', ')} cannot be reached, or its agent has ended`,
    { hint: `nearcast down ${lab}` },
  );
}
