import { localAddressOf } from '../plan/local-address.js';
import type { LabPlan, PlanNode, PlanService } from '../plan/model.js';
import { DNS_PORT } from '../support/well-known-ports.js';
import { familyOf } from '../support/family.js';

const FOLDER = '/run/nearcast';

/** Where the configuration of an instance's Unbound is, in its node. */
export function unboundConfiguration(service: string): string {
  return `${FOLDER}/${configurationName(service)}`;
}

/** The files of every Unbound that runs on a node: its configuration, and its root hints. */
export function unboundFiles(plan: LabPlan, node: PlanNode): Readonly<Record<string, string>> {
  return Object.fromEntries(
    plan.services
      .filter(({ serve, instances }) => serve?.kind === 'unbound' && instances.includes(node.name))
      .flatMap((service) => [
        [configurationName(service.name), configuration(plan, node, service)] as const,
        [hintsName(service.name), rootHints(service)] as const,
      ]),
  );
}

/**
 * Addresses may come and go while it runs. It already runs as the user and in the root folder that it needs. It resolves the zones that it would otherwise answer itself (RFC 6303).
 * It soon asks a server again that did not answer: in a lab, what failed is restored within seconds.
 */
function configuration(plan: LabPlan, node: PlanNode, service: PlanService): string {
  const addresses = [...service.addresses, localAddressOf(plan, service.name)];
  return [
    'server:',
    ...addresses.map((address) => `  interface: ${address}`),
    `  port: ${String(DNS_PORT)}`,
    '  ip-freebind: yes',
    '  num-threads: 1',
    '  outgoing-range: 128',
    '  num-queries-per-thread: 64',
    '  msg-cache-size: 1m',
    '  rrset-cache-size: 2m',
    '  access-control: 0.0.0.0/0 allow',
    '  access-control: ::/0 allow',
    `  identity: "${node.name}"`,
    `  nsid: "ascii_${node.name}"`,
    '  hide-version: yes',
    ...validation(service),
    '  infra-host-ttl: 10',
    '  infra-keep-probing: yes',
    '  unblock-lan-zones: yes',
    '  local-zone: "test." nodefault',
    '  local-zone: "invalid." nodefault',
    `  root-hints: "${FOLDER}/${hintsName(service.name)}"`,
    '  username: ""',
    '  chroot: ""',
    '  pidfile: ""',
    `  directory: "${FOLDER}"`,
    '  use-syslog: no',
    '  logfile: ""',
    'remote-control:',
    '  control-enable: no',
    '',
  ].join('\n');
}

/** It validates where it knows the key of the root zone (RFC 4035 section 5). */
function validation({ serve }: PlanService): readonly string[] {
  const anchor = serve?.kind === 'unbound' ? serve.trustAnchor : undefined;
  return anchor === undefined
    ? ['  module-config: "iterator"']
    : ['  module-config: "validator iterator"', `  trust-anchor: "${anchor}"`, '  trust-anchor-signaling: no'];
}

/** Where a resolver begins (RFC 9609 section 2). The root zone itself says what its servers are called. */
function rootHints({ serve }: PlanService): string {
  const roots = serve?.kind === 'unbound' ? serve.roots : [];
  return roots
    .flatMap(({ name, addresses }) => [
      `. NS ${serverName(name)}\n`,
      ...addresses.map((address) => `${serverName(name)} ${familyOf(address) === 'ipv6' ? 'AAAA' : 'A'} ${address}\n`),
    ])
    .join('');
}

function serverName(service: string): string {
  return `${service}.root-servers.net.`;
}

function configurationName(service: string): string {
  return `unbound-${service}.conf`;
}

function hintsName(service: string): string {
  return `unbound-${service}.hints`;
}
