import type { Verdict } from './verdict.js';

/** The exit status if a measurement was too close to its bound to decide. */
export const INCONCLUSIVE = 4;

/** The exit status of a verb that judges: 0 if all verdicts pass, 1 if one fails, 4 if one is inconclusive and none fails. */
export function exitStatusOfVerdicts(verdicts: readonly Verdict[]): number {
  if (verdicts.some(({ verdict }) => verdict === 'fail')) return 1;
  return verdicts.every(({ verdict }) => verdict === 'pass') ? 0 : INCONCLUSIVE;
}
