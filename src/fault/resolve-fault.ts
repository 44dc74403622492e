import { LabError } from '../errors.js';
import type { LabPlan } from '../plan/model.js';
import type { FaultKind } from '../protocol/messages.js';
import { howOfTarget, resolveTarget, type ResolvedTarget, type TargetIndex } from '../topology/target.js';
import type { ActiveFault, FaultEffect } from './active-fault.js';

/**
 * The fault that a target and a `how` name. Throws TARGET_UNKNOWN where there is no such target in the lab, and
 * FAULT_UNSUPPORTED where this target cannot fail that way.
 */
export function resolveFault(plan: LabPlan, target: string, how: FaultKind | undefined): ActiveFault {
  const found = resolveTarget(target, targetIndexOf(plan));
  if ('code' in found) throw new LabError('TARGET_UNKNOWN', found.message, { hint: found.hint() });
  const only = howOfTarget[found.target.kind];
  if (how !== undefined && how !== only) {
    throw new LabError('FAULT_UNSUPPORTED', `${target} cannot fail by "${how}"`, {
      hint: `a ${found.target.kind} fails by "${only}", which needs no --how`,
    });
  }
  return { key: found.key, target, how: only, effect: effectOf(plan, found) };
}

function effectOf(plan: LabPlan, { target, link: position }: ResolvedTarget): FaultEffect {
  switch (target.kind) {
    case 'node':
      return { kind: 'crash', node: target.node };
    case 'service':
      return { kind: 'stop', service: target.service, node: target.node };
    case 'link':
      return { kind: 'down', ends: plan.links[position ?? -1]?.ends ?? [] };
    case 'interface':
      return { kind: 'down', ends: [{ node: target.node, interface: target.interface }] };
  }
}

function targetIndexOf(plan: LabPlan): TargetIndex {
  const linksBetween = new Map<string, number[]>();
  const linkAt = new Map<string, number>();
  plan.links.forEach(({ ends }, position) => {
    const [a, b] = ends;
    for (const pair of [`${a.node}/${b.node}`, `${b.node}/${a.node}`]) {
      linksBetween.set(pair, [...(linksBetween.get(pair) ?? []), position]);
    }
    for (const end of ends) linkAt.set(`${end.node}:${end.interface}`, position);
  });
  return {
    nodes: new Map(plan.nodes.map((node) => [node.name, node])),
    services: new Map(plan.services.map((service) => [service.name, service])),
    linksBetween,
    linkAt,
  };
}
