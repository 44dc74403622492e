import { daemonKey } from '../../forecast/condition.js';
import { sessionTrouble } from '../../codec/bgp-neighbor.js';
import type { Symptom } from '../../protocol/lab-state.js';
import { lackingAdjacencies } from './adjacency.js';
import { readNeighbors, wantedSessions } from './bgp-sessions.js';
import { divergences } from './convergence.js';
import type { Lab } from '../lab/lab.js';
import type { LabNode } from '../node/lab-node.js';

/**
 * Everything that a lab's routing needs now, faults that were made on purpose set aside: daemons, adjacencies, BGP
 * sessions, and the routes that follow from them. What is wrong says why, and what would mend it.
 */
export async function examine(lab: Lab): Promise<readonly Symptom[]> {
  const speakers = [...lab.nodes.values()].filter((node) => node.plan.routing !== undefined && node.isResponsive);
  const found = await Promise.all(
    speakers.map(async (node) => [
      ...(await daemonSymptoms(lab, node)),
      // Nobody knows what else there should be.
      ...(lab.plan.forecast === 'off'
        ? []
        : [
            ...(await adjacencySymptoms(lab, node)),
            ...(await sessionSymptoms(lab, node)),
            ...(await routeSymptoms(lab, node)),
          ]),
    ]),
  );
  return found.flat();
}

async function daemonSymptoms(lab: Lab, node: LabNode): Promise<readonly Symptom[]> {
  const ended = new Set(await node.daemons.ended());
  return node.daemons.names
    .filter((daemon) => !lab.condition.deadDaemons.has(daemonKey(daemon, node.name)))
    .map((daemon) =>
      ended.has(daemon)
        ? {
            node: node.name,
            text: `${daemon} has ended`,
            healthy: false,
            hint: `it will run again after  fail ${daemon}@${node.name}  and  restore ${daemon}@${node.name}`,
          }
        : { node: node.name, text: `${daemon} runs`, healthy: true },
    );
}

async function adjacencySymptoms(lab: Lab, node: LabNode): Promise<readonly Symptom[]> {
  const lacking = await lackingAdjacencies(node, lab.plan, lab.condition);
  // Sessions of BGP are told with their hints below.
  return lacking
    .map((text) => text.slice(node.name.length + 2))
    .filter((text) => !text.startsWith('the BGP session'))
    .map((text) => ({
      node: node.name,
      text,
      healthy: false,
      hint: 'do both ends have the same timers, network type and area?',
    }));
}

async function sessionSymptoms(lab: Lab, node: LabNode): Promise<readonly Symptom[]> {
  const wanted = wantedSessions(node, lab.plan, lab.condition);
  const states = wanted.length === 0 ? {} : await readNeighbors(node);
  return wanted.map((session): Symptom => {
    const trouble = sessionTrouble(session, states[session.neighborAddress]);
    return trouble === undefined
      ? {
          node: node.name,
          text: `the BGP session with ${session.neighbor} (${session.neighborAddress}) is up`,
          healthy: true,
        }
      : { node: node.name, ...trouble, healthy: false };
  });
}

async function routeSymptoms(lab: Lab, node: LabNode): Promise<readonly Symptom[]> {
  const differing = await divergences(node, lab.forecast(), lab.kernelRoutes);
  if (differing.length === 0)
    return [{ node: node.name, text: 'its kernel has every route that the topology file leads to', healthy: true }];
  return differing.map(({ text }) => ({ node: node.name, text: text.slice(node.name.length + 2), healthy: false }));
}
