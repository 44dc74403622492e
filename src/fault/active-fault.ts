import type { Condition } from '../plan/condition.js';
import { endKey, serviceKey } from '../plan/condition.js';
import type { LabPlan, PlanLinkEnd } from '../plan/model.js';
import type { FaultKind } from '../protocol/messages.js';

/** What a fault takes away. */
export type FaultEffect =
  | { readonly kind: 'crash'; readonly node: string }
  | { readonly kind: 'down'; readonly ends: readonly PlanLinkEnd[] }
  | { readonly kind: 'stop'; readonly service: string; readonly node: string };

/** A fault that lasts until it is restored. */
export interface ActiveFault {
  /** The same for every way to write the same target. */
  readonly key: string;
  /** As it was written. */
  readonly target: string;
  readonly how: FaultKind;
  readonly effect: FaultEffect;
}

/** What is broken while these faults last. */
export function conditionOf(faults: Iterable<ActiveFault>): Condition {
  const crashedNodes = new Set<string>();
  const downEnds = new Set<string>();
  const stoppedServices = new Set<string>();
  for (const { effect } of faults) {
    if (effect.kind === 'crash') crashedNodes.add(effect.node);
    else if (effect.kind === 'down') for (const end of effect.ends) downEnds.add(endKey(end));
    else stoppedServices.add(serviceKey(effect.service, effect.node));
  }
  return { crashedNodes, downEnds, stoppedServices };
}

/** The nodes that notice a fault at first hand: the broken one and those linked to what broke. */
export function nodesAround(effect: FaultEffect, plan: LabPlan): ReadonlySet<string> {
  if (effect.kind === 'down') {
    const broken = new Set(effect.ends.map(endKey));
    const links = plan.links.filter((link) => link.ends.some((end) => broken.has(endKey(end))));
    return new Set(links.flatMap((link) => link.ends.map((end) => end.node)));
  }
  const links = plan.links.filter((link) => link.ends.some((end) => end.node === effect.node));
  return new Set([effect.node, ...links.flatMap((link) => link.ends.map((end) => end.node))]);
}
