import type { LabPlan } from '../plan/model.js';
import type { FaultKind } from '../topology/model/fault.js';
import type { FaultSettings } from '../topology/model/fault-settings.js';
import type { ActiveFault } from './active-fault.js';
import { resolveFault, targetKeyOf } from './resolve-fault.js';

/** A change as a command line says it: `fail server-a --how freeze`. */
export interface WordedChange {
  readonly action: 'fail' | 'restore';
  readonly target: string;
  readonly how?: FaultKind | undefined;
  readonly settings?: FaultSettings | undefined;
}

/**
 * What is broken once a change is made. A repair of what is not broken changes nothing. Throws TARGET_UNKNOWN and
 * FAULT_UNSUPPORTED as a lab does.
 */
export function faultsAfter(
  plan: LabPlan,
  now: readonly ActiveFault[],
  { action, target, how, settings }: WordedChange,
): readonly ActiveFault[] {
  if (action === 'restore') {
    const key = targetKeyOf(plan, target);
    return now.filter((fault) => fault.targetKey !== key || (how !== undefined && fault.how !== how));
  }
  const added = resolveFault(plan, target, how, settings);
  return [...now.filter(({ key }) => key !== added.key), added];
}
