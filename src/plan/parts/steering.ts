import type { Family } from '../../support/family.js';
import type { Selection } from '../../topology/model/routing.js';

/**
 * How routers choose among instances that they know, whatever they cost: a chosen packet travels to the instance's
 * router in a tunnel (SRv6, RFC 8986), since plain forwarding would end at whichever instance is nearest to the next
 * hop.
 */
export interface PlanSteering {
  readonly selectors: readonly PlanSelector[];
  /** Where all segment identifiers are. */
  readonly networks: readonly string[];
  readonly segments: readonly PlanSegment[];
}

/** A router chooses who gets what is sent to a service. */
export interface PlanSelector {
  readonly router: string;
  readonly service: string;
  readonly by: Exclude<Selection, 'nearest'>;
  readonly addresses: readonly string[];
  /** The number of the first of its routing tables: that of a flow, or those of each place in a round. */
  readonly table: number;
}

/**
 * The segment identifier by which an instance is reached in one family. Its host announces it with the service's
 * addresses, and withdraws it with them; its routers take the tunnel off and hand the packet to it.
 */
export interface PlanSegment {
  readonly service: string;
  readonly instance: string;
  readonly family: Family;
  readonly id: string;
  readonly ends: readonly PlanSegmentEnd[];
}

interface PlanSegmentEnd {
  readonly router: string;
  readonly interface: string;
  /** The instance's address on that link. */
  readonly via: string;
}
