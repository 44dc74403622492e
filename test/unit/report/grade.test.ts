import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { LabError } from '../../../src/errors.js';
import { gradesCsv } from '../../../src/report/files/grade-csv.js';
import { feedbackFiles, gradesPage } from '../../../src/report/html/grades-page.js';
import { gradesSummary, gradesTable } from '../../../src/report/grade-text.js';
import type { Grade } from '../../../src/scenario/grade.js';
import type { TestReport } from '../../../src/scenario/test-report.js';
import { topologyError } from '../../../src/topology/topology-error.js';

function grade(
  submission: string,
  { verdicts = [], error }: Partial<Pick<TestReport, 'verdicts' | 'error'>> = {},
  isMachines = false,
): Grade {
  const count = (wanted: string): number => verdicts.filter(({ verdict }) => verdict === wanted).length;
  const report: TestReport = {
    topology: submission,
    title: undefined,
    startedAt: '2030-01-02T03:04:05.678Z',
    network: { nodes: [], links: [] },
    verdicts,
    answers: [],
    steps: [],
    timings: { upMs: 0, scenarioMs: 0, downMs: 0, waitingMs: 0 },
    noise: null,
    runs: 1,
    percentiles: [],
    error,
  };
  return {
    submission,
    file: `${submission}.yml`,
    passed: count('pass'),
    failed: count('fail'),
    inconclusive: count('inconclusive'),
    points: count('pass'),
    outOf: 2,
    report,
    isMachines,
  };
}

const problem = {
  file: 'cleo.yml',
  line: 3,
  column: 5,
  code: 'UNKNOWN_NODE',
  message: 'there is no node "x"',
  hint: 'add it',
} as const;
const grading = {
  scenario: 'exam',
  title: undefined,
  scenarioSha256: 'e3b0',
  outOf: 2,
  grades: [
    grade('anna', {
      verdicts: [
        { text: 'a', verdict: 'pass' },
        { text: 'b', verdict: 'pass' },
      ],
    }),
    grade('ben', {
      verdicts: [
        { text: 'a', verdict: 'inconclusive', seen: '11ms' },
        { text: 'b, c', verdict: 'fail', seen: '"nobody"' },
      ],
    }),
    grade('cleo', { error: topologyError([problem, { ...problem, line: 4 }, { ...problem, line: 5 }]) }),
    grade('=1+1', { error: new LabError('FRR_UNAVAILABLE', '+no FRR\nat all') }, true),
    grade('@dora'),
  ],
};

test('people read a line for each submission, with the first thing that went wrong', (t) => {
  t.is(
    stripVTControlCharacters(gradesTable(grading)),
    [
      'SUBMISSION  PASSED  FAILED  INCONCLUSIVE  POINTS  WENT WRONG FIRST',
      'anna        2       0       0             2/2',
      'ben         0       1       1             0/2     a: inconclusive: 11ms',
      'cleo        0       0       0             0/2     cleo.yml:3:5: there is no node "x" (and 2 more problems)',
      '=1+1        0       0       0             0/2     +no FRR',
      '@dora       0       0       0             0/2',
    ].join('\n'),
  );
  t.is(
    stripVTControlCharacters(gradesSummary(grading)),
    '5 submissions, 1 with all points, 1 with an error, 1 that this machine could not grade',
  );
});

test('spreadsheets read the same, and take no name for a formula', (t) => {
  t.is(
    gradesCsv(grading),
    `\uFEFF${[
      'submission,passed,failed,inconclusive,points,outOf,error,wentWrongFirst',
      'anna,2,0,0,2,2,,',
      'ben,0,1,1,0,2,,a: inconclusive: 11ms',
      'cleo,0,0,0,0,2,TOPOLOGY_INVALID,"cleo.yml:3:5: there is no node ""x"" (and 2 more problems)"',
      "'=1+1,0,0,0,0,2,FRR_UNAVAILABLE,'+no FRR",
      "'@dora,0,0,0,0,2,,",
      '',
    ].join('\r\n')}`,
  );
});

test('a class has one page, with links to pages whose names lead nowhere else', (t) => {
  const grades = ['anna', 'ANNA', '../index', 'index', '=cmd()', 'Łukasz'].map((submission) => ({ submission }));
  const files = feedbackFiles(grades);
  t.deepEqual(files, ['anna.html', 'ANNA-2.html', '_index.html', 'index-2.html', '_cmd_.html', 'Łukasz.html']);
  const page = gradesPage(grading, feedbackFiles(grading.grades));
  t.true(page.includes('<a href="anna.html">anna</a>'));
  t.regex(page, /<a href="_1_1\.html">=1\+1<\/a><\/td><td class="figure"> 0\/2<\/td><td>\+no FRR/);
  t.true(page.includes('cleo.yml:3:5: there is no node &#34;x&#34;'));
  t.regex(page, /<td>a<\/td><td class="figure">1 of 3<\/td>/);
  t.notRegex(page, /<script|https?:/);
});
