import { configures, protocols, protocolsOf } from '../plan/protocols.js';
import type { LabPlan, PlanNode } from '../plan/model.js';
import { bfddConf } from './bfdd.js';
import { addressBatch } from './address-batch.js';
import { logLines } from './log-lines.js';
import { numberLinks, type NumberedLinks } from './neighbor-lines.js';
import { nsdFiles } from './nsd.js';
import { unboundFiles } from './unbound.js';
import { renderedProtocols } from './protocols.js';

/** File name -> content, to be laid in a node's private `/run/nearcast` before it starts. */
export type NodeFiles = Readonly<Record<string, string>>;

export interface RenderedFiles {
  /** Laid once for all nodes: `/etc/hosts`. */
  readonly common: NodeFiles;
  readonly nodes: Readonly<Record<string, NodeFiles>>;
}

/**
 * Writes a plan down as the files that its nodes start from: one FRR configuration for each daemon, and host set-up.
 */
export function renderLab(plan: LabPlan): RenderedFiles {
  const links = numberLinks(plan);
  return {
    common: { hosts: hostsFile(plan) },
    nodes: Object.fromEntries(plan.nodes.map((node) => [node.name, renderNode(plan, node, links)])),
  };
}

function renderNode(plan: LabPlan, node: PlanNode, links: NumberedLinks): NodeFiles {
  return {
    'addresses.batch': addressBatch(node, links),
    sysctls: node.sysctls.map(([key, value]) => `${key.replaceAll('.', '/')} ${value}\n`).join(''),
    ...nsdFiles(plan, node),
    ...unboundFiles(plan, node),
    ...(node.routing === undefined ? {} : routingFiles(plan, node, node.routing)),
  };
}

/**
 * While more than 200 routes wait for the kernel, zebra's main thread polls them without a pause, and takes the CPU from
 * the thread that installs them.
 */
const dplaneLimit = 'zebra dplane limit 10000';

/** Lines that make a lab faster, and that newer versions of FRRouting leave to mgmtd, which does not run: 10.7 does. */
export const dispensableLines: ReadonlySet<string> = new Set([dplaneLimit]);

const zebraLines = [
  // When a link fails, the kernel removes its next hop from a group. zebra keeps the group, and does not put it back.
  'no zebra nexthop kernel enable\n',
  `${dplaneLimit}\n`,
];

function routingFiles(plan: LabPlan, node: PlanNode, routing: NonNullable<PlanNode['routing']>): NodeFiles {
  const files: Record<string, string> = {
    // Without this line vtysh asks PAM for a password, which a private namespace cannot answer.
    'vtysh.conf': 'username root nopassword\n',
    'zebra.conf': [`hostname ${node.name}\n`, ...zebraLines].join(''),
  };
  for (const { daemon } of routing.lineDaemons ?? [])
    files[`${daemon}.conf`] = `hostname ${node.name}\n${logLines(daemon)}`;
  for (const protocol of protocolsOf(routing))
    files[`${protocols[protocol].daemon}.conf`] = renderedProtocols[protocol].configuration(plan, node, routing);
  if (configures(routing, 'bfdd')) files['bfdd.conf'] = bfddConf(node);
  if (routing.extraLines !== undefined) files['extra.conf'] = routing.extraLines;
  return files;
}

/** `/etc/hosts` of every node: nodes and services by name, so that `ping router1` works in any of them. */
function hostsFile(plan: LabPlan): string {
  const nodes = plan.nodes.flatMap((node) => {
    const addresses = node.loopbacks.length > 0 ? node.loopbacks : (node.interfaces[0]?.addresses ?? []);
    return addresses.map((address) => `${address.split('/')[0] ?? address} ${node.name}`);
  });
  const services = plan.services.flatMap((service) => service.addresses.map((address) => `${address} ${service.name}`));
  return ['127.0.0.1 localhost', '::1 localhost ip6-localhost', ...nodes, ...services, ''].join('\n');
}
