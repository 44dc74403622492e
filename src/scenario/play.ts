import { judgeStep, type Verdict } from '../assert/verdicts.js';
import type { Lab } from '../lab/lab.js';
import type { Step } from '../topology/model.js';
import { toStepReport, type StepReport } from './step-report.js';

const LEAST_DEADLINE_MS = 1000;

export type PlayEvent =
  | { readonly kind: 'step'; readonly step: Step }
  | { readonly kind: 'stepped'; readonly report: StepReport };

/** Plays steps in order, and judges each against what it expects. */
export async function playScenario(
  lab: Lab,
  scenario: readonly Step[],
  emit: (event: PlayEvent) => Promise<void>,
): Promise<{ steps: readonly StepReport[]; verdicts: readonly Verdict[] }> {
  const steps: StepReport[] = [];
  const verdicts: Verdict[] = [];
  for (const step of scenario) {
    await emit({ kind: 'step', step });
    const options = { deadlineMs: Math.max(step.withinMs, LEAST_DEADLINE_MS) };
    const observed =
      step.action === 'fail' ? await lab.fail(step.target, { ...options, how: step.how }) : await lab.restore(step.target, options);
    const report = toStepReport(observed);
    steps.push(report);
    verdicts.push(...judgeStep(step, report.changes));
    await emit({ kind: 'stepped', report });
  }
  return { steps, verdicts };
}

