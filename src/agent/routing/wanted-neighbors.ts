import type { Condition } from '../../forecast/condition.js';
import type { RoutingGraph } from '../../forecast/graph.js';
import type { Family, LabPlan, PlanSession } from '../../plan/model.js';
import type { Lacking } from '../../protocol/lacking.js';

/** The neighbors within its system that each speaker should have now, with the interfaces that they are on. */
export type InteriorNeighbors = Readonly<Record<Family, RoutingGraph['edges']>>;

/** The BGP sessions that a node should have now. */
export type BgpSessions = (node: string) => readonly PlanSession[];

/** What decides which neighbors a node should have: the same for all nodes, and so worked out once. */
export interface Expected {
  readonly plan: LabPlan;
  readonly condition: Condition;
  readonly interior: InteriorNeighbors;
  readonly bgp: BgpSessions;
}

/** The neighbors that a node should have by one protocol. */
export interface WantedNeighbors {
  /** Whether the node looks for neighbors at all. */
  readonly isLooking: boolean;
  /** How many of them are on each interface, where BFD may watch them. */
  readonly watched: readonly (readonly [device: string, neighbors: number])[];
  /** Those that are not there as they should be. */
  lacking(): Promise<readonly Lacking[]>;
}
