import type { Verdict } from '../assert/verdict.js';
import { LabError } from '../errors.js';
import type { Percentiles, TestReport } from './test-report.js';

const SEVERITY = { pass: 0, inconclusive: 1, fail: 2 } as const;

/**
 * Several runs of one test as one report: the worst verdict of each expectation, the run that went worst, and
 * percentiles.
 */
export function combineRuns(reports: readonly TestReport[]): TestReport {
  const [first] = reports;
  if (first === undefined) throw new LabError('BUG', 'a test without a run');
  if (reports.length === 1) return first;
  const whole = reports.filter(({ error }) => error === undefined);
  const failed = reports.find(({ error }) => error !== undefined);
  const shown = failed ?? worstOf(whole) ?? first;
  const sum = (key: keyof TestReport['timings']): number =>
    reports.reduce((total, { timings }) => total + timings[key], 0);
  return {
    ...shown,
    startedAt: first.startedAt,
    verdicts: combineVerdicts(reports.map(({ verdicts }) => verdicts)),
    timings: { upMs: sum('upMs'), scenarioMs: sum('scenarioMs'), downMs: sum('downMs'), waitingMs: sum('waitingMs') },
    runs: reports.length,
    percentiles: percentilesOf(whole),
  };
}

function worstOf(reports: readonly TestReport[]): TestReport | undefined {
  const severity = ({ verdicts }: TestReport): number =>
    Math.max(0, ...verdicts.map(({ verdict }) => SEVERITY[verdict]));
  return reports.reduce<TestReport | undefined>(
    (worst, report) => (worst === undefined || severity(report) > severity(worst) ? report : worst),
    undefined,
  );
}

/** Verdicts stand in the same order in every run. The worst result is kept, with the runs in which it occurred. */
function combineVerdicts(runs: readonly (readonly Verdict[])[]): readonly Verdict[] {
  const longest = runs.reduce((a, b) => (b.length > a.length ? b : a));
  return longest.map(({ text }, index) => {
    const own = runs.flatMap((verdicts, run) => {
      const verdict = verdicts[index];
      return verdict?.text === text ? [{ run: run + 1, verdict }] : [];
    });
    const severity = Math.max(...own.map(({ verdict }) => SEVERITY[verdict.verdict]));
    const worst = own.filter(({ verdict }) => SEVERITY[verdict.verdict] === severity);
    const [first] = worst;
    const measured = own.flatMap(({ verdict }) => verdict.measured ?? []);
    const where = `in ${String(worst.length)} of ${String(runs.length)} runs, first in run ${String(first?.run ?? 0)}`;
    return {
      text,
      verdict: first?.verdict.verdict ?? 'inconclusive',
      ...(severity === SEVERITY.pass ? {} : { seen: `${first?.verdict.seen ?? ''} (${where})` }),
      ...(measured.length === 0 ? {} : { measured: Math.max(...measured) }),
    };
  });
}

/** What every flow that was touched in some run lost in each, and how long every look took to hold. */
function percentilesOf(reports: readonly TestReport[]): readonly Percentiles[] {
  const figures = new Map<string, { unit: Percentiles['unit']; values: number[]; isTouched: boolean }>();
  const add = (text: string, unit: Percentiles['unit'], value: number, isTouched: boolean): void => {
    const figure = figures.get(text) ?? { unit, values: [], isTouched: false };
    figure.values.push(value);
    figure.isTouched ||= isTouched;
    figures.set(text, figure);
  };
  for (const { steps } of reports) {
    for (const [index, { title, report }] of steps.entries()) {
      const after = `step ${String(index + 1)}, ${title}`;
      if (report.kind === 'look') {
        if (report.heldMs !== null) add(`${after}: until it held`, 'ms', report.heldMs, true);
        continue;
      }
      for (const { client, address, outageMs, lost, before, after: now } of report.changes) {
        const isTouched = lost > 0 || before !== now;
        if (outageMs !== null) add(`${after}: outage of ${client} at ${address}`, 'ms', outageMs, isTouched);
        if (outageMs !== null) add(`${after}: lost by ${client} at ${address}`, 'probes', lost, isTouched);
      }
    }
  }
  return [...figures]
    .filter(([, { isTouched, values }]) => isTouched && values.some((value) => value > 0))
    .map(([text, { unit, values }]) => ({
      text,
      unit,
      values,
      p50: percentile(values, 0.5),
      p90: percentile(values, 0.9),
      p99: percentile(values, 0.99),
      max: Math.max(...values),
    }));
}

/** The nearest rank: a value that was measured, such that so large a share of all is no larger. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}
