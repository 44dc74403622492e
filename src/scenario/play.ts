import { judgeStep, type Verdict } from '../assert/verdicts.js';
import type { Lab } from '../lab/lab.js';
import type { Step } from '../topology/model.js';
import { toStepReport, type StepReport } from './step-report.js';

const LEAST_DEADLINE_MS = 1000;
/** So much longer it is watched: what holds only after its deadline is told as such, and not as what never did. */
const LONGEST_GRACE_MS = 5000;

export type PlayEvent =
  | { readonly kind: 'step'; readonly step: Step }
  | { readonly kind: 'stepped'; readonly report: StepReport };

export interface PlayOptions {
  /** Whether what is broken at the end stays so. Without it the lab is left as it was found, also by a player that dies. */
  readonly leaveBroken?: boolean | undefined;
}

/** Plays steps in order, and judges each against what it expects. */
export async function playScenario(
  lab: Lab,
  scenario: readonly Step[],
  emit: (event: PlayEvent) => Promise<void> = () => Promise.resolve(),
  { leaveBroken = false }: PlayOptions = {},
): Promise<{ steps: readonly StepReport[]; verdicts: readonly Verdict[] }> {
  const steps: StepReport[] = [];
  const verdicts: Verdict[] = [];
  const before = (await lab.inspect([])).faults.map(faultKey);
  for (const step of scenario) {
    await emit({ kind: 'step', step });
    const options = { deadlineMs: Math.max(step.withinMs, LEAST_DEADLINE_MS) + Math.min(step.withinMs, LONGEST_GRACE_MS) };
    const observed =
      step.action === 'fail' ? await lab.fail(step.target, { ...options, how: step.how, settings: step.settings, bound: !leaveBroken }) : await lab.restore(step.target, { ...options, how: step.how });
    const report = toStepReport(observed);
    steps.push(report);
    verdicts.push(...judgeStep(step, report.changes, report.resolutionMs));
    await emit({ kind: 'stepped', report });
  }
  if (!leaveBroken) {
    const { faults } = await lab.inspect([]);
    for (const fault of faults.filter((each) => !before.includes(faultKey(each)))) await lab.restore(fault.target, { how: fault.how });
  }
  return { steps, verdicts };
}

function faultKey({ target, how }: { readonly target: string; readonly how: string }): string {
  return `${target} ${how}`;
}

