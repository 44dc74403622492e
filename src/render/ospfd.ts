import type { LabPlan, PlanInterface, PlanNode, PlanRouting } from '../plan/model.js';
import type { OspfTimers } from '../plan/parts/ospf-timers.js';
import { announceMap, redistributeLines } from './announce-map.js';
import { toldCost } from '../plan/ospf-costs.js';
import type { HelloSettings } from '../topology/model/topology.js';
import { bfdProfile } from './bfdd.js';
import { frrBlock } from './frr-block.js';
import { logLines } from './log-lines.js';
import { familyOf } from '../support/family.js';

/** OSPFv2 (RFC 2328), everything in area 0. */
export function ospfdConf(plan: LabPlan, node: PlanNode, routing: PlanRouting): string {
  return [
    `hostname ${node.name}\n`,
    logLines('ospfd'),
    announceMap(routing, 'ipv4'),
    frrBlock('interface lo', [`ip ospf area 0${onlyLoopback(node, routing)}`]),
    ...node.interfaces
      .filter(({ ospfNetwork }) => ospfNetwork !== 'none')
      .map((item) => frrBlock(`interface ${item.name}`, interfaceLines(node, item, plan.timers))),
    frrBlock('router ospf', routerLines(routing, plan.timers)),
  ].join('');
}

function interfaceLines(node: PlanNode, item: PlanInterface, timers: OspfTimers): readonly string[] {
  const common = ['ip ospf area 0', `ip ospf cost ${String(toldCost(node, item))}`];
  // Without a network type, even a passive interface waits for a designated router before it is announced.
  if (item.ospfNetwork === 'passive') return [...common, 'ip ospf network point-to-point', 'ip ospf passive'];
  const bfd = item.bfd === undefined ? [] : ['ip ospf bfd', `ip ospf bfd profile ${bfdProfile(item.bfd)}`];
  const hello =
    item.hello !== undefined
      ? helloLines(item.hello)
      : timers.helloMultiplier > 0
        ? [`ip ospf dead-interval minimal hello-multiplier ${String(timers.helloMultiplier)}`]
        : [
            `ip ospf hello-interval ${String(timers.helloIntervalS)}`,
            `ip ospf dead-interval ${String(timers.deadIntervalS)}`,
          ];
  const retransmit = `ip ospf retransmit-interval ${String(timers.retransmitIntervalS)}`;
  return [...common, `ip ospf network ${item.ospfNetwork}`, ...hello, retransmit, ...bfd];
}

/**
 * Where BGP announces services, OSPF carries nothing but what BGP's sessions need: of all that is on `lo`, one address.
 */
function onlyLoopback(node: PlanNode, { bgp }: PlanRouting): string {
  const loopback = node.loopbacks.find((address) => familyOf(address) === 'ipv4');
  return bgp === undefined || loopback === undefined ? '' : ` ${loopback.split('/')[0] ?? loopback}`;
}

/** Below a second there is one dead interval, a second, with so many hellos in it. */
function helloLines({ helloMs, deadMs }: HelloSettings): readonly string[] {
  if (helloMs < 1000) return [`ip ospf dead-interval minimal hello-multiplier ${String(1000 / helloMs)}`];
  return [`ip ospf hello-interval ${String(helloMs / 1000)}`, `ip ospf dead-interval ${String(deadMs / 1000)}`];
}

function routerLines(routing: PlanRouting, timers: OspfTimers): readonly string[] {
  return [
    // Left alone, FRR takes the highest loopback address: the anycast one, the same on every instance.
    `ospf router-id ${routing.routerId}`,
    'log-adjacency-changes',
    `timers throttle spf ${String(timers.spfDelayMs)} ${String(timers.spfInitialHoldMs)} ${String(timers.spfMaxHoldMs)}`,
    `timers throttle lsa all ${String(timers.lsaThrottleMs)}`,
    `timers lsa min-arrival ${String(timers.lsaMinArrivalMs)}`,
    ...redistributeLines(routing, 'ipv4'),
  ];
}
