import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { endKey } from '../forecast/condition.js';
import type { Family } from '../plan/model.js';
import { protocols, routingProtocols } from '../plan/protocols.js';
import { shortestPaths } from '../forecast/shortest-paths.js';
import type { LinkState } from '../codec/link-state.js';
import type { FaultState, LabState, NodeState, RouteState } from '../protocol/lab-state.js';
import type { InspectParams } from '../protocol/messages.js';
import { inParallel } from '../support/in-parallel.js';
import type { ActiveFault } from '../fault/active-fault.js';
import type { FaultActions } from './fault/fault-actions.js';
import type { RunningLab } from './lab/running-lab.js';
import { methodsOf } from './lab/lab-faults.js';
import type { LabNode } from './node/lab-node.js';
import { installedRoutes } from './routing/installed-routes.js';
import { nodeNames } from './node/node-names.js';
import { watchedProtocols } from './routing/protocols.js';
import { redirectsOf } from './routing/redirects.js';
import { familyOf } from '../support/family.js';

const ROUTERS_AT_ONCE = 8;
const MOST_OUTPUT = 1000;

/** The lab as it is: what runs, what is broken, and for each router and service what it knows and what it installed. */
export async function inspect(
  lab: RunningLab,
  faults: FaultActions,
  { routers: wanted }: InspectParams,
): Promise<LabState> {
  const usage = processUsage();
  const routers = [...lab.nodes.values()].filter(
    (node) => node.plan.kind === 'router' && node.isResponsive && (wanted?.includes(node.name) ?? true),
  );
  const routes = await inParallel(routers, ROUTERS_AT_ONCE, (router) => routesOf(lab, router));
  const { downEnds } = lab.condition;
  const ended = new Map(
    await Promise.all(
      [...lab.nodes.values()].map(
        async (node) => [node.name, node.isResponsive ? await node.daemons.ended() : []] as const,
      ),
    ),
  );
  const versions = new Map(
    await Promise.all([...lab.nodes.values()].map(async (node) => [node.name, await versionOf(node)] as const)),
  );
  return {
    topology: lab.plan.topology,
    nodes: [...lab.nodes.values()].map((node): NodeState => {
      const used = usage.get(namespaceOf(node));
      return {
        name: node.name,
        kind: node.plan.kind,
        role: node.plan.role,
        routing: node.plan.routing !== undefined,
        frrVersion: versions.get(node.name),
        state: !node.isRunning ? 'crashed' : node.isResponsive ? 'up' : 'frozen',
        // A node that was paused meanwhile has not been asked to the end.
        endedDaemons: node.isResponsive ? (ended.get(node.name) ?? []) : [],
        endedPrograms: [...node.endedPrograms].map(([name, { how, printedFrom }]) => ({
          name,
          how,
          output: node.log.lastOf(name, MOST_OUTPUT, printedFrom),
        })),
        interfaces: node.plan.interfaces.map((item) => ({
          name: item.name,
          up: node.isRunning && !downEnds.has(endKey({ node: node.name, interface: item.name })),
          addresses: item.addresses,
        })),
        processes: used?.processes ?? 0,
        residentMb: Math.round((used?.residentKb ?? 0) / 102.4) / 10,
        redirects: redirectsOf(node),
      };
    }),
    faults: lab.faults.all.map((fault) => faultState(lab, faults, fault)),
    routes: routes.flat(),
    announcements: lab.instances.map((instance) => ({
      service: instance.service.name,
      instance: instance.host.name,
      serving: instance.server.isServing,
      announced: instance.isAnnounced,
    })),
    ...(faults.sinkholes.length === 0 ? {} : { sinkholes: faults.sinkholes }),
  };
}

async function versionOf(node: LabNode): Promise<string | undefined> {
  return node.plan.routing === undefined || !node.isResponsive ? undefined : node.daemons.version('zebra');
}

