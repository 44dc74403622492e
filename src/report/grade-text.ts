import colors from 'picocolors';
import type { Grade, Grading } from '../scenario/grade.js';
import { problemsOf } from '../topology/topology-error.js';
import { columns, plural } from './format.js';

/** A line for each submission, by name. */
export function gradesTable({ grades }: Grading, width = Infinity): string {
  return columns(
    ['SUBMISSION', 'PASSED', 'FAILED', 'INCONCLUSIVE', 'POINTS', 'WENT WRONG FIRST'],
    grades.map((grade) => [
      grade.submission,
      String(grade.passed),
      String(grade.failed),
      String(grade.inconclusive),
      pointsText(grade),
      firstWrong(grade) ?? '',
    ]),
    width,
  );
}

/** How the submissions as a whole fared. */
export function gradesSummary({ grades }: Grading): string {
  const machines = grades.filter(({ isMachines }) => isMachines);
  const untested = grades.filter(({ report, isMachines }) => report.error !== undefined && !isMachines);
  return [
    plural(grades.length, 'submission'),
    `${String(grades.filter(hasAllPoints).length)} with all points`,
    ...(untested.length === 0 ? [] : [`${String(untested.length)} with an error`]),
    ...(machines.length === 0 ? [] : [colors.red(`${String(machines.length)} that this machine could not grade`)]),
  ].join(', ');
}

/** `7/9`. */
export function pointsText({ points, outOf }: Grade): string {
  return `${String(points)}/${String(outOf)}`;
}

export function hasAllPoints({ points, outOf, report }: Grade): boolean {
  return report.error === undefined && points === outOf;
}

/** The first thing that went wrong with a submission, in one line; undefined where nothing did. */
export function firstWrong({ report: { error, verdicts } }: Grade): string | undefined {
  if (error !== undefined) {
    const [first, ...more] = problemsOf(error) ?? [];
    if (first === undefined) return error.message.split('\n')[0];
    return `${first.file}:${String(first.line)}:${String(first.column)}: ${first.message}${more.length === 0 ? '' : ` (and ${plural(more.length, 'more problem')})`}`;
  }
  const wrong = verdicts.find(({ verdict }) => verdict !== 'pass');
  if (wrong === undefined) return undefined;
  return wrong.verdict === 'fail'
    ? `${wrong.text}: saw ${wrong.seen ?? 'nothing'}`
    : `${wrong.text}: inconclusive: ${wrong.seen ?? ''}`;
}
