import { LabError } from '../../errors.js';
import { timed } from '../agent-clock.js';
import { connectToAgent } from '../docker/connection.js';
import type { EngineFacts } from '../docker/engine.js';
import type { EngineOfOwner } from '../docker/engine-of-owner.js';
import { labContainers } from '../docker/lab-containers.js';
import { labels } from '../docker/names.js';
import type { LabConnection, LabRecord } from '../runtime.js';
import { Conductor } from './conductor/conductor.js';
import type { SwarmLab } from './lab-services.js';
import type { Swarm } from './machines.js';
import { programsOn } from './programs.js';
import { reachMachines } from './reach-machines.js';
import { relayTasks } from './relay-service.js';

/** Connects to the agents of a lab that is up, on every machine that has one. */
export async function connectOnSwarm(
  here: EngineOfOwner,
  facts: EngineFacts,
  { machines, lost }: Swarm,
  { record, machines: own }: SwarmLab,
): Promise<LabConnection> {
  const gone = lost.filter(({ id }) => own.includes(id)).map(({ name }) => name);
  if (gone.length > 0) throw machinesLost(record, gone);
  const { running } = await relayTasks(here.engine, here.owner, record.lab);
  const { reached, close } = await reachMachines(
    here,
    facts,
    machines.filter(({ id, isHere }) => isHere || own.includes(id)),
    running,
  );
  try {
    const found = await Promise.all(
      reached.map(async ({ machine, at }) => {
        const containers = await labContainers(at.engine, at.owner, record.lab);
        const agent = containers.find(({ Labels }) => Labels[labels.role] === 'agent');
        if (agent === undefined) return [];
        if (agent.State !== 'running') throw agentGone(machine.name, record);
        const connection = await connectToAgent(at, record);
        const nodes = Object.keys(await connection.agent.call('processes', {}));
        return [{ ...connection, machine: machine.name, nodes }];
      }),
    );
    const connections = found.flat();
    const nodes = connections.reduce((sum, each) => sum + each.nodes.length, 0);
    if (nodes < record.nodes) throw nodesLost(record, nodes);
    const conductor = await Conductor.over(connections);
    return {
      record,
      agent: conductor,
      agents: [timed(conductor)],
      ...programsOn(record.lab, connections),
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

function agentGone(machine: string, { lab }: LabRecord): LabError {
  return new LabError('AGENT_GONE', `the agent of ${lab} on ${machine} has ended`, { hint: `nearcast down ${lab}` });
}

function machinesLost({ lab }: LabRecord, machines: readonly string[]): LabError {
  return new LabError('AGENT_GONE', `${machines.join(', ')}, with nodes of ${lab}, is not reached by the swarm`, {
    hint: `bring it back, and: nearcast down ${lab}`,
  });
}

function nodesLost({ lab, nodes }: LabRecord, there: number): LabError {
  return new LabError(
    'AGENT_GONE',
    `${String(nodes - there)} of the ${String(nodes)} nodes of ${lab} have no agent any more: a machine or its engine was started again`,
    { hint: `nearcast down ${lab}` },
  );
}
