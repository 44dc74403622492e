import type { Lacking, LackingRoute, LackingSession } from '../../protocol/lacking.js';
import { type Family } from '../../support/family.js';
import { formatDuration } from '../../support/duration.js';

/** What is lacking, and where: `router1: no route to 192.0.2.53/32`. */
export function lackingText(lacking: Lacking): string {
  if (lacking.kind === 'answers') return `${lacking.client}: ${whatIsLacking(lacking)}`;
  return 'node' in lacking ? `${lacking.node}: ${whatIsLacking(lacking)}` : whatIsLacking(lacking);
}

/** The same without the node: `no route to 192.0.2.53/32`. */
export function whatIsLacking(lacking: Lacking): string {
  switch (lacking.kind) {
    case 'daemons':
      return `${lacking.daemons.join(' and ')} ended`;
    case 'adjacency':
      return `${onInterface(lacking)} ${lacking.states.length === 0 ? 'has no neighbor' : `is ${lacking.states.join(', ')}`}`;
    case 'gone-neighbor':
      return `${onInterface(lacking)} has not yet detected the loss of its neighbor`;
    case 'undescribed':
      return `its IPv6 Router-LSA describes ${String(lacking.described)} of its ${String(lacking.segments)} segments`;
    case 'electing':
      return `${onInterface(lacking)} waits before it elects a designated router`;
    case 'untold':
      return `IS-IS has told the others of ${String(lacking.told)} of its ${String(lacking.adjacent)} links with neighbors`;
    case 'bfd':
      return `BFD on ${lacking.interface} has ${String(lacking.up)} of ${String(lacking.wanted)} sessions up`;
    case 'session':
      return troubleText(lacking);
    case 'route':
      return routeText(lacking);
    case 'choice':
      return 'still chooses among the instances that it knew before';
    case 'watcher':
      return `still announces ${lacking.service}, which does not answer: its health check has not decided yet`;
    case 'quiet':
      return `routes, links and neighbors have not been quiet for ${formatDuration(lacking.quietMs)} yet`;
    case 'answers':
      return `answers from ${lacking.address} are not steady yet`;
    case 'flapping':
      return 'it is flapping';
  }
}

/** How to repair it, where that is known. */
export function remedyOf(lacking: Lacking): string | undefined {
  switch (lacking.kind) {
    case 'daemons': {
      const [daemon = ''] = lacking.daemons;
      return `to start it again:  fail ${daemon}@${lacking.node}  and  restore ${daemon}@${lacking.node}`;
    }
    case 'adjacency':
    case 'gone-neighbor':
    case 'bfd':
      return 'do both ends have the same timers, network type and area?';
    case 'undescribed':
      return 'ospf6d can miss a new designated router; change the cost of the interface and change it back';
    case 'session':
      return troubleRemedy(lacking);
    case 'route':
    case 'choice':
    case 'watcher':
    case 'electing':
    case 'untold':
    case 'quiet':
    case 'answers':
    case 'flapping':
      return undefined;
  }
}

export function sessionName({
  neighbor,
  neighborAddress,
}: Pick<LackingSession, 'neighbor' | 'neighborAddress'>): string {
  return `the BGP session with ${neighbor} (${neighborAddress})`;
}

function onInterface({
  family,
  by,
  interface: device,
}: {
  readonly family: Family;
  readonly by?: 'isis' | undefined;
  readonly interface: string;
}): string {
  return `${by === 'isis' ? 'IS-IS' : family === 'ipv4' ? 'OSPFv2' : 'OSPFv3'} on ${device}`;
}

function routeText(route: LackingRoute): string {
  const { destination } = route;
  switch (route.state) {
    case 'missing':
      return `no route to ${destination}`;
    case 'incomplete':
      return `route to ${destination} leads to ${route.ways.join(' and ')}, not yet to ${route.missing.join(' and ')}`;
    case 'stale':
      return `route to ${destination} still leads to ${route.stale.join(' and ')}`;
    case 'dead':
      return `route to ${destination} still names ${route.dead.join(' and ')}, which no packet takes: the link is down`;
    case 'left-over':
      return `still has a route to ${destination}`;
  }
}

function troubleText(session: LackingSession): string {
  const name = sessionName(session);
  const { trouble, neighbor, neighborAsn, family } = session;
  switch (trouble.cause) {
    case 'not-configured':
      return `${name} is not configured`;
    case 'expects-asn':
      return `${name} expects AS ${String(trouble.asn)}, and ${neighbor} is AS ${String(neighborAsn)}`;
    case 'asn-refused':
      return `${name} is ${trouble.state}: one end expects an AS number that is not the other's (${trouble.reason})`;
    case 'not-established':
      return `${name} is ${trouble.state}${trouble.reason === null ? '' : ` (${trouble.reason})`}`;
    case 'family-inactive':
      return `${name} is up, but not for ${family}`;
    case 'bfd-ignored':
      return `${name} is up, but BFD does not watch it before the second is over in which it came up`;
    case 'no-policy':
      return `${name} is up but ${trouble.direction === 'in' ? 'accepts' : 'announces'} nothing: it has no policy for that direction (RFC 8212)`;
  }
}

function troubleRemedy({ trouble, neighbor, neighborAddress, neighborAsn, family }: LackingSession): string {
  const remoteAs = `neighbor ${neighborAddress} remote-as ${String(neighborAsn)}`;
  switch (trouble.cause) {
    case 'not-configured':
      return `the node's own "frr:" lines remove it; the line is  ${remoteAs}`;
    case 'expects-asn':
      return remoteAs;
    case 'asn-refused':
      return `see which AS  ${neighbor}  expects: show bgp neighbors`;
    case 'not-established':
      return `does ${neighbor} run bgpd, and do packets reach it?`;
    case 'family-inactive':
      return `address-family ${family} unicast  and  neighbor ${neighborAddress} activate`;
    case 'bfd-ignored':
      return 'wait a second: bgpd ignores what BFD reports until then';
    case 'no-policy':
      return `neighbor ${neighborAddress} route-map NAME ${trouble.direction}`;
  }
}
