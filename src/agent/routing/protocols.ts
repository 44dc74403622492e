import type { LinkState } from '../../codec/link-state.js';
import type { LabPlan } from '../../plan/model.js';
import type { RoutingProtocol } from '../../plan/protocols.js';
import type { RouteState } from '../../protocol/lab-state.js';
import type { Lacking } from '../../protocol/lacking.js';
import type { LabNode } from '../node/lab-node.js';
import { bgpNeighbors, bgpPaths } from './bgp-sessions.js';
import { hastenOspf6, ospf6LinkState, ospf6Neighbors, ospfLinkState, ospfNeighbors } from './ospf.js';
import { isisLinkState, isisNeighbors } from './isis.js';
import type { Expected, WantedNeighbors } from './wanted-neighbors.js';

interface WatchedProtocol {
  readonly neighbors: (node: LabNode, expected: Expected) => WantedNeighbors;
  /** Only of a protocol that can be hurried: makes what is lacking come sooner. */
  readonly hasten?: (node: LabNode, plan: LabPlan, lacking: readonly Lacking[]) => Promise<void>;
  /** Only of a protocol that floods link states. */
  readonly linkState?: (router: LabNode) => Promise<LinkState | undefined>;
  /** Only of a protocol that chooses among paths: all paths that it has for an address. */
  readonly paths?: (router: LabNode, address: string) => Promise<RouteState['paths']>;
}

/** How each routing protocol is watched in a running node. */
export const watchedProtocols: Readonly<Record<RoutingProtocol, WatchedProtocol>> = {
  ospfv2: { neighbors: ospfNeighbors, linkState: ospfLinkState },
  ospfv3: { neighbors: ospf6Neighbors, linkState: ospf6LinkState, hasten: hastenOspf6 },
  isis: { neighbors: isisNeighbors, linkState: isisLinkState },
  bgp: { neighbors: bgpNeighbors, paths: bgpPaths },
};
