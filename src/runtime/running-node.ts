import { LabError } from '../errors.js';
import type { Agent } from './runtime.js';

/**
 * The first process of a node, as its agent numbers it. Throws NODE_UNKNOWN, and FAULT_STATE where the node has
 * crashed.
 */
export async function firstProcessOf(agent: Agent, lab: string, node: string): Promise<number> {
  const processes = new Map(Object.entries(await agent.call('processes', {})));
  const initPid = processes.get(node);
  if (initPid === undefined) {
    throw new LabError('NODE_UNKNOWN', `there is no node "${node}" in ${lab}`, {
      hint: `its nodes are: ${[...processes.keys()].join(', ')}`,
    });
  }
  if (initPid === 0) throw new LabError('FAULT_STATE', `${node} has crashed`, { hint: `nearcast restore ${node}` });
  return initPid;
}
