import test from 'ava';
import { LabError } from '../../../src/errors.js';
import type { Grading } from '../../../src/scenario/grade.js';
import { gradesCsv } from '../../../src/report/files/grade-csv.js';
import { gradesTable } from '../../../src/report/grade-text.js';
import { htmlReport } from '../../../src/report/html/html.js';
import { junitXml } from '../../../src/report/files/junit.js';
import { markdownSummary } from '../../../src/report/files/markdown.js';
import { tapText } from '../../../src/report/files/tap.js';
import { testText } from '../../../src/report/test-text.js';
import { headingOf, testedText } from '../../../src/report/tested-text.js';
import { timelineLines } from '../../../src/report/files/timeline-lines.js';
import type { TestReport } from '../../../src/scenario/test-report.js';
import { printableReport } from '../../../src/support/printable.js';
import { aBrokenReport, aTestReport } from '../../support/a-test-report.js';

const hostile = '\u001B[2J\u202E\u009B\u200F\u2067\u0007';

/** The same with something hostile in every text that a file, a server or a stranger can choose. */
function poisoned<T>(value: T): T {
  if (Array.isArray(value)) return value.map(poisoned) as T;
  if (value instanceof LabError)
    return new LabError(value.code, `${value.message}${hostile}`, { hint: `${value.hint ?? ''}${hostile}` }) as T;
  if (typeof value !== 'object' || value === null) return value;
  const own = [
    'topology',
    'title',
    'name',
    'a',
    'b',
    'text',
    'seen',
    'client',
    'service',
    'instance',
    'target',
    'node',
    'output',
    'capture',
    'submission',
    'file',
  ];
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [
      key,
      own.includes(key) && typeof inner === 'string' ? `${inner}${hostile}` : poisoned(inner),
    ]),
  ) as T;
}

const reports: readonly TestReport[] = [aTestReport(), aBrokenReport()].map(poisoned);
const [report = aTestReport()] = reports;
const grading: Grading = {
  scenario: 'exam',
  title: undefined,
  scenarioSha256: 'e3b0',
  outOf: 3,
  grades: reports.map((each) => ({
    submission: each.topology,
    file: 'a.yml',
    passed: 0,
    points: 0,
    failed: 1,
    inconclusive: 0,
    outOf: 3,
    report: each,
    isMachines: false,
  })),
};
const onTerminal = (text: string): string => printableReport(text, false);

const written: readonly (readonly [string, string])[] = [
  [
    'text',
    onTerminal(
      [
        ...reports.map(testText),
        ...report.steps.map(testedText),
        headingOf(poisoned({ kind: 'look', title: 'x' } as never)),
        gradesTable(grading),
      ].join('\n'),
    ),
  ],
  ['TAP', tapText(reports)],
  ['JUnit', junitXml(reports)],
  ['HTML', htmlReport(reports)],
  ['Markdown', markdownSummary(reports)],
  ['timeline', timelineLines(reports)],
  [
    'CSV',
    gradesCsv(grading)
      .replace(/^\uFEFF/, '')
      .replaceAll('\r\n', '\n'),
  ],
];

for (const [name, text] of written) {
  test(`no name, title or answer changes how ${name} is shown`, (t) => {
    t.deepEqual(text.match(/(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu), null);
    t.regex(text, /\\+u202e/, 'what it was is told');
  });
}
