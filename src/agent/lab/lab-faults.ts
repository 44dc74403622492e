import { LabError } from '../../errors.js';
import { conditionOf, type ActiveFault } from '../../fault/active-fault.js';
import { isSilence } from '../../fault/fault-effect.js';
import { overlay, type EndShape, type ShapingMethod } from '../../fault/shaping.js';
import { endKey, type Condition } from '../../forecast/condition.js';
import type { LabPlan } from '../../plan/model.js';
import type { FaultKind } from '../../topology/model/fault.js';

/**
 * The faults of a lab: which there are, which of them a repair means, and what together they do to each end of a link.
 */
export class LabFaults {
  readonly #faults = new Map<string, ActiveFault>();
  /** One more is listed, or one no longer. */
  onChange: (action: 'fail' | 'restore', fault: ActiveFault) => void = () => undefined;

  constructor(readonly plan: LabPlan) {}

  get all(): readonly ActiveFault[] {
    return [...this.#faults.values()];
  }

  get condition(): Condition {
    return conditionOf(this.#faults.values());
  }

  /** What is broken after these faults and repairs. */
  conditionAfter(changes: readonly { readonly action: 'fail' | 'restore'; readonly fault: ActiveFault }[]): Condition {
    const faults = new Map(this.#faults);
    for (const { action, fault } of changes) {
      if (action === 'fail') faults.set(fault.key, fault);
      else faults.delete(fault.key);
    }
    return conditionOf(faults.values());
  }

  /** Throws FAULT_STATE where it is broken already, in this way or one that excludes it. */
  add(fault: ActiveFault): void {
    const known = this.#faults.get(fault.key);
    if (known !== undefined) {
      throw new LabError('FAULT_STATE', `${fault.target} has failed already (${known.how})`, {
        hint: `nearcast restore ${known.target}`,
      });
    }
    this.#faults.set(fault.key, fault);
    this.onChange('fail', fault);
  }

  remove(fault: ActiveFault): void {
    if (this.#faults.delete(fault.key)) this.onChange('restore', fault);
  }

  /** The fault that a repair of a target means. Throws FAULT_STATE where there is none, or more than one. */
  toRestore(targetKey: string, how: FaultKind | undefined, target: string): ActiveFault {
    const found = this.all.filter((fault) => fault.targetKey === targetKey && (how === undefined || fault.how === how));
    const [only] = found;
    if (only !== undefined && found.length === 1) return only;
    if (only !== undefined) {
      throw new LabError(
        'FAULT_STATE',
        `${target} has failed in several ways: ${found.map((fault) => fault.how).join(', ')}`,
        {
          hint: `say which: nearcast restore ${target} --how ${only.how}`,
        },
      );
    }
    const broken = this.all.map((each) => each.target);
    throw new LabError('FAULT_STATE', `${target} has not failed${how === undefined ? '' : ` by ${how}`}`, {
      hint: broken.length === 0 ? 'nothing in this lab has failed' : `what has failed: ${broken.join(', ')}`,
    });
  }

  /** What is to happen to the packets that leave by an end: what its link says, and what faults say over it. */
  shapeOf(end: { readonly node: string; readonly interface: string }): EndShape {
    const key = endKey(end);
    const touches = (ends: readonly (typeof end)[]): boolean => ends.some((each) => endKey(each) === key);
    const link = this.plan.links.find(({ ends }) => touches(ends));
    let silent = false;
    let impairment = link?.impairment;
    for (const { effect } of this.#faults.values()) {
      if (isSilence(effect) && touches(effect.ends)) silent = true;
      if (effect.kind === 'impair' && touches(effect.ends)) impairment = overlay(impairment, effect.impairment);
    }
    return { silent, impairment: silent ? undefined : impairment };
  }
}

/** How a fault is done on this kernel, for people. */
export function methodsOf(
  { effect }: ActiveFault,
  methodsAt: (key: string) => readonly ShapingMethod[],
): readonly string[] | undefined {
  if (!isSilence(effect) && effect.kind !== 'impair') return undefined;
  return [...new Set(effect.ends.flatMap((end) => methodsAt(endKey(end))))];
}
