import { daemonKey } from '../../forecast/condition.js';
import type { RoutingFinding } from '../../protocol/lacking.js';
import { expectedNeighbors, lackingAdjacencies } from './adjacency.js';
import { inParallel } from '../../support/in-parallel.js';
import { anomalousAnnouncers } from './announcers.js';
import { lackingSession, readNeighbors } from './bgp-sessions.js';
import { lackingRoutes } from './convergence.js';
import { anomalousSettings, leftOvers } from './kernel-settings.js';
import { anomalousLines } from './own-lines.js';
import { strayAnswers } from './reply-sources.js';
import { anomalousServices } from './service-findings.js';
import type { RunningLab } from '../lab/running-lab.js';
import type { LabNode } from '../node/lab-node.js';
import type { Expected } from './wanted-neighbors.js';

const NODES_AT_ONCE = 8;

/**
 * Everything that a lab needs now, faults that were made on purpose set aside: daemons, adjacencies, BGP sessions, and the
 * routes that follow from them; and what is not as the lab was made. It only looks, and changes nothing.
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
  return [...(await anomaliesIn(lab)), ...found.flat()];
}

/** What may be the cause of other findings. */
async function anomaliesIn(lab: RunningLab): Promise<readonly RoutingFinding[]> {
  const running = [...lab.nodes.values()].filter((node) => node.isResponsive);
  const [ofNodes, ofServices, ofAnnouncers, strays] = await Promise.all([
    inParallel(running, NODES_AT_ONCE, async (node) => [
      ...anomalousSettings(lab, node),
      ...(await anomalousLines(lab, node)),
      ...(await leftOvers(lab, node)),
    ]),
    anomalousServices(lab),
    anomalousAnnouncers(lab),
    strayAnswers(lab),
  ]);
  return [...ofNodes.flat(), ...ofServices, ...ofAnnouncers, ...strays].map((anomaly) => ({ healthy: false, anomaly }));
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
