import type { InteriorRouting } from '../topology/model/topology.js';
import type { Daemon, Family, LabPlan, PlanRouting } from './model.js';

/**
 * The routing protocols that nearcast configures by itself. What each is to a layer is one entry there: in `protocols`
 * here, and in a record of `forecast/`, `render/`, `codec/` and `agent/routing/`.
 */
export type RoutingProtocol = 'ospfv2' | 'ospfv3' | 'isis' | 'bgp';

/** What makes a node speak a routing protocol. */
export interface RoutingNeeds {
  /** By what it takes part in the routing within its system; undefined where it does not. */
  readonly interior: InteriorRouting | undefined;
  /** It has sessions with other speakers of BGP. */
  readonly sessions: boolean;
}

interface PlannedProtocol {
  /** For people. */
  readonly title: string;
  readonly daemon: Daemon;
  readonly families: readonly Family[];
  /** How FRRouting lines begin that mean its daemon, wherever they stand. */
  readonly lines: RegExp;
  readonly isNeeded: (needs: RoutingNeeds) => boolean;
}

/** In the order in which they build on each other: BGP's sessions go over what OSPF or IS-IS leads to. */
export const protocols: Readonly<Record<RoutingProtocol, PlannedProtocol>> = {
  ospfv2: {
    title: 'OSPFv2',
    daemon: 'ospfd',
    families: ['ipv4'],
    lines: /^(?:router|ip) ospf\b/,
    isNeeded: ({ interior }) => interior === 'ospf',
  },
  ospfv3: {
    title: 'OSPFv3',
    daemon: 'ospf6d',
    families: ['ipv6'],
    lines: /^(?:router|ipv6) ospf6\b/,
    isNeeded: ({ interior }) => interior === 'ospf',
  },
  isis: {
    title: 'IS-IS',
    daemon: 'isisd',
    families: ['ipv4', 'ipv6'],
    lines: /^(?:(?:ip |ipv6 )?router )?isis\b/,
    isNeeded: ({ interior }) => interior === 'isis',
  },
  bgp: {
    title: 'BGP',
    daemon: 'bgpd',
    families: ['ipv4', 'ipv6'],
    lines: /^(?:router )?bgp\b/,
    isNeeded: ({ sessions }) => sessions,
  },
};

export const routingProtocols = Object.keys(protocols) as readonly RoutingProtocol[];

/** The protocol that routes a family within a system. */
export function interiorProtocol({ interior }: Pick<LabPlan, 'interior'>, family: Family): RoutingProtocol {
  if (interior === 'isis') return 'isis';
  return family === 'ipv4' ? 'ospfv2' : 'ospfv3';
}

/**
 * Whether nearcast itself configures a daemon of a node; with one that only lines of the file need, it does not meddle.
 */
export function configures(
  { daemons, lineDaemons = [] }: Pick<PlanRouting, 'daemons' | 'lineDaemons'>,
  daemon: Daemon,
): boolean {
  return daemons.includes(daemon) && lineDaemons.every((each) => each.daemon !== daemon);
}

/** The protocols that nearcast configures on a node. */
export function protocolsOf(routing: Pick<PlanRouting, 'daemons' | 'lineDaemons'>): readonly RoutingProtocol[] {
  return routingProtocols.filter((protocol) => configures(routing, protocols[protocol].daemon));
}
