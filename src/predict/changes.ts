import { conditionOf, type ActiveFault } from '../fault/active-fault.js';
import { resolveFault, targetKeyOf } from '../fault/resolve-fault.js';
import { LabError } from '../errors.js';
import type { Condition } from '../forecast/condition.js';
import type { LabPlan } from '../plan/model.js';
import type { FaultKind } from '../topology/model/fault.js';
import type { FaultSettings } from '../topology/model/fault-settings.js';

/** A change as a command line says it: `fail server-a --how freeze`. */
export interface WordedChange {
  readonly action: 'fail' | 'restore';
  readonly target: string;
  readonly how?: FaultKind | undefined;
  readonly settings?: FaultSettings | undefined;
}

/**
 * What is broken after some changes, one after another. Throws TARGET_UNKNOWN and FAULT_UNSUPPORTED as a lab does, and
 * FAULT_STATE where what is to be restored is not broken.
 */
export function conditionAfter(plan: LabPlan, changes: readonly WordedChange[]): Condition {
  let faults: readonly ActiveFault[] = [];
  for (const { action, target, how, settings } of changes) {
    if (action === 'fail') {
      const fault = resolveFault(plan, target, how, settings);
      faults = [...faults.filter(({ key }) => key !== fault.key), fault];
      continue;
    }
    const key = targetKeyOf(plan, target);
    const left = faults.filter((fault) => fault.targetKey !== key || (how !== undefined && fault.how !== how));
    if (left.length === faults.length)
      throw new LabError('FAULT_STATE', `${target} is not broken${how === undefined ? '' : ` by ${how}`}`, {
        hint: 'restore what was broken before it',
      });
    faults = left;
  }
  return conditionOf(faults);
}
