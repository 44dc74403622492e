import { autonomousSystems } from '../model/autonomous-systems.js';
import type { Finding } from '../model/finding.js';
import { targetIndex } from '../model/target.js';
import { checkPart, type Course } from './changes.js';
import type { Check } from './checked.js';
import { checkShapeOfStep } from './step-words.js';
import { partsOf, placedSteps, type PlacedStep } from './steps.js';

/** More steps than these are a slip, too. */
const mostSteps = 10_000;

/** Checks the steps in order: each does one thing, what it breaks exists and works, and what it restores is broken. */
export const checkScenario: Check = (checked) => {
  const course: Course = {
    checked,
    index: targetIndex(checked.topology),
    systems: autonomousSystems(checked.topology),
    broken: [],
  };
  const steps = placedSteps(checked.file);
  const findings = steps.flatMap((placed) => checkShapeOfStep(placed, checked));
  if (!checked.whole) return findings;
  if (checked.topology.scenario.length > mostSteps) {
    const message = `the scenario has ${String(checked.topology.scenario.length)} steps, with all repetitions`;
    return [
      ...findings,
      { offset: checked.atKey('scenario'), code: 'BAD_STEP', message, hint: `${String(mostSteps)} is the limit` },
    ];
  }
  const isWithin = (inner: PlacedStep, outer: PlacedStep): boolean =>
    inner.path.length > outer.path.length && outer.path.every((step, i) => inner.path[i] === step);
  for (const placed of steps.filter(({ path }) => path.length === 2)) {
    const own = placed.step.repeat === undefined ? [placed] : steps.filter((inner) => isWithin(inner, placed));
    // What a round leaves broken is in the way of the next one.
    const rounds = placed.step.repeat === undefined || placed.step.repeat < 2 ? 1 : 2;
    for (let round = 0; round < rounds; round++)
      findings.push(...own.flatMap((each) => partsOf(each).flatMap((part) => checkPart(part, course))));
  }
  return uniqueFindings(findings);
};

/** The same slip in every round is one. */
function uniqueFindings(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ offset, message }) => {
    const key = `${String(offset)} ${message}`;
    return !seen.has(key) && seen.add(key);
  });
}
