import { conditionOf, type ActiveFault } from '../fault/active-fault.js';
import { faultsAfter, type WordedChange } from '../fault/faults-after.js';
import { LabError } from '../errors.js';
import type { Condition } from '../forecast/condition.js';
import type { LabPlan } from '../plan/model.js';

export type { WordedChange } from '../fault/faults-after.js';

/**
 * What is broken after some changes, one after another. Throws TARGET_UNKNOWN and FAULT_UNSUPPORTED as a lab does, and
 * FAULT_STATE where what is to be restored is not broken.
 */
export function conditionAfter(plan: LabPlan, changes: readonly WordedChange[]): Condition {
  let faults: readonly ActiveFault[] = [];
  for (const change of changes) {
    const after = faultsAfter(plan, faults, change);
    const { action, target, how } = change;
    if (action === 'restore' && after.length === faults.length)
      throw new LabError('FAULT_STATE', `${target} is not broken${how === undefined ? '' : ` by ${how}`}`, {
        hint: 'restore what was broken before it',
      });
    faults = after;
  }
  return conditionOf(faults);
}
