import { daemonKey } from '../../forecast/condition.js';
import type { Finding } from '../../protocol/lacking.js';
import { lackingAdjacencies } from './adjacency.js';
import { lackingSession, readNeighbors, wantedSessions } from './bgp-sessions.js';
import { lackingRoutes } from './convergence.js';
import type { Lab } from '../lab/lab.js';
import type { LabNode } from '../node/lab-node.js';

/**
 * Everything that a lab's routing needs now, faults that were made on purpose set aside: daemons, adjacencies, BGP
 * sessions, and the routes that follow from them. It only looks: what it tells is what goes on without it.
 */
export async function examine(lab: Lab): Promise<readonly Finding[]> {
  const speakers = [...lab.nodes.values()].filter((node) => node.plan.routing !== undefined && node.isResponsive);
  const found = await Promise.all(
    speakers.map(async (node) => [
      ...(await examineDaemons(lab, node)),
      // Nobody knows what else there should be.
      ...(lab.plan.forecast === 'off'
        ? []
        : [
            ...(await examineAdjacencies(lab, node)),
            ...(await examineSessions(lab, node)),
            ...(await examineRoutes(lab, node)),
          ]),
    ]),
  );
  return found.flat();
}

async function examineDaemons(lab: Lab, { name, daemons }: LabNode): Promise<readonly Finding[]> {
  const ended = new Set(await daemons.ended());
  return daemons.names
    .filter((daemon) => !lab.condition.deadDaemons.has(daemonKey(daemon, name)))
    .map((daemon) =>
      ended.has(daemon)
        ? { healthy: false, lacking: { kind: 'daemons', node: name, daemons: [daemon] } }
        : { healthy: true, node: name, kind: 'daemon', daemon },
    );
}

/** Daemons and sessions of BGP have findings of their own. */
async function examineAdjacencies(lab: Lab, node: LabNode): Promise<readonly Finding[]> {
  const found = await lackingAdjacencies(node, lab.plan, lab.condition);
  return found.flatMap((lacking): readonly Finding[] =>
    lacking.kind === 'adjacency' || lacking.kind === 'gone-neighbor' || lacking.kind === 'bfd'
      ? [{ healthy: false, lacking }]
      : [],
  );
}

async function examineSessions(lab: Lab, node: LabNode): Promise<readonly Finding[]> {
  const wanted = wantedSessions(node, lab.plan, lab.condition);
  const states = wanted.length === 0 ? {} : await readNeighbors(node);
  return wanted.map((session): Finding => {
    const lacking = lackingSession(node, session, states);
    const { neighbor, neighborAddress } = session;
    return lacking === undefined
      ? { healthy: true, node: node.name, kind: 'session', neighbor, neighborAddress }
      : { healthy: false, lacking };
  });
}

async function examineRoutes(lab: Lab, node: LabNode): Promise<readonly Finding[]> {
  const found = await lackingRoutes(node, lab.forecast(), lab.kernelRoutes);
  if (found.length === 0) return [{ healthy: true, node: node.name, kind: 'routes' }];
  return found.map((lacking) => ({ healthy: false, lacking }));
}
