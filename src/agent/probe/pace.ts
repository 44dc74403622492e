import type { FlowNumber } from '../../forecast/flow-numbers.js';

/**
 * Every flow is probed once a millisecond, up to this many probes a second in all; half of it where there are several
 * flows of a question.
 */
const MAX_PROBES_PER_SECOND = 16_000;

/** The time between two probes of a flow, where questions have so many flows. */
export function paceMs(numbers: readonly FlowNumber[]): number {
  const flows = numbers.reduce((sum, number) => sum + number.flows, 0);
  const most = flows > numbers.length ? MAX_PROBES_PER_SECOND / 2 : MAX_PROBES_PER_SECOND;
  return Math.max(1, Math.ceil((1000 * flows) / most));
}
