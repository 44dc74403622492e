import type { FileChange, FileExpectations, FileStep, TopologyFile } from '../file/schema.js';
import type { ExpectPlace } from '../model/expectation-entry.js';
import type { StepProbeKind } from '../model/probe-kind.js';
import { actionOf, changeWords, type ChangeWord } from '../file/steps.js';
import type { Path } from '../file/tree.js';

/** A step as the file writes it, and where. */
export interface PlacedStep {
  readonly step: FileStep;
  readonly path: Path;
  /** As people count: `2`, and `2.1` for the first step of what step 2 repeats. */
  readonly number: string;
}

/** All steps of a file, those that are repeated once each. */
export function placedSteps(file: TopologyFile): readonly PlacedStep[] {
  return (file.scenario ?? []).flatMap((step, i): readonly PlacedStep[] => [
    { step, path: ['scenario', i], number: String(i + 1) },
    ...(step.steps ?? []).map((inner, k): PlacedStep => ({
      step: inner,
      path: ['scenario', i, 'steps', k],
      number: `${String(i + 1)}.${String(k + 1)}`,
    })),
  ]);
}

/** One change of a step, where it stands. */
export interface PlacedPart {
  readonly change: FileChange;
  readonly action: ChangeWord;
  readonly path: Path;
  readonly number: string;
}

export function partsOf({ step, path, number }: PlacedStep): readonly PlacedPart[] {
  const changes =
    step.together === undefined
      ? [{ change: step, path }]
      : step.together.map((change, k) => ({ change, path: [...path, 'together', k] }));
  return changes.flatMap(({ change, path: at }) => {
    const action = changeWords.find((word) => change[word] !== undefined);
    return action === undefined ? [] : [{ change, action, path: at, number }];
  });
}

/** All places where a file says what must be seen. */
export function placedExpectations(file: TopologyFile): readonly {
  readonly expect: FileExpectations;
  readonly path: Path;
  readonly of: ExpectPlace;
  /** The kind of the probe that it is about, and where that goes. */
  readonly probe?: StepProbeKind | undefined;
  readonly to?: string | undefined;
}[] {
  return [
    ...(file.expect === undefined ? [] : [{ expect: file.expect, path: ['expect'], of: 'lab' as const }]),
    ...placedSteps(file).flatMap(({ step, path }) => {
      const action = actionOf(step);
      const of =
        action === 'probe'
          ? ('probe' as const)
          : action === 'expect' || action === 'wait-for'
            ? ('look' as const)
            : ('change' as const);
      const waited = step['wait-for'];
      return [
        ...(step.expect === undefined
          ? []
          : [{ expect: step.expect, path: [...path, 'expect'], of, probe: step.probe, to: step.to }]),
        ...(waited === undefined || typeof waited === 'string'
          ? []
          : [{ expect: waited, path: [...path, 'wait-for'], of: 'look' as const }]),
      ];
    }),
  ];
}