function faultState(lab: RunningLab, faults: FaultActions, fault: ActiveFault): FaultState {
  const by = methodsOf(fault, (key) => lab.shapers.get(key)?.methods ?? []);
  const endsInMs = faults.endsInMs(fault);
  const sent = faults.sentBy(fault);
  const hasSettings = Object.values(fault.settings).some((setting) => setting !== undefined);
  return {
    target: fault.target,
    how: fault.how,
    ...(hasSettings ? { settings: fault.settings } : {}),
    ...(fault.cause === undefined ? {} : { cause: fault.cause }),
    ...(by === undefined ? {} : { by }),
    ...(sent === undefined ? {} : { sent }),
    ...(endsInMs === undefined ? {} : { endsInMs }),
  };
}

async function routesOf(lab: RunningLab, router: LabNode): Promise<readonly RouteState[]> {
  const states = await linkStates(router);
  const routerId = router.plan.routing?.routerId ?? '';
  const names = nodeNames(lab.plan);
  const questions = lab.plan.services.flatMap((service) => service.addresses.map((address) => ({ service, address })));
  return Promise.all(
    questions.map(async ({ service, address }) => {
      const state = states.get(familyOf(address));
      const paths = state === undefined ? new Map<string, { cost: number }>() : shortestPaths(state.graph, routerId);
      const alternatives = (state?.announcers.get(address) ?? []).flatMap((announcer) => {
        const path = paths.get(announcer);
        return path === undefined ? [] : behind(lab, announcer, service.name, address, path.cost);
      });
      return {
        router: router.name,
        service: service.name,
        address,
        alternatives: alternatives.sort((a, b) => a.cost - b.cost || (a.instance < b.instance ? -1 : 1)),
        paths: await pathsOf(router, address),
        ...(await installedRoutes(names, router, address)),
        ...selectionAt(lab, router.name, address),
      };
    }),
  );
}

function selectionAt(lab: RunningLab, router: string, address: string): Pick<RouteState, 'selection'> {
  const choice = lab.steering.choices.find((each) => each.router === router && each.address === address);
  return choice === undefined
    ? {}
    : {
        selection: {
          by: choice.by,
          among: choice.among,
          ...(choice.weights === undefined ? {} : { weights: choice.weights }),
        },
      };
}

/** What the protocols of a router have for an address that choose among paths. */
async function pathsOf(router: LabNode, address: string): Promise<RouteState['paths']> {
  const paths = await Promise.all(
    routingProtocols.map(async (protocol) => watchedProtocols[protocol].paths?.(router, address) ?? []),
  );
  return paths.flat();
}

async function linkStates(router: LabNode): Promise<ReadonlyMap<Family, LinkState>> {
  const states = new Map<Family, LinkState>();
  for (const protocol of routingProtocols) {
    const { daemon, families } = protocols[protocol];
    if (router.plan.routing?.daemons.includes(daemon) !== true) continue;
    const state = await watchedProtocols[protocol].linkState?.(router);
    if (state !== undefined) for (const family of families) states.set(family, state);
  }
  return states;
}

/** The instances that an announcing node stands for: itself, or the hosts that a router announces for. */
function behind(
  lab: RunningLab,
  routerId: string,
  service: string,
  address: string,
  cost: number,
): { instance: string; cost: number }[] {
  const node = lab.plan.nodes.find(({ routing }) => routing?.routerId === routerId);
  if (node === undefined) return [];
  if (node.role === 'instance') return [{ instance: node.name, cost }];
  return (node.routing?.announcesFor ?? [])
    .filter((behalf) => behalf.service === service && behalf.address === address)
    .map((behalf) => ({ instance: behalf.instance, cost: cost + behalf.cost }));
}

interface Usage {
  processes: number;
  residentKb: number;
}

/** Processes and resident memory by network namespace, from the lab's own `/proc`. */
function processUsage(): ReadonlyMap<string, Usage> {
  const usage = new Map<string, Usage>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const namespace = readlinkSync(`/proc/${pid}/ns/net`);
      const resident = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
      const used = usage.get(namespace) ?? { processes: 0, residentKb: 0 };
      used.processes += 1;
      used.residentKb += Number(resident?.[1] ?? 0);
      usage.set(namespace, used);
    } catch {
      // It ended between two looks.
    }
  }
  return usage;
}

function namespaceOf(node: LabNode): string {
  return readlinkSync(`/proc/self/fd/${String(node.namespace.descriptor)}`);
}
