import { availableParallelism } from 'node:os';
import { readFile } from 'node:fs/promises';
import colors from 'picocolors';
import type { Compared } from '../../assert/baseline.js';
import { readSnapshot, type Snapshot } from '../../assert/snapshot.js';
import { LabError, toLabError } from '../../errors.js';
import type { LabPlan } from '../../plan/model.js';
import { planLab } from '../../plan/plan.js';
import { htmlReport } from '../../report/html/html.js';
import { annotations } from '../../report/files/annotations.js';
import { markdownSummary } from '../../report/files/markdown.js';
import { baselineText } from '../../report/baseline-text.js';
import { versionsText } from '../../report/versions-text.js';
import { headingOf, testedText } from '../../report/tested-text.js';
import { tapText } from '../../report/files/tap.js';
import { exitStatusOf, tallyOf, tallyText, testText } from '../../report/test-text.js';
import { timelineLines } from '../../report/files/timeline-lines.js';
import type { FrrChoice } from '../../frr/versions.js';
import {
  compareVersions,
  drawnServices,
  judgeVersions,
  type VersionDifferences,
} from '../../scenario/compare-versions.js';
import { keepFailedSteps } from '../../scenario/capture-steps.js';
import { untestedReport, type TestReport } from '../../scenario/test-report.js';
import { testTopology, type TestEvent } from '../../scenario/test.js';
import { printable } from '../../support/printable.js';
import { inParallel } from '../../support/in-parallel.js';
import { listBundled } from '../../topology/bundled.js';
import type { Topology } from '../../topology/model/topology.js';
import { topologyWithPlaces } from '../../topology/named.js';
import type { FilePlaces } from '../../topology/read.js';
import { problemsOf } from '../../topology/topology-error.js';
import type { Tested } from '../../view/recordings-file.js';
import { Baseline, BaselineRecord } from './baseline.js';
import { WatchedSteps } from '../live-line.js';
import { frrChoicesOf, labOptions, wholeNumberOf, type LabFlags } from '../flags.js';
import { refuseUnwritable, reportOrigin, writeReport } from '../report-files.js';
import type { Run } from '../run.js';

export interface TestFlags extends LabFlags {
  readonly all?: boolean;
  readonly student?: string;
  readonly parallel?: string;
  readonly junit?: string;
  readonly tap?: string;
  readonly html?: string;
  readonly summary?: string;
  readonly annotate?: boolean;
  readonly against?: string;
  readonly baseline?: string;
  readonly timeline?: string;
  readonly runs?: string;
  readonly withCapture?: string;
}

/**
 * Exit status 1 where an expectation failed; else 3 where the machine could not test a topology, 2 where a file is
 * wrong, 4 where a verdict is inconclusive. A file that is wrong is an error in every report, and keeps no other from
 * being tested.
 */
