import { stringify } from 'csv-stringify/sync';
import type { Grading } from '../../scenario/grade.js';
import { printable } from '../../support/printable.js';
import { firstWrong } from '../grade-text.js';

/**
 * A line for each submission, for spreadsheets: UTF-8 with a byte order mark, without which names with accents are
 * misread, and lines as RFC 4180 ends them. What a spreadsheet would run as a formula has a quote before it: names are
 * others' words.
 */
export function gradesCsv({ grades }: Grading): string {
  const rows = grades.map((grade) => ({
    submission: printable(grade.submission),
    passed: grade.passed,
    failed: grade.failed,
    inconclusive: grade.inconclusive,
    points: grade.points,
    outOf: grade.outOf,
    error: grade.report.error?.code,
    wentWrongFirst: printable(firstWrong(grade) ?? ''),
  }));
  const columns = ['submission', 'passed', 'failed', 'inconclusive', 'points', 'outOf', 'error', 'wentWrongFirst'];
  return stringify(rows, { header: true, columns, bom: true, record_delimiter: 'windows', escape_formulas: true });
}
