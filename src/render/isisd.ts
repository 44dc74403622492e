import type { LabPlan, PlanInterface, PlanNode, PlanRouting } from '../plan/model.js';
import type { OspfTimers } from '../plan/parts/ospf-timers.js';
import { announceEntries, announceMap, announceMapName } from './announce-map.js';
import { isisSystemId } from '../plan/addressing.js';
import { toldCost } from '../plan/ospf-costs.js';
import { familyOf, type Family } from '../support/family.js';
import { bfdProfile } from './bfdd.js';
import { frrBlock } from './frr-block.js';
import { logLines } from './log-lines.js';

/** The name of the one process: FRRouting wants one. */
const PROCESS = 'nearcast';
const AREA = '49.0001';
/** Of several routers on a segment one is elected to speak for it (ISO 10589 section 8.4.5); instances, with 64, come after them. */
const ROUTER_PRIORITY = 100;
/** FRRouting's own, where no link is too small for it. */
const LARGEST_LSP_BYTES = 1497;
const FRAME_HEADER_BYTES = 3;

/** One level of IS-IS (ISO 10589, RFC 1195) for both families (RFC 5308), with wide metrics (RFC 5305). */
export function isisdConf(plan: LabPlan, node: PlanNode, routing: PlanRouting): string {
  const router = `router isis ${PROCESS}`;
  return [
    // isisd does this before it reads on, as it does with all that is above a line of another kind. With the lines below, the
    // first change of its link state would wait for half a minute, the usual interval; there is none shorter than a second.
    frrBlock(router, ['lsp-gen-interval 1']),
    `hostname ${node.name}\n`,
    logLines('isisd'),
    ...plan.families.map((family) => announceMap(routing, family, 'isis')),
    ...plan.families.map((family) => loopbackMap(node, routing, family)),
    frrBlock(router, [
      ...processLines(plan, routing),
      ...plan.families.flatMap((family) => redistributeLines(routing, family)),
    ]),
    // Where BGP announces services, IS-IS carries nothing of `lo` but what BGP's sessions need.
    routing.bgp === undefined
      ? frrBlock('interface lo', [...familyLines(plan), 'isis metric level-2 0', 'isis passive'])
      : '',
    ...node.interfaces
      .filter(({ ospfNetwork }) => ospfNetwork !== 'none')
      .map((item) => frrBlock(`interface ${item.name}`, interfaceLines(plan, node, item))),
  ].join('');
}

function familyLines({ families }: LabPlan): readonly string[] {
  return families.map((family) => `${family === 'ipv4' ? 'ip' : 'ipv6'} router isis ${PROCESS}`);
}

function interfaceLines(plan: LabPlan, node: PlanNode, item: PlanInterface): readonly string[] {
  const { hello6IntervalS, dead6IntervalS } = plan.timers;
  const common = [
    ...familyLines(plan),
    'isis circuit-type level-2-only',
    `isis metric level-2 ${String(toldCost(node, item))}`,
  ];
  if (item.ospfNetwork === 'passive') return [...common, 'isis passive'];
  const elects = item.ospfNetwork !== 'point-to-point';
  return [
    ...common,
    ...(elects ? [] : ['isis network point-to-point']),
    ...(elects && node.routing?.transit === true ? [`isis priority ${String(ROUTER_PRIORITY)}`] : []),
    `isis hello-interval ${String(hello6IntervalS)}`,
    `isis hello-multiplier ${String(dead6IntervalS / hello6IntervalS)}`,
    'isis csnp-interval 1',
    'isis psnp-interval 1',
    ...(item.bfd === undefined ? [] : ['isis bfd', `isis bfd profile ${bfdProfile(item.bfd)}`]),
  ];
}

function processLines(plan: LabPlan, routing: PlanRouting): readonly string[] {
  // Flooded through all of the level, a link state must fit into its smallest link.
  const mtus = plan.nodes.flatMap(({ interfaces }) => interfaces.flatMap(({ mtu }) => mtu ?? []));
  const lspBytes = Math.min(LARGEST_LSP_BYTES, ...mtus.map((mtu) => mtu - FRAME_HEADER_BYTES));
  return [
    `net ${AREA}.${isisSystemId(routing.routerId)}.00`,
    'is-type level-2-only',
    'metric-style wide',
    'log-adjacency-changes',
    ...(lspBytes < LARGEST_LSP_BYTES ? [`lsp-mtu ${String(lspBytes)}`] : []),
    spfLine(plan.timers),
  ];
}

/** RFC 8405. */
function spfLine({ spfDelayMs, spfInitialHoldMs, spfMaxHoldMs }: OspfTimers): string {
  return [
    `spf-delay-ietf init-delay ${String(spfDelayMs)}`,
    `short-delay ${String(spfInitialHoldMs)} long-delay ${String(spfMaxHoldMs)}`,
    `holddown ${String(2 * spfMaxHoldMs)} time-to-learn ${String(spfMaxHoldMs)}`,
  ].join(' ');
}

function redistributeLines(routing: PlanRouting, family: Family): readonly string[] {
  return [
    ...(routing.bgp === undefined ? [] : [`redistribute ${family} connected level-2 route-map loopback-${family}`]),
    ...(announceEntries(routing, family, 'isis').length === 0
      ? []
      : [`redistribute ${family} kernel level-2 route-map ${announceMapName(family, 'isis')}`]),
  ];
}

/** What BGP's sessions need of `lo`, at no cost. */
function loopbackMap(node: PlanNode, { bgp }: PlanRouting, family: Family): string {
  if (bgp === undefined) return '';
  const word = family === 'ipv4' ? 'ip' : 'ipv6';
  const list = `loopback-${family}`;
  return [
    ...node.loopbacks
      .filter((address) => familyOf(address) === family)
      .map((prefix) => `${word} prefix-list ${list} permit ${prefix}\n`),
    frrBlock(`route-map ${list} permit 1`, [`match ${word} address prefix-list ${list}`, 'set metric 0']),
  ].join('');
}
