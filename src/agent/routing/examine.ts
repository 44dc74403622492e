import { daemonKey } from '../../forecast/condition.js';
import type { RoutingFinding } from '../../protocol/lacking.js';
import { expectedNeighbors, lackingAdjacencies } from './adjacency.js';
import { lackingSession, readNeighbors } from './bgp-sessions.js';
import { lackingRoutes } from './convergence.js';
import type { RunningLab } from '../lab/running-lab.js';
import type { LabNode } from '../node/lab-node.js';
import type { Expected } from './wanted-neighbors.js';

/**
 * Everything that a lab's routing needs now, faults that were made on purpose set aside: daemons, adjacencies, BGP
 * sessions, and the routes that follow from them. It only looks, and changes nothing.
 */
export async function examine(lab: RunningLab): Promise<readonly RoutingFinding[]> {
  const speakers = [...lab.nodes.values()].filter((node) => node.plan.routing !== undefined && node.isResponsive);
  const expected = expectedNeighbors(lab.plan, lab.condition);
  const found = await Promise.all(
    speakers.map(async (node) => [
      ...(await examineDaemons(lab, node)),
      // Without a forecast it is not known which routes there should be.
      ...(lab.plan.forecast === 'off'
        ? []
        : [
            ...(await examineAdjacencies(node, expected)),
            ...(await examineSessions(node, expected)),
            ...(await examineRoutes(lab, node)),
          ]),
    ]),
  );
  return found.flat();
}

async function examineDaemons(lab: RunningLab, { name, daemons }: LabNode): Promise<readonly RoutingFinding[]> {
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
async function examineAdjacencies(node: LabNode, expected: Expected): Promise<readonly RoutingFinding[]> {
  const found = await lackingAdjacencies(node, expected);
  return found.flatMap((lacking): readonly RoutingFinding[] =>
    lacking.kind === 'adjacency' ||
    lacking.kind === 'gone-neighbor' ||
    lacking.kind === 'undescribed' ||
    lacking.kind === 'bfd'
      ? [{ healthy: false, lacking }]
      : [],
  );
}

async function examineSessions(node: LabNode, expected: Expected): Promise<readonly RoutingFinding[]> {
  const wanted = expected.bgp(node.name);
  const states = wanted.length === 0 ? {} : await readNeighbors(node);
  return wanted.map((session): RoutingFinding => {
    const lacking = lackingSession(node, session, states);
    const { neighbor, neighborAddress } = session;
    return lacking === undefined
      ? { healthy: true, node: node.name, kind: 'session', neighbor, neighborAddress }
      : { healthy: false, lacking };
  });
}

async function examineRoutes(lab: RunningLab, node: LabNode): Promise<readonly RoutingFinding[]> {
  const found = await lackingRoutes(node, lab.forecast(), lab.kernelRoutes);
  if (found.length === 0) return [{ healthy: true, node: node.name, kind: 'routes' }];
  return found.map((lacking) => ({ healthy: false, lacking }));
}
