import { localAddressOf } from '../plan/local-address.js';
import type { LabPlan, PlanNode, PlanService } from '../plan/model.js';
import { DNS_PORT } from '../support/well-known-ports.js';

const FOLDER = '/run/nearcast';

/** Where the configuration of an instance's NSD is, in its node. */
export function nsdConfiguration(service: string): string {
  return `${FOLDER}/${configurationName(service)}`;
}

/** The socket at which it takes commands, in the same folder. */
export function nsdControlSocket(service: string): string {
  return `nsd-${service}.ctl`;
}

/** The zone file of each zone of a service, in the node. */
export function nsdZoneFiles(service: PlanService): readonly { readonly zone: string; readonly path: string }[] {
  return zonesOf(service).map(({ name }, i) => ({ zone: name, path: `${FOLDER}/${zoneFileName(service.name, i)}` }));
}

/** The files of every NSD that runs on a node: one configuration for each service, and its zones. */
export function nsdFiles(plan: LabPlan, node: PlanNode): Readonly<Record<string, string>> {
  return Object.fromEntries(
    plan.services
      .filter(({ serve, instances }) => serve?.kind === 'nsd' && instances.includes(node.name))
      .flatMap((service) => [
        [configurationName(service.name), configuration(plan, node, service)] as const,
        ...zonesOf(service).map(
          ({ records }, i) =>
            [zoneFileName(service.name, i), records.endsWith('\n') ? records : `${records}\n`] as const,
        ),
      ]),
  );
}

/**
 * Addresses may come and go while it runs. It changes neither user nor root folder, which it has already; and it answers
 * every client, at any rate: a lab has few clients, and each sends many queries. The table for that rate would otherwise
 * take 24 MB of each instance.
 */
function configuration(plan: LabPlan, node: PlanNode, service: PlanService): string {
  const addresses = [...service.addresses, localAddressOf(plan, service.name)];
  return [
    'server:',
    ...addresses.map((address) => `  ip-address: ${address}`),
    `  port: ${String(DNS_PORT)}`,
    '  ip-freebind: yes',
    '  server-count: 1',
    `  identity: "${node.name}"`,
    `  nsid: "ascii_${node.name}"`,
    '  username: ""',
    '  chroot: ""',
    '  pidfile: ""',
    '  database: ""',
    '  xfrdfile: ""',
    `  xfrdir: "${FOLDER}"`,
    `  zonesdir: "${FOLDER}"`,
    `  zonelistfile: "${FOLDER}/nsd-${service.name}.list"`,
    '  rrl-ratelimit: 0',
    '  rrl-size: 1000',
    '  verbosity: 1',
    'remote-control:',
    '  control-enable: yes',
    `  control-interface: "${FOLDER}/${nsdControlSocket(service.name)}"`,
    ...zonesOf(service).flatMap(({ name }, i) => [
      'zone:',
      `  name: "${name}"`,
      `  zonefile: "${zoneFileName(service.name, i)}"`,
    ]),
    '',
  ].join('\n');
}

function configurationName(service: string): string {
  return `nsd-${service}.conf`;
}

function zoneFileName(service: string, index: number): string {
  return `nsd-${service}-${String(index + 1)}.zone`;
}

function zonesOf({ serve }: PlanService) {
  return serve?.kind === 'nsd' ? serve.zones : [];
}
