import { doesAnswer, isInstanceUp, type Condition } from './condition.js';
import type { LabPlan } from '../plan/model.js';
import { segmentsUp } from './graph.js';
import { connectivity } from './reach.js';

/**
 * Whether a client's query could still get to an instance that serves it, over links that carry packets and routers
 * that run, whatever routing makes of it. A client that leaves such an instance has moved without need.
 */
export function couldReach(plan: LabPlan, condition: Condition, client: string, instance: string): boolean {
  const serves = plan.services.some(
    ({ name, instances }) =>
      instances.includes(instance) && isInstanceUp(name, instance, condition) && doesAnswer(name, instance, condition),
  );
  if (!serves || condition.drainedNodes.has(instance)) return false;
  const connected = connectivity(segmentsUp(plan, condition));
  const carries = plan.nodes.filter(
    ({ kind, name }) => kind === 'router' && !condition.crashedNodes.has(name) && !condition.frozenNodes.has(name),
  );
  const reached = new Set([client]);
  for (const from of reached) {
    if (connected(from, instance)) return true;
    for (const { name } of carries) {
      if (connected(from, name)) reached.add(name);
    }
  }
  return false;
}
