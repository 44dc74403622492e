import type { Verdict } from '../../assert/verdict.js';
import type { TestedStep } from '../../scenario/step-report.js';
import type { FilePlaces } from '../../topology/read.js';

export interface Place {
  readonly file: string;
  readonly line: number;
}

/**
 * Where a topology's file says what a verdict is about: the line of its step, or of what is expected before the scenario.
 * Nothing is known of verdicts on what no file says.
 */
export function placesOf(
  steps: readonly TestedStep[],
  places: FilePlaces | undefined,
): (verdict: Verdict) => Place | undefined {
  if (places === undefined) return () => undefined;
  const { file, expectLine, stepLines } = places;
  const lines = new Map(
    steps.flatMap(({ verdicts }, nth) => verdicts.map(({ text }) => [text, stepLines[nth]] as const)),
  );
  return ({ text }) => {
    const line = lines.has(text) ? lines.get(text) : expectLine;
    return line === undefined ? undefined : { file, line };
  };
}
