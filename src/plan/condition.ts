import type { LabPlan, PlanLink } from './model.js';

/**
 * What is broken in a lab at one moment. Keys are node names, `node:interface` for an end that is down, and
 * `service@node` for an instance whose service does not answer.
 */
export interface Condition {
  readonly crashedNodes: ReadonlySet<string>;
  readonly downEnds: ReadonlySet<string>;
  readonly stoppedServices: ReadonlySet<string>;
}

export const healthy: Condition = {
  crashedNodes: new Set(),
  downEnds: new Set(),
  stoppedServices: new Set(),
};

export function endKey(end: { readonly node: string; readonly interface: string }): string {
  return `${end.node}:${end.interface}`;
}

export function serviceKey(service: string, node: string): string {
  return `${service}@${node}`;
}

/** Whether a link carries packets: both ends up, on nodes that run. */
export function isLinkUp(link: PlanLink, condition: Condition): boolean {
  return link.ends.every((end) => !condition.crashedNodes.has(end.node) && !condition.downEnds.has(endKey(end)));
}

/** Whether the instance can be announced: its host runs and its service answers. */
export function isInstanceUp(service: string, node: string, condition: Condition): boolean {
  return !condition.crashedNodes.has(node) && !condition.stoppedServices.has(serviceKey(service, node));
}

/** The nodes of a plan by name. */
export function nodesByName(plan: LabPlan): ReadonlyMap<string, LabPlan['nodes'][number]> {
  return new Map(plan.nodes.map((node) => [node.name, node]));
}
