import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { convert, create } from 'xmlbuilder2';
import { LabError } from '../../../src/errors.js';
import { junitXml } from '../../../src/report/files/junit.js';
import { tapText } from '../../../src/report/files/tap.js';
import { exitStatusOf, tallyOf, tallyText, testText } from '../../../src/report/test-text.js';
import { htmlReport } from '../../../src/report/html/html.js';
import { untestedReport, type TestReport } from '../../../src/scenario/test-report.js';

const timings = { upMs: 800, scenarioMs: 200, downMs: 100, waitingMs: 300 };
const report: TestReport = {
  topology: 'figure3',
  title: undefined,
  startedAt: '2030-01-02T03:04:05.678Z',
  network: { nodes: [], links: [] },
  verdicts: [
    { text: 'client1 is answered by server-a', verdict: 'pass' },
    { text: 'after fail server-a, "x" <&> # \\', verdict: 'fail', seen: 'no answer at 192.0.2.53\u0007' },
    { text: 'no outage is longer than 10ms', verdict: 'inconclusive', seen: '11ms, with up to 3ms between two probes' },
  ],
  answers: [],
  steps: [],
  timings,
  noise: null,
  runs: 1,
  percentiles: [],
  error: undefined,
};
const broken: TestReport = {
  ...report,
  topology: 'big',
  verdicts: [],
  error: new LabError('NOT_CONVERGED', 'routing did not converge', {
    hint: 'check whether the machine is short of CPU time',
  }),
};

test('JUnit XML has a suite for each topology and a case for each verdict, with counts that are right', (t) => {
  const xml = junitXml([report, broken]);
  t.notThrows(() => create(xml), 'it is well-formed');
  const { testsuites } = convert(xml, { format: 'object' }) as unknown as { testsuites: Record<string, unknown> };
  t.like((testsuites['testsuite'] as object[])[0], {
    '@name': 'figure3',
    '@tests': '3',
    '@failures': '1',
    '@errors': '1',
    '@time': '1.100',
  });
  const [passed, failed, unclear] =
    (testsuites['testsuite'] as { testcase: Record<string, object | string>[] }[])[0]?.testcase ?? [];
  t.deepEqual(passed, { '@classname': 'figure3', '@name': 'client1 is answered by server-a', '@time': '0.000' });
  t.true(xml.includes('name="after fail server-a, &quot;x&quot; &lt;&amp;&gt; # \\"'), xml);
  t.deepEqual(failed?.['failure'], {
    '@type': 'expectation',
    '@message': String.raw`saw no answer at 192.0.2.53\u0007`,
  });
  t.like(unclear?.['error'], { '@type': 'inconclusive' });
  t.like((testsuites['testsuite'] as { testcase: object }[])[1]?.testcase, {
    error: { '@type': 'NOT_CONVERGED', '@message': 'routing did not converge' },
  });
});

test('TAP has a point for each verdict, and says what was seen', (t) => {
  t.is(
    tapText([report, broken]),
    [
      'TAP version 14',
      '1..4',
      'ok 1 - figure3: client1 is answered by server-a',
      'not ok 2 - figure3: after fail server-a, "x" <&> \\# \\\\',
      '  ---',
      '  saw: "no answer at 192.0.2.53\\u0007"',
      '  ...',
      'not ok 3 - figure3: no outage is longer than 10ms',
      '  ---',
      '  saw: "inconclusive: 11ms, with up to 3ms between two probes"',
      '  ...',
      'not ok 4 - big: the lab comes up',
      '  ---',
      '  saw: "NOT_CONVERGED: routing did not converge"',
      '  ...',
      '',
    ].join('\n'),
  );
});

test('the worst of what kept topologies from being tested decides the exit status, unless an expectation failed', (t) => {
  const failing = report.verdicts.filter(({ verdict }) => verdict === 'fail');
  const unclear = report.verdicts.filter(({ verdict }) => verdict === 'inconclusive');
  const wrong = untestedReport('wrong.yml', new LabError('TOPOLOGY_INVALID', 'wrong.yml:1:1: it is wrong'));
  const statusOf = (...reports: readonly TestReport[]): number => exitStatusOf(tallyOf(reports), reports);
  t.is(statusOf(wrong, broken, { ...report, verdicts: failing }), 1);
  t.is(statusOf(wrong, broken, { ...report, verdicts: unclear }), 3);
  t.is(statusOf(broken, wrong), 3);
  t.is(statusOf(wrong, { ...report, verdicts: unclear }), 2);
  t.is(statusOf({ ...report, verdicts: unclear }), 4);
  t.is(statusOf({ ...report, verdicts: [] }), 0);
});

test('a file that cannot be used is told without times that it never took', (t) => {
  const wrong = untestedReport('wrong.yml', new LabError('TOPOLOGY_INVALID', 'wrong.yml:1:1: it is wrong'));
  t.is(stripVTControlCharacters(testText(wrong)), 'TOPOLOGY_INVALID  wrong.yml:1:1: it is wrong');
  t.regex(tapText([wrong]), /^not ok 1 - wrong\.yml: the file can be used$/m);
  t.regex(
    junitXml([wrong]),
    /tests="1"[^>]*errors="1"[^]*name="the file can be used"[^]*<error type="TOPOLOGY_INVALID"/,
  );
  const page = htmlReport([wrong]);
  t.true(page.includes('wrong.yml:1:1: it is wrong'));
  t.false(page.includes('0 nodes'));
});

test('people read verdicts, where the time went, and the tally', (t) => {
  const text = stripVTControlCharacters(testText(report));
  t.regex(text, /pass .*client1 is answered by server-a/);
  t.regex(text, /FAIL .*: saw no answer/);
  t.regex(text, /inconclusive .*no outage is longer/);
  t.regex(text, /1\.10 s: up 0\.80 s, scenario 0\.20 s, down 0\.10 s; 0\.30 s of it waiting for routing/);
  t.regex(
    stripVTControlCharacters(testText(broken)),
    /NOT_CONVERGED.*routing did not converge\n\s+check whether the machine is short of CPU time/,
  );
  t.deepEqual(tallyOf([report, broken]), { passed: 1, failed: 1, inconclusive: 1, errors: 1 });
  t.is(tallyText(tallyOf([report, broken])), '1 passed, 1 failed, 1 inconclusive, 1 topology not tested');
  t.is(tallyText(tallyOf([])), '0 passed, 0 failed');
});
