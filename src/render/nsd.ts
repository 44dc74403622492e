import { localAddressOf, transferPortOf } from '../plan/local-address.js';
import type { LabPlan, PlanNode, PlanService } from '../plan/model.js';
import { DNS_PORT } from '../support/well-known-ports.js';

const FOLDER = '/run/nearcast';
const TRANSFER_KEY = 'transfer';
const EVERYBODY = ['0.0.0.0/0', '::0/0'];

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
  const own =
    primaryOf(plan, service) === undefined ? [] : unicastOf(node).map((address) => atPort(plan, service, address));
  const addresses = [...service.addresses, localAddressOf(plan, service.name), ...own];
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
    ...keyLines(plan, service),
    ...zonesOf(service).flatMap(({ name }, i) => [
      'zone:',
      `  name: "${name}"`,
      `  zonefile: "${zoneFileName(service.name, i)}"`,
      ...transferLines(plan, service),
    ]),
    '',
  ].join('\n');
}

/** Who signs transfers (TSIG, RFC 8945). It is no secret: that of a primary is its name. */
function keyLines(plan: LabPlan, service: PlanService): readonly string[] {
  const primary = primaryOf(plan, service) ?? (secondariesOf(plan, service).length > 0 ? service : undefined);
  if (primary === undefined) return [];
  return [
    'key:',
    `  name: "${TRANSFER_KEY}"`,
    '  algorithm: hmac-sha256',
    `  secret: "${Buffer.from(`nearcast zones of ${primary.name}`).toString('base64')}"`,
  ];
}

/**
 * A primary notifies each instance of its secondaries, at an address of that instance alone; they fetch the zone from the
 * primary's addresses. From where a message comes is for routing to say, so the key alone tells who may.
 */
function transferLines(plan: LabPlan, service: PlanService): readonly string[] {
  const primary = primaryOf(plan, service);
  if (primary !== undefined)
    return [
      ...primary.addresses.map((address) => `  request-xfr: AXFR ${address} ${TRANSFER_KEY}`),
      ...EVERYBODY.map((prefix) => `  allow-notify: ${prefix} ${TRANSFER_KEY}`),
    ];
  const notified = secondariesOf(plan, service).flatMap((secondary) =>
    secondary.instances.flatMap((name) => {
      const [address] = unicastOf(plan.nodes.find((node) => node.name === name));
      return address === undefined ? [] : [`  notify: ${atPort(plan, secondary, address)} ${TRANSFER_KEY}`];
    }),
  );
  return notified.length === 0
    ? []
    : [...notified, ...EVERYBODY.map((prefix) => `  provide-xfr: ${prefix} ${TRANSFER_KEY}`)];
}

function primaryOf({ services }: LabPlan, { serve }: PlanService): PlanService | undefined {
  return serve?.kind === 'nsd' ? services.find(({ name }) => name === serve.primary) : undefined;
}

function secondariesOf({ services }: LabPlan, { name }: PlanService): readonly PlanService[] {
  return services.filter(({ serve }) => serve?.kind === 'nsd' && serve.primary === name);
}

/** The addresses of a node that no other node has. */
function unicastOf(node: PlanNode | undefined): readonly string[] {
  const all = [...(node?.loopbacks ?? []), ...(node?.interfaces ?? []).flatMap(({ addresses }) => addresses)];
  return all.map((address) => address.split('/')[0] ?? address);
}

/** A host may run the NSD of several services: each listens at a port of its own there. */
function atPort(plan: LabPlan, { name }: PlanService, address: string): string {
  return `${address}@${String(transferPortOf(plan, name))}`;
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
