import type { LabPlan, PlanInterface, PlanNode, PlanRouting } from '../plan/model.js';
import type { OspfTimers } from '../plan/parts/ospf-timers.js';
import { announceMap, redistributeLines } from './announce-map.js';
import { toldCost } from '../plan/ospf-costs.js';
import { dead6IntervalS, hello6IntervalS } from '../plan/timers.js';
import { bfdProfile } from './bfdd.js';
import { frrBlock } from './frr-block.js';
import { logLines } from './log-lines.js';
import { familyOf } from '../support/family.js';

/** Hosts have 1, the default: a router of their segment is elected before them (RFC 2328 section 9.4). */
const ROUTER_PRIORITY = 100;

/** OSPFv3 (RFC 5340), everything in area 0. Its hello cannot go below a second. */
export function ospf6dConf(plan: LabPlan, node: PlanNode, routing: PlanRouting): string {
  return [
    `hostname ${node.name}\n`,
    logLines('ospf6d'),
    // Unlike OSPFv2's, an OSPFv3 loopback has a cost, and FRR's default for it is 10; the least is 1.
    announceMap(routing, 'ipv6'),
    ...loopbacksOf(node, routing).map((prefix) => `ipv6 prefix-list loopback permit ${prefix}\n`),
    frrBlock('interface lo', [
      'ipv6 ospf6 area 0',
      'ipv6 ospf6 cost 1',
      ...(routing.bgp === undefined ? [] : ['ipv6 ospf6 advertise prefix-list loopback']),
    ]),
    ...node.interfaces
      .filter(({ ospfNetwork }) => ospfNetwork !== 'none')
      .map((item) => frrBlock(`interface ${item.name}`, interfaceLines(node, item, plan.timers))),
    frrBlock('router ospf6', routerLines(routing, plan.timers)),
  ].join('');
}

/** Where BGP announces services, OSPF carries nothing but what BGP's sessions need. */
function loopbacksOf(node: PlanNode, { bgp }: PlanRouting): readonly string[] {
  return bgp === undefined ? [] : node.loopbacks.filter((address) => familyOf(address) === 'ipv6');
}

function interfaceLines(node: PlanNode, item: PlanInterface, timers: OspfTimers): readonly string[] {
  // ospf6d has no point-to-multipoint before FRR 9: a segment of three speakers and more elects a designated router.
  const elects = ['point-to-multipoint', 'broadcast'].includes(item.ospfNetwork);
  const common = [
    'ipv6 ospf6 area 0',
    `ipv6 ospf6 cost ${String(toldCost(node, item))}`,
    `ipv6 ospf6 network ${elects ? 'broadcast' : 'point-to-point'}`,
    // Where an instance is the designated router, its failure is that of two things, and may cost the segment (0065).
    ...(elects && node.routing?.transit === true ? [`ipv6 ospf6 priority ${String(ROUTER_PRIORITY)}`] : []),
  ];
  if (item.ospfNetwork === 'passive') return [...common, 'ipv6 ospf6 passive'];
  return [
    ...common,
    `ipv6 ospf6 hello-interval ${String(hello6IntervalS(item, timers))}`,
    `ipv6 ospf6 dead-interval ${String(dead6IntervalS(item, timers))}`,
    `ipv6 ospf6 retransmit-interval ${String(timers.retransmitIntervalS)}`,
    ...(item.bfd === undefined ? [] : [`ipv6 ospf6 bfd profile ${bfdProfile(item.bfd)}`]),
  ];
}

function routerLines(routing: PlanRouting, timers: OspfTimers): readonly string[] {
  return [
    `ospf6 router-id ${routing.routerId}`,
    'log-adjacency-changes',
    `timers throttle spf ${String(timers.spfDelayMs)} ${String(timers.spfInitialHoldMs)} ${String(timers.spfMaxHoldMs)}`,
    `timers lsa min-arrival ${String(timers.lsaMinArrivalMs)}`,
    ...redistributeLines(routing, 'ipv6'),
  ];
}
