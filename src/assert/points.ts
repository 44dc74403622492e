import type { Verdict } from './verdict.js';
import type { Topology } from '../topology/model/topology.js';
import type { Expectations, Step } from '../topology/model/step.js';

/** Availability, latency, correctness and publication latency. */
const RSSAC047_VERDICTS = 4;

type Graded = Pick<Topology, 'expect' | 'scenario' | 'grading'>;

/** How many points a scenario has, whatever is seen: one for each expectation, or as many as the file says. */
export function pointsExpected({ expect, scenario, grading }: Graded): number {
  return (
    verdictsOf(expect) * (grading?.points ?? 1) +
    scenario.reduce((sum, step) => sum + verdictsOfStep(step) * (step.points ?? 1), 0) +
    (grading?.cause?.points ?? 0)
  );
}

/**
 * How many of them were reached, by the verdicts of all and of each step that was played; `named` is the verdict on the
 * diagnosis.
 */
export function pointsReached(
  { scenario, grading }: Pick<Graded, 'scenario' | 'grading'>,
  {
    verdicts,
    steps,
  }: { readonly verdicts: readonly Verdict[]; readonly steps: readonly { readonly verdicts: readonly Verdict[] }[] },
  named: Verdict | undefined,
): number {
  const passed = (of: readonly Verdict[]): number => of.filter(({ verdict }) => verdict === 'pass').length;
  const ofSteps = steps.map((step) => passed(step.verdicts));
  const before = passed(verdicts) - ofSteps.reduce((sum, count) => sum + count, 0);
  return (
    before * (grading?.points ?? 1) +
    ofSteps.reduce((sum, count, nth) => sum + count * (scenario[nth]?.points ?? 1), 0) +
    (named?.verdict === 'pass' ? (grading?.cause?.points ?? 0) : 0)
  );
}

/** The same verdicts, each with its worth; as they are where each is worth one point. What was not played has none. */
export function withPoints(
  { scenario, grading }: Pick<Graded, 'scenario' | 'grading'>,
  {
    verdicts,
    steps,
  }: { readonly verdicts: readonly Verdict[]; readonly steps: readonly { readonly verdicts: readonly Verdict[] }[] },
  named: Verdict | undefined,
): readonly Verdict[] {
  const stepOf = verdicts.map((verdict) => steps.findIndex((step) => step.verdicts.includes(verdict)));
  const before = stepOf.findIndex((step) => step >= 0);
  const worth = stepOf.map((step, nth) =>
    step >= 0 ? (scenario[step]?.points ?? 1) : before < 0 || nth < before ? (grading?.points ?? 1) : undefined,
  );
  const all = named === undefined ? verdicts : [...verdicts, named];
  const points = named === undefined ? worth : [...worth, grading?.cause?.points ?? 1];
  if (points.every((each) => each === undefined || each === 1)) return all;
  return all.map((verdict, nth) => {
    const own = points[nth];
    return own === undefined ? verdict : { ...verdict, points: own };
  });
}

/** Whether a submission names what was broken; undefined where it is not asked for. */
export function judgeDiagnosis(grading: Topology['grading']): Verdict | undefined {
  if (grading?.cause === undefined) return undefined;
  const { cause, diagnosis } = grading;
  const text = 'the diagnosis names the cause';
  const said = diagnosis === undefined ? undefined : canonical(diagnosis);
  return cause.is.some((each) => canonical(each) === said)
    ? { text, verdict: 'pass' }
    : { text, verdict: 'fail', seen: diagnosis === undefined ? 'no diagnosis' : JSON.stringify(diagnosis) };
}

/** A target however it is written: a link has two ends in any order. */
function canonical(target: string): string {
  return target.toLowerCase().replaceAll(/\s+/g, '').split('/').sort().join('/');
}

function verdictsOfStep(step: Step): number {
  if (step.kind === 'publish') return RSSAC047_VERDICTS;
  if (step.kind !== 'change') return step.kind === 'wait-for' && step.settled ? 1 : verdictsOf(step.expect);
  return verdictsOf(step.expect) + (step.expect.stableMs === undefined ? 0 : 1);
}

function verdictsOf({ answers, byClient, routes, limits }: Expectations): number {
  const lists = [answers, routes, ...Object.values(byClient), ...Object.values(limits)];
  return lists.reduce((sum, list) => sum + list.length, 0);
}
