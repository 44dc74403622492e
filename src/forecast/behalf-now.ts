import { endKey, hasCarrier, isInstanceUp, type Condition } from './condition.js';
import type { LabPlan, PlanBehalf, PlanNode } from '../plan/model.js';

/** What a router announces for others now: for each address the nearest instances that are up and linked to it. */
export function behalfNow(plan: LabPlan, node: PlanNode, condition: Condition): readonly PlanBehalf[] {
  const own = (node.routing?.announcesFor ?? []).filter(({ service, instance, interface: device }) => {
    const link = plan.links.find(({ ends }) =>
      ends.some((end) => endKey(end) === endKey({ node: node.name, interface: device })),
    );
    return link !== undefined && hasCarrier(link, condition) && isInstanceUp(service, instance, condition);
  });
  return own.filter(({ address, cost }) => own.every((other) => other.address !== address || other.cost >= cost));
}
