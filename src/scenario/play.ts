import type { Verdict } from '../assert/verdict.js';
import type { Lab } from '../lab/lab.js';
import type { Topology } from '../topology/model/topology.js';
import type { Step } from '../topology/model/step.js';
import { playStep, type StepOptions } from './play-step.js';
import type { TestedStep } from './step-report.js';

export type PlayEvent =
  | { readonly kind: 'step'; readonly step: Step }
  | { readonly kind: 'stepped'; readonly step: Step; readonly tested: TestedStep };

export interface PlayOptions extends StepOptions {
  /**
   * Whether what is broken at the end stays so. Without it the lab is left as it was found, also by a player that dies.
   */
  readonly leaveBroken?: boolean | undefined;
}

export interface Played {
  readonly steps: readonly TestedStep[];
  /** Of the steps that were played. */
  readonly verdicts: readonly Verdict[];
  /** One for each step that was not. */
  readonly notPlayed: readonly Verdict[];
}

/** Plays the steps of a topology's scenario in order, and judges each. A `wait-for` that is not met ends it. */
export async function playScenario(
  lab: Lab,
  { scenario, services }: Pick<Topology, 'scenario' | 'services'>,
  emit: (event: PlayEvent) => Promise<void> = () => Promise.resolve(),
  { leaveBroken = false, ...options }: PlayOptions = {},
): Promise<Played> {
  const steps: TestedStep[] = [];
  const before = (await lab.inspect([])).faults.map(faultKey);
  let endedBy: TestedStep | undefined;
  for (const step of scenario) {
    if (endedBy !== undefined) break;
    await emit({ kind: 'step', step });
    const tested = await playStep(lab, step, services, { ...options, bound: !leaveBroken });
    steps.push(tested);
    await emit({ kind: 'stepped', step, tested });
    if (step.kind === 'wait-for' && tested.verdicts.some(({ verdict }) => verdict !== 'pass')) endedBy = tested;
  }
  if (!leaveBroken) {
    const { faults } = await lab.inspect([]);
    // What an attack moved goes back when the attack is over, which ends here.
    for (const fault of faults.filter((each) => each.cause === undefined && !before.includes(faultKey(each))))
      await lab.restore(fault.target, { how: fault.how });
  }
  return {
    steps,
    verdicts: steps.flatMap(({ verdicts }) => verdicts),
    notPlayed: scenario.slice(steps.length).map((step) => notPlayed(step, endedBy)),
  };
}

/** What was never looked at is not a pass. */
function notPlayed({ title }: Step, endedBy: TestedStep | undefined): Verdict {
  return {
    text: `the step "${title}" is played`,
    verdict: 'inconclusive',
    seen: `the scenario ended before it, at "${endedBy?.title ?? ''}"`,
  };
}

function faultKey({ target, how }: { readonly target: string; readonly how: string }): string {
  return `${target} ${how}`;
}
