import type { FaultEffect } from '../../fault/fault-effect.js';
import type { PlanService } from '../../plan/model.js';
import { protocols, routingProtocols } from '../../plan/protocols.js';
import type { Anomaly } from '../../protocol/anomaly.js';
import { familyOf } from '../../support/family.js';
import type { RunningLab } from '../lab/running-lab.js';
import type { LabNode } from '../node/lab-node.js';
import { nodeNames } from '../node/node-names.js';
import { bgpPaths } from './bgp-sessions.js';
import { watchedProtocols } from './protocols.js';

const TAKING: ReadonlySet<FaultEffect['kind']> = new Set(['hijack', 'null-route', 'sinkhole']);

/** Who announces a prefix of a service, as routing daemons say: node and prefix. */
interface Announcement {
  readonly node: string;
  readonly prefix: string;
}

/**
 * Nodes that announce a service and are neither instances of it nor their routers; and, while nothing is broken, instances
 * that have its address and whose routing protocol does not announce it.
 */
export async function anomalousAnnouncers(lab: RunningLab): Promise<readonly Anomaly[]> {
  // Lines of the file may carry the services by other protocols.
  if (lab.plan.forecast === 'off') return [];
  const found = await Promise.all(
    lab.plan.services.flatMap((service) =>
      service.addresses.map(async (address) => {
        const announcements = await announcementsOf(lab, address);
        if (announcements === undefined) return [];
        return [...strangers(lab, service, announcements), ...untold(lab, service, address, announcements)];
      }),
    ),
  );
  return found.flat();
}

function strangers(lab: RunningLab, service: PlanService, announcements: readonly Announcement[]): readonly Anomaly[] {
  const takers = lab.faults.all.flatMap(({ effect }) =>
    TAKING.has(effect.kind) && 'node' in effect ? [effect.node] : [],
  );
  const own = new Set([...service.instances, ...behalvesOf(lab, service.name), ...takers]);
  return announcements
    .filter(({ node }) => !own.has(node))
    .map(({ node, prefix }) => ({ kind: 'stranger', node, service: service.name, prefix }));
}

function untold(
  lab: RunningLab,
  { name, announce }: PlanService,
  address: string,
  announcements: readonly Announcement[],
): readonly Anomaly[] {
  if (announce !== 'host' || lab.faults.all.length > 0) return [];
  return lab.instances
    .filter(({ service, host, isAnnounced }) => service.name === name && isAnnounced && host.isResponsive)
    .filter(({ service, host }) => service.covering?.instances.includes(host.name) !== true)
    .filter(({ host }) => !announcements.some(({ node }) => node === host.name))
    .map(({ host }) => ({ kind: 'untold', node: host.name, service: name, address }));
}

function behalvesOf(lab: RunningLab, service: string): readonly string[] {
  return lab.plan.nodes
    .filter(({ routing }) => routing?.announcesFor.some((behalf) => behalf.service === service) === true)
    .map(({ name }) => name);
}

/** Undefined where no daemon says so. */
async function announcementsOf(lab: RunningLab, address: string): Promise<readonly Announcement[] | undefined> {
  const speakers = [...lab.nodes.values()].filter((node) => node.plan.routing !== undefined && node.isResponsive);
  if (speakers.some(({ plan }) => plan.routing?.bgp !== undefined)) {
    const found = await Promise.all(
      speakers.map(async (node) =>
        (await bgpPaths(node, address))
          .filter(({ via }) => via === null)
          .map(({ prefix }) => ({ node: node.name, prefix })),
      ),
    );
    return found.flat();
  }
  const { ownerOf } = nodeNames(lab.plan);
  const known = await announcersByLinkState(speakers, address);
  return known?.map((routerId) => ({ node: ownerOf(routerId) ?? routerId, prefix: address }));
}

/** By router-id, from the database of a router, which is that of all. */
async function announcersByLinkState(
  speakers: readonly LabNode[],
  address: string,
): Promise<readonly string[] | undefined> {
  const router = speakers.find(({ plan }) => plan.kind === 'router');
  const protocol = routingProtocols.find(
    (each) =>
      watchedProtocols[each].linkState !== undefined &&
      protocols[each].families.includes(familyOf(address)) &&
      router?.plan.routing?.daemons.includes(protocols[each].daemon) === true,
  );
  if (router === undefined || protocol === undefined) return undefined;
  const state = await watchedProtocols[protocol].linkState?.(router);
  return state?.announcers.get(address) ?? [];
}