export async function testVerb(run: Run, names: readonly string[], flags: TestFlags): Promise<number> {
  const { output, signal } = run;
  const versions = versionsOf(flags);
  const options = labOptions({ ...flags, frr: undefined });
  // All files are read, and it is known where reports can go, before anything is touched.
  const files = [
    [flags.junit, 'junit'],
    [flags.tap, 'tap'],
    [flags.html, 'html'],
    [flags.summary, 'summary'],
    [flags.timeline, 'timeline'],
    [flags.withCapture, 'with-capture'],
  ] as const;
  await Promise.all(files.map(([file, flag]) => refuseUnwritable(file, flag)));
  const runs = wholeNumberOf('runs', flags.runs ?? '1', { most: 9999, example: 20 });
  const parallel = wholeNumberOf('parallel', flags.parallel ?? usualParallel(flags), { most: 9999, example: 20 });
  const captureStep = flags.withCapture === undefined ? undefined : keepFailedSteps(flags.withCapture);
  const readings = await readingsOf(names, flags);
  const against = flags.against === undefined ? undefined : await snapshotIn(flags.against);
  const baseline = flags.baseline === undefined ? undefined : await Baseline.open(flags.baseline, output);
  const tests = readings.flatMap((reading) =>
    ('error' in reading ? [undefined] : versions).map((frr) => ({ reading, frr })),
  );
  const isAlone = parallel === 1 || tests.length === 1;
  const plans = new Map<number, LabPlan>();
  const ended = await inParallel(tests, parallel, async ({ reading, frr }, index) => {
    // Of several that run in parallel, each is printed as a whole, when it has ended.
    const lines: string[] = [];
    const print = isAlone
      ? (text: string): void => {
          output.print(text);
        }
      : (text: string): void => void lines.push(text);
    // Two tests of one topology must not have the same name in a report.
    const name = versions.length === 1 || frr === undefined ? reading.name : `${reading.name} with FRRouting ${frr}`;
    print(
      `${index === 0 ? '' : '\n'}${colors.bold(name)}${reading.title === undefined ? '' : colors.dim(`  ${reading.title}`)}`,
    );
    const record = new BaselineRecord(reading.name);
    const steps = new WatchedSteps(isAlone ? output : { ...output, isLive: false });
    const tested =
      'error' in reading
        ? untestedReport(reading.name, reading.error)
        : await testTopology(reading.topology, {
            ...options,
            frr,
            against,
            signal,
            runs,
            captureStep,
            onEvent: (event) => {
              record.on(event);
              if (event.kind === 'answers') plans.set(index, event.plan);
              return steps.show(event, () => {
                show(output, print, event);
              });
            },
          });
    output.progressDone();
    const compared = tested.error === undefined ? baseline?.compare(record.entry(tested)) : undefined;
    const verdicts = [...tested.verdicts, ...(compared?.verdicts ?? [])];
    const report = { ...tested, topology: versions.length === 1 ? tested.topology : name, verdicts };
    print(testText(report, output.width));
    if (compared !== undefined) print(baselineText(compared, flags.baseline ?? ''));
    if (!isAlone) output.print(lines.join('\n'));
    return { report, compared };
  });
  const differences = compareAll(tests, ended);
  for (const each of differences) output.print(`\n${versionsText(each, output.width)}`);
  const reports = ended.map(({ report }) => report);
  const tally = tallyOf(reports);
  output.document({
    ...tally,
    results: ended.map(toDocument),
    ...(versions.length === 1 ? {} : { versions: differences }),
  });
  output.print(`\n${tallyText(tally)}`);
  const places = tests.map(({ reading }) => ('error' in reading ? undefined : reading.places));
  if (flags.annotate === true) for (const line of annotations(reports, places)) output.printAsIs(line);
  await writeReport(flags.junit, async () => (await import('../../report/files/junit.js')).junitXml(reports, places));
  await baseline?.append();
  await writeReport(flags.tap, () => tapText(reports));
  await writeReport(flags.summary, () => markdownSummary(reports));
  await writeReport(flags.timeline, () => timelineLines(reports));
  const origin = reportOrigin(readings.map(({ name }) => name));
  if (flags.html !== undefined) {
    const { replayOf } = await import('../../view/recordings-file.js');
    const replay = await replayOf(
      reports.map((report, nth) => ({ report, played: playedOf(tests[nth]?.reading, plans.get(nth), options) })),
    );
    await writeReport(flags.html, () => htmlReport(reports, origin, replay));
  }
  return exitStatusOf(tally, reports);
}

/** The versions of FRRouting to test with; one that is undefined, where the file or the environment decides. */
function versionsOf({ frr }: TestFlags): readonly (FrrChoice | undefined)[] {
  return frrChoicesOf(frr) ?? [undefined];
}

/**
 * What differs between the first version that a topology was tested with, and each other one. The verdicts on that are
 * added to the report of the other one.
 */
function compareAll(
  tests: readonly { readonly reading: Reading; readonly frr: FrrChoice | undefined }[],
  ended: Ended[],
): readonly VersionDifferences[] {
  return tests.flatMap(({ reading, frr = '' }, nth) => {
    const first = tests.findIndex((each) => each.reading === reading);
    const [was, is] = [ended[first], ended[nth]];
    if (first === nth || was === undefined || is === undefined) return [];
    const version = tests[first]?.frr ?? '';
    const drawn = 'error' in reading ? new Set<string>() : drawnServices(reading.topology);
    const differences = compareVersions({ version, report: was.report }, { version: frr, report: is.report }, drawn);
    if (differences === undefined) return [];
    const verdicts = [...is.report.verdicts, ...judgeVersions(differences)];
    ended[nth] = { ...is, report: { ...is.report, verdicts } };
    return [{ ...differences, topology: reading.name }];
  });
}

