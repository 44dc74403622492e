import type { Topology } from '../topology/model.js';
import { judgeAnswers, judgeStep } from './verdicts.js';

/** How many verdicts the expectations and the scenario of a topology come to, whatever is seen. */
export function verdictsExpected({ expect, scenario }: Pick<Topology, 'expect' | 'scenario'>): number {
  return judgeAnswers(expect, []).length + scenario.reduce((sum, step) => sum + judgeStep(step, []).length, 0);
}
