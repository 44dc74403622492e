import type { PlanInterface, PlanNode } from './model.js';

/** What a way through a node costs that asks not to be used (RFC 6987: the largest metric of a link). */
export const DRAINED_COST = 65_535;

/**
 * The cost that a node announces for one of its interfaces. A host on several links is no way from one to another (RFC
 * 6987), yet must find its own: with OSPFv3's cleared R-bit, FRR works out no routes for the host itself either, and
 * OSPFv2's max-metric leaves the prefixes of its links as cheap as they are. So all its interfaces cost the most that
 * there is.
 */
export function toldCost(
  { routing, interfaces }: Pick<PlanNode, 'routing' | 'interfaces'>,
  item: Pick<PlanInterface, 'cost'>,
): number {
  const isOneOfSeveral = routing?.transit === false && interfaces.filter(speaksOspf).length > 1;
  return isOneOfSeveral ? DRAINED_COST : item.cost;
}

/** Whether the node has OSPF neighbors to look for on an interface. */
export function speaksOspf({ ospfNetwork }: Pick<PlanInterface, 'ospfNetwork'>): boolean {
  return ospfNetwork !== 'none' && ospfNetwork !== 'passive';
}