/** What was played of a file; nothing, where it is wrong. */
function playedOf(
  reading: Reading | undefined,
  plan: LabPlan | undefined,
  { forecast }: ReturnType<typeof labOptions>,
): Tested['played'] {
  if (reading === undefined || 'error' in reading) return undefined;
  const { topology } = reading;
  return {
    plan: plan ?? planLab(forecast === false ? { ...topology, forecast: 'off' } : topology),
    scenario: topology.scenario,
  };
}

/** Labs wait more than they work: of all of them two at a time, unless they would share one core. */
function usualParallel({ all }: TestFlags): string {
  return all === true && availableParallelism() > 1 ? '2' : '1';
}

/** A topology's test, and how it compares with earlier ones. */
interface Ended {
  readonly report: TestReport;
  readonly compared: Compared | undefined;
}

/** Its verdicts are among those of the test. */
function baselineOf({ entries, leftOut, tooFew }: Compared): object {
  return { entries, leftOut, tooFew };
}

type Reading =
  | (Pick<Topology, 'name' | 'title'> & { readonly topology: Topology; readonly places: FilePlaces })
  | { readonly name: string; readonly title: undefined; readonly error: LabError };

/** A file that is wrong, or not there, goes by the name that it was called by. */
async function readOne(name: string, student: string | undefined): Promise<Reading> {
  try {
    const { topology, places } = await topologyWithPlaces(name, { student });
    return { name: topology.name, title: topology.title, topology, places };
  } catch (thrown) {
    return { name: printable(name), title: undefined, error: toLabError(thrown) };
  }
}

async function snapshotIn(file: string): Promise<{ readonly snapshot: Snapshot; readonly file: string }> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new LabError('USAGE', `${file} cannot be read: ${toLabError(cause).message}`, {
      cause,
      hint: 'make one with: nearcast who --snapshot map.json',
    });
  }
  return { snapshot: readSnapshot(text, file), file };
}

/** The files that were named; with `--all`, every bundled topology that has a scenario, or cannot be read. */
async function readingsOf(names: readonly string[], { all = false, student }: TestFlags): Promise<readonly Reading[]> {
  if (all && names.length > 0)
    throw new LabError('USAGE', `name topologies or use --all, not both: "${names.join(' ')}"`, {
      hint: 'nearcast test --all',
    });
  if (!all && names.length === 0)
    throw new LabError('USAGE', 'no topology given', { hint: 'nearcast test figure3, or nearcast test --all' });
  if (!all) return readAll(names, student);
  const bundled = await readAll(
    (await listBundled()).map(({ name }) => name),
    student,
  );
  return bundled.filter((reading) => 'error' in reading || reading.topology.scenario.length > 0);
}

async function readAll(names: readonly string[], student: string | undefined): Promise<readonly Reading[]> {
  return Promise.all(names.map((name) => readOne(name, student)));
}

function show(output: Run['output'], print: (text: string) => void, event: TestEvent): void {
  if (event.kind === 'run') print(colors.dim(`run ${String(event.run)} of ${String(event.runs)}`));
  if (event.kind === 'prepare') output.progress(event.progress.topic, event.progress.text);
  if (event.kind === 'answers') output.progressDone();
  if (event.kind === 'step') print(headingOf(event.step));
  if (event.kind === 'stepped') print(testedText(event.tested, output.width));
}

function toDocument({ report: { error, ...report }, compared }: Ended): object {
  if (error === undefined) return { ...report, ...(compared === undefined ? {} : { baseline: baselineOf(compared) }) };
  return {
    ...report,
    error: { code: error.code, message: error.message, hint: error.hint },
    problems: problemsOf(error),
  };
}
