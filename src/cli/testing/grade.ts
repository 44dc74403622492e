import colors from 'picocolors';
import { gradesCsv } from '../../report/files/grade-csv.js';
import { firstWrong, gradesSummary, gradesTable, hasAllPoints, pointsText } from '../../report/grade-text.js';
import { gradeSubmissions, type Grade, type GradeEvent, type Grading } from '../../scenario/grade.js';
import { problemsOf } from '../../topology/topology-error.js';
import { durationOf, labOptions, wholeNumberOf, type LabFlags } from '../flags.js';
import { evidenceKey, makePagesFolder, writeEvidence, writePages, type EvidenceFlags } from './grade-files.js';
import { refuseUnwritable, writeReport } from '../report-files.js';
import type { Run } from '../run.js';
import { INCONCLUSIVE } from '../../assert/exit-status.js';

export interface GradeFlags extends LabFlags, EvidenceFlags {
  readonly parallel?: string;
  readonly timeout: string;
  readonly trust?: boolean;
  readonly strict?: boolean;
  readonly csv?: string;
  readonly junit?: string;
  readonly html?: string;
}

const MACHINE_COULD_NOT = 3;

/**
 * Exit status 0 where every submission has a result, whatever its points; 3 where this machine could not grade some.
 * With `--strict`, 1 where one has not all points, 4 where that is for what was inconclusive alone.
 */
export async function gradeVerb(run: Run, scenario: string, folder: string, flags: GradeFlags): Promise<number> {
  const { output, signal } = run;
  const options = labOptions(flags);
  const parallel = wholeNumberOf('parallel', flags.parallel, { most: 9999, example: 4 });
  const timeoutMs = durationOf('timeout', flags.timeout, '5m');
  await Promise.all([
    refuseUnwritable(flags.csv, 'csv'),
    refuseUnwritable(flags.junit, 'junit'),
    makePagesFolder(flags.html),
  ]);
  const key = await evidenceKey(flags);
  const grading = await gradeSubmissions(scenario, folder, {
    ...options,
    parallel,
    timeoutMs,
    trust: flags.trust,
    signal,
    onEvent: (event) => {
      show(run, event);
    },
  });
  output.progressDone();
  output.document(toDocument(grading));
  output.print(
    `${colors.bold(grading.scenario)}${grading.title === undefined ? '' : colors.dim(`  ${grading.title}`)}\n`,
  );
  output.print(gradesTable(grading, output.width));
  output.print(`\n${gradesSummary(grading)}`);
  await writeReport(flags.csv, () => gradesCsv(grading));
  await writeReport(flags.junit, async () =>
    (await import('../../report/files/junit.js')).junitXml(grading.grades.map(({ report }) => report)),
  );
  if (flags.html !== undefined) await writePages(flags.html, grading);
  if (flags.evidence !== undefined && key !== undefined) await writeEvidence(flags.evidence, grading, key);
  return statusOf(grading, flags.strict ?? false);
}

function show({ output }: Run, event: GradeEvent): void {
  switch (event.kind) {
    case 'begun':
      output.progress('begun', `${String(event.submissions)} submissions, ${String(event.parallel)} at a time`);
      break;
    case 'prepare':
      output.progress(event.progress.topic, event.progress.text);
      break;
    case 'graded':
      output.progress(
        event.grade.submission,
        `${String(event.done)} of ${String(event.submissions)}: ${event.grade.submission} ${pointsText(event.grade)}`,
      );
  }
}

function toDocument({ scenario, title, scenarioSha256, outOf, grades }: Grading): object {
  return { scenario, title, scenarioSha256, outOf, submissions: grades.map(toEntry) };
}

function toEntry(grade: Grade): object {
  const {
    submission,
    file,
    sha256,
    passed,
    failed,
    inconclusive,
    points,
    outOf,
    isMachines,
    report: { startedAt, verdicts, timings, error },
  } = grade;
  return {
    submission,
    file,
    sha256,
    passed,
    failed,
    inconclusive,
    points,
    outOf,
    wentWrongFirst: firstWrong(grade),
    isMachines,
    startedAt,
    verdicts,
    timings,
    ...(error === undefined
      ? {}
      : { error: { code: error.code, message: error.message, hint: error.hint }, problems: problemsOf(error) }),
  };
}

function statusOf({ grades }: Grading, isStrict: boolean): number {
  if (grades.some(({ isMachines }) => isMachines)) return MACHINE_COULD_NOT;
  const short = isStrict ? grades.filter((grade) => !hasAllPoints(grade)) : [];
  if (short.length === 0) return 0;
  return short.every(({ failed, report }) => failed === 0 && report.error === undefined) ? INCONCLUSIVE : 1;
}
