import type { LabPlan, PlanBgp, PlanNode, PlanRouting, PlanSession } from '../plan/model.js';
import { bfdProfile } from './bfdd.js';
import { frrBlock } from './frr-block.js';
import { logLines } from './log-lines.js';
import { filterLines } from './prefix-filters.js';
import { familyOf } from '../support/family.js';
import { mapLines } from './policy-changes.js';
import { mapsOf, originateMap, policyLists, stancesOfFile } from './route-maps.js';

/** How many equal routes flows share at most. */
const MOST_PATHS = 16;

/** BGP-4 (RFC 4271): a session for each neighbor and family, and route maps for every session to another system. */
export function bgpdConf(plan: LabPlan, node: PlanNode, routing: PlanRouting): string {
  const { bgp } = routing;
  if (bgp === undefined) return '';
  return [
    `hostname ${node.name}\n`,
    logLines('bgpd'),
    policyLists(plan, node, bgp.asn),
    originateMap(node, bgp.asn),
    ...mapsOf(node, stancesOfFile(bgp.sessions)).values(),
    frrBlock(`router bgp ${String(bgp.asn)}`, [
      `bgp router-id ${routing.routerId}`,
      'no bgp default ipv4-unicast',
      ...(bgp.clusterId === undefined ? [] : [`bgp cluster-id ${bgp.clusterId}`]),
      'bgp log-neighbor-changes',
      // The oldest of equal routes would win otherwise, and who is oldest depends on the order of events.
      'bgp bestpath compare-routerid',
      'bgp deterministic-med',
      ...(plan.multipath === 'any-as' ? ['bgp bestpath as-path multipath-relax'] : []),
      // Left alone, the first updates of a session wait up to a second for others to join them.
      'coalesce-time 0',
      ...bgp.sessions.flatMap(neighborLines),
      ...plan.families.flatMap((family) =>
        familyLines(
          plan,
          node,
          { ...routing, bgp },
          bgp.sessions.filter((session) => session.family === family),
          family,
        ),
      ),
    ]),
  ].join('');
}

function neighborLines(session: PlanSession): readonly string[] {
  const { neighborAddress, timers } = session;
  const isExternal = session.kind === 'external';
  const lines = [
    `remote-as ${String(session.neighborAsn)}`,
    `description ${session.neighbor}`,
    `timers ${String(timers.keepaliveS)} ${String(timers.holdS)}`,
    `timers connect ${String(timers.connectRetryS)}`,
    `advertisement-interval ${String(isExternal ? timers.advertisementS : timers.internalAdvertisementS)}`,
    // Updates to a group of neighbors would wait for half a second.
    'solo',
    // The next hop of discarded packets is not a neighbor.
    ...(isExternal ? ['disable-connected-check'] : [`update-source ${session.localAddress}`]),
    ...(session.bfd === undefined ? [] : [`bfd profile ${bfdProfile(session.bfd)}`]),
  ];
  return lines.map((line) => `neighbor ${neighborAddress} ${line}`);
}

function familyLines(
  plan: LabPlan,
  node: PlanNode,
  routing: PlanRouting & { readonly bgp: PlanBgp },
  sessions: readonly PlanSession[],
  family: 'ipv4' | 'ipv6',
): readonly string[] {
  const paths = plan.multipath === 'none' ? 1 : MOST_PATHS;
  return [
    `address-family ${family} unicast`,
    ' redistribute connected route-map originate',
    ...(routing.announcesFor.length === 0 ? [] : [' redistribute kernel route-map originate']),
    ...routing.bgp.origins
      .filter(({ prefix, isHeld }) => isHeld === true && familyOf(prefix) === family)
      .map(({ prefix }) => ` network ${prefix}`),
    ...(routing.bgp.aggregates ?? [])
      .filter(({ prefix }) => familyOf(prefix) === family)
      .map(({ prefix, summaryOnly }) => ` aggregate-address ${prefix}${summaryOnly ? ' summary-only' : ''}`),
    ` maximum-paths ${String(paths)}`,
    ` maximum-paths ibgp ${String(paths)}`,
    ...stancesOfFile(sessions).flatMap((stance) => {
      const isBorder = stance.session.kind === 'internal' && routing.transit;
      const lines = [
        'activate',
        ...(stance.session.isClient === true ? ['route-reflector-client'] : []),
        // FRRouting leaves the next hop of a reflected route as it is (RFC 4456 section 10).
        ...(isBorder ? ['next-hop-self'] : []),
        ...mapLines(node, stance),
        ...filterLines(stance.session),
      ];
      return lines.map((line) => ` neighbor ${stance.session.neighborAddress} ${line}`);
    }),
    'exit-address-family',
  ];
}
