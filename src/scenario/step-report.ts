import type { ObservedChange, StepObserved } from '../protocol/messages.js';

/** What a step did, as the clients saw it. */
export interface StepReport {
  readonly action: StepObserved['action'];
  readonly target: string;
  readonly how: StepObserved['how'];
  readonly changes: readonly ObservedChange[];
  readonly settled: boolean;
  readonly settleMs: number;
  readonly resolutionMs: number;
  /** What was still missing where it did not settle. */
  readonly pending: readonly string[];
}

export function toStepReport(observed: StepObserved): StepReport {
  const { action, target, how, changes, settled, settleMs, resolutionMs, pending } = observed;
  return { action, target, how, changes, settled, settleMs, resolutionMs, pending };
}
