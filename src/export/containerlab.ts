import { hostPrefix } from '../plan/addressing.js';
import type { LabPlan, PlanNode } from '../plan/model.js';
import { renderLab } from '../render/render.js';
import { familyOf } from '../support/family.js';
import { daemonsFile, integratedConfiguration } from './frr-files.js';
import { impairScript } from './impair-script.js';
import { yamlScalar } from '../topology/foreign/yaml-text.js';
import { shellWord } from './texts.js';

/** The images that an exported lab runs where its file names none. */
const exportedImages = {
  frr: 'quay.io/frrouting/frr:10.2.1',
  host: 'wbitt/network-multitool:alpine-minimal',
} as const;

/**
 * A lab as a folder that `containerlab deploy` takes: path in it -> content. Pure. Every instance has its addresses all
 * the time; nobody checks its health, and nothing answers in its place but what its file runs.
 */
export function containerlabFolder(plan: LabPlan): ReadonlyMap<string, string> {
  const rendered = renderLab(plan);
  const files = new Map<string, string>();
  const common = commonSettings(plan.nodes);
  const lines = [
    `name: ${yamlScalar(plan.topology)}`,
    'topology:',
    '  defaults:',
    '    kind: linux',
    ...mapLines('sysctls', [...common], 4),
    '  nodes:',
  ];
  for (const node of plan.nodes) {
    const own = rendered.nodes[node.name] ?? {};
    if (node.routing !== undefined) {
      files.set(`${node.name}/frr.conf`, integratedConfiguration(node, node.routing, own));
      files.set(`${node.name}/daemons`, daemonsFile(node.routing));
    }
    lines.push(...nodeLines(node, plan, common));
  }
  if (plan.links.length > 0) lines.push('  links:');
  for (const { ends } of plan.links) {
    const mtus = ends.map((end) => interfaceOf(plan, end)?.mtu).find((mtu) => mtu !== undefined);
    const endpoints = ends.map((end) => yamlScalar(`${end.node}:${end.interface}`)).join(', ');
    lines.push(`    - endpoints: [${endpoints}]`, ...(mtus === undefined ? [] : [`      mtu: ${String(mtus)}`]));
  }
  files.set(`${plan.topology}.clab.yml`, `${lines.join('\n')}\n`);
  const impairments = impairScript(plan);
  if (impairments !== undefined) files.set('impair.sh', impairments);
  return files;
}

function interfaceOf(
  plan: LabPlan,
  end: { readonly node: string; readonly interface: string },
): PlanNode['interfaces'][number] | undefined {
  return plan.nodes.find(({ name }) => name === end.node)?.interfaces.find(({ name }) => name === end.interface);
}

function nodeLines(node: PlanNode, plan: LabPlan, common: ReadonlyMap<string, string>): readonly string[] {
  const { name, routing, container, sysctls } = node;
  const image = container?.image ?? (routing === undefined ? exportedImages.host : exportedImages.frr);
  const binds = [
    ...(routing === undefined ? [] : [`${name}/frr.conf:/etc/frr/frr.conf`, `${name}/daemons:/etc/frr/daemons`]),
    ...(container?.binds ?? []),
  ];
  const cmd = container?.cmd?.map(shellWord).join(' ');
  return [
    `    ${yamlScalar(name)}:`,
    `      image: ${yamlScalar(image)}`,
    ...(cmd === undefined ? [] : [`      cmd: ${yamlScalar(cmd)}`]),
    ...mapLines(
      'env',
      (container?.env ?? []).map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]),
    ),
    ...listLines('binds', binds),
    ...mapLines(
      'sysctls',
      [...new Map(sysctls)].filter(([key, value]) => common.get(key) !== value),
    ),
    ...listLines('exec', node.kind === 'switch' ? switchCommands(node) : commands(node, plan)),
  ];
}

/** The kernel settings that all nodes have alike. */
function commonSettings(nodes: readonly PlanNode[]): ReadonlyMap<string, string> {
  const [first, ...others] = nodes.map(({ sysctls }) => new Map(sysctls));
  return new Map([...(first ?? [])].filter(([key, value]) => others.every((each) => each.get(key) === value)));
}

/** A bridge in a container of its own: a bridge of the machine would have to be there before. */
function switchCommands({ interfaces }: PlanNode): readonly string[] {
  return [
    'ip link add br0 type bridge',
    ...interfaces.flatMap(({ name }) => [`ip link set ${name} master br0`, `ip link set ${name} up`]),
    'ip link set br0 up',
  ];
}

/** FRRouting sets the addresses of its node; `ip` those of the others, and of nodes with routes by commands. */
function commands(node: PlanNode, plan: LabPlan): readonly string[] {
  // Commands run before FRRouting has given its node the addresses that gateways need: both give the same ones.
  const isLate = node.routing !== undefined && (node.gateways.length > 0 || node.routing.announcesFor.length > 0);
  const addresses = node.routing === undefined || isLate ? interfaceCommands(node) : [];
  const families = new Set<string>();
  const gateways = node.gateways.map(({ family, via, interface: device, metric }) => {
    const isFirst = !families.has(family);
    families.add(family);
    // The default route of the management network has no metric: the first of ours takes its place.
    return `ip route replace default via ${via} dev ${device}${isFirst ? '' : ` metric ${String(metric)}`}`;
  });
  const behalf = (node.routing?.announcesFor ?? []).map(
    ({ address, via, interface: device }) =>
      `ip route replace ${hostPrefix(address)} via ${via} dev ${device} proto static`,
  );
  const programs = (node.run ?? []).map(
    ({ argv }) => `sh -c ${shellWord(`nohup ${argv.map(shellWord).join(' ')} >/dev/null 2>&1 &`)}`,
  );
  const served =
    node.routing === undefined ? servedAddresses(node, plan).map((each) => `ip address add ${each} dev lo`) : [];
  return [
    ...addresses,
    ...served,
    ...gateways,
    ...behalf,
    ...node.exec.map((argv) => argv.map(shellWord).join(' ')),
    ...programs,
  ];
}

function interfaceCommands({ interfaces }: PlanNode): readonly string[] {
  return interfaces.flatMap(({ name, addresses }) => [
    ...addresses.map(
      (address) => `ip address replace ${address} dev ${name}${familyOf(address) === 'ipv6' ? ' nodad' : ''}`,
    ),
    `ip link set ${name} up`,
  ]);
}

/** The addresses of services that a node has, with their prefix length. */
function servedAddresses({ name }: PlanNode, { services }: LabPlan): readonly string[] {
  return services
    .filter(({ instances }) => instances.includes(name))
    .flatMap(({ addresses }) => addresses.map((address) => hostPrefix(address)));
}

function listLines(key: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [`      ${key}:`, ...items.map((item) => `        - ${yamlScalar(item)}`)];
}

function mapLines(key: string, entries: readonly (readonly [string, string])[], depth = 6): readonly string[] {
  const indent = ' '.repeat(depth);
  return entries.length === 0
    ? []
    : [`${indent}${key}:`, ...entries.map(([name, value]) => `${indent}  ${yamlScalar(name)}: ${yamlScalar(value)}`)];
}
