import test from 'ava';
import fc from 'fast-check';
import type { Verdict } from '../../../src/assert/verdict.js';
import { LabError } from '../../../src/errors.js';
import { combineRuns, percentile } from '../../../src/scenario/runs.js';
import { untestedReport, type TestReport } from '../../../src/scenario/test-report.js';
import { aTestReport } from '../../support/a-test-report.js';

const run = (verdicts: readonly Verdict[], topology = 'lab'): TestReport => ({
  ...aTestReport(),
  topology,
  verdicts,
  runs: 1,
  percentiles: [],
});
const held: Verdict = { text: 'client1 is answered by server-a', verdict: 'pass', measured: 10 };

test('one run is its own report', (t) => {
  const report = run([held]);
  t.is(combineRuns([report]), report);
});

test('an expectation is as good as in the run where it went worst, and that run is told', (t) => {
  const unclear: Verdict = { ...held, verdict: 'inconclusive', seen: 'nobody knows', measured: 30 };
  const failed: Verdict = { ...held, verdict: 'fail', seen: 'server-b', measured: 20 };
  const { verdicts, runs } = combineRuns([run([held]), run([unclear]), run([failed]), run([failed])]);
  t.is(runs, 4);
  t.deepEqual(verdicts, [
    { text: held.text, verdict: 'fail', seen: 'server-b (in 2 of 4 runs, first in run 3)', measured: 30 },
  ]);
  t.deepEqual(combineRuns([run([held]), run([held])]).verdicts, [held]);
});

test('the run that is shown is the first one that went worst; one that ended with an error comes before all', (t) => {
  const failed: Verdict = { ...held, verdict: 'fail', seen: 'server-b' };
  t.is(combineRuns([run([held], 'a'), run([failed], 'b'), run([failed], 'c')]).topology, 'b');
  const broken = untestedReport('d', new LabError('NOT_CONVERGED', 'routing did not converge'));
  const report = combineRuns([run([held], 'a'), broken]);
  t.is(report.topology, 'd');
  t.is(report.error?.code, 'NOT_CONVERGED');
  t.is(report.verdicts.length, 1, 'what was judged in other runs is told still');
});

test('every flow that was touched has its outages and losses of all runs, with percentiles that were measured', (t) => {
  const { percentiles } = combineRuns([run([held]), run([held]), run([held])]);
  t.true(percentiles.length > 0);
  for (const { values, p50, p90, p99, max } of percentiles) {
    t.is(values.length % 3, 0);
    t.true([p50, p90, p99, max].every((value) => values.includes(value)));
    t.true(p50 <= p90 && p90 <= p99 && p99 <= max);
  }
});

test('a percentile is the least value that so many of all do not exceed', (t) => {
  t.is(percentile([5], 0.5), 5);
  t.is(percentile([1, 2, 3, 4], 0.5), 2);
  t.is(percentile([4, 3, 2, 1], 0.99), 4);
  fc.assert(
    fc.property(
      fc.array(fc.integer(), { minLength: 1 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, share) => {
        const found = percentile(values, share);
        return (
          values.includes(found) && values.filter((value) => value <= found).length >= share * values.length - 1e-9
        );
      },
    ),
  );
});
