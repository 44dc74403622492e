import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { dirname, relative } from 'node:path';
import { LabError, toLabError } from '../errors.js';
import { judgeDiagnosis, pointsExpected, pointsReached, withPoints } from '../assert/points.js';
import { speakersOf } from '../plan/roles.js';
import type { RuntimeName } from '../runtime/runtime.js';
import { formatDuration } from '../support/duration.js';
import { inParallel } from '../support/in-parallel.js';
import { locateTopology } from '../topology/bundled.js';
import { printable } from '../support/printable.js';
import { readGradingScenario, type GradingScenario } from '../topology/grading/grading-scenario.js';
import { attachTo } from '../topology/attach.js';
import type { Attach } from '../topology/file/own-frr.js';
import { loadText } from '../topology/load.js';
import type { Topology } from '../topology/model/topology.js';
import { readSubmission } from '../topology/grading/submission.js';
import { topologyError } from '../topology/topology-error.js';
import { listSubmissions, type SubmittedFile } from './submissions.js';
import { untestedReport, type TestReport } from './test-report.js';
import { testTopology } from './test.js';
import type { UpEvent } from './up.js';

const DEFAULT_TIMEOUT_MS = 300_000;
const SPEAKER_MB = 30;
/** The agent, which holds every node's sockets. */
const AGENT_MB = 120;

export interface GradeOptions {
  readonly runtime?: RuntimeName | undefined;
  /** False: waits until routing is quiet, without a forecast; by default as the topology says. */
  readonly forecast?: boolean | undefined;
  /** Whether submissions may run programs, and reach files of this machine with the rights of the caller. */
  readonly trust?: boolean | undefined;
  /** How many at a time; as many as the cores and the memory of the machine carry where it is left out. */
  readonly parallel?: number | undefined;
  /** How much memory they may take together, in MiB; what is free where it is left out. */
  readonly memoryMb?: number | undefined;
  /** How long one submission may take; 5 minutes where it is left out. */
  readonly timeoutMs?: number | undefined;
  /** Aborting removes every lab. */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: GradeEvent) => void) | undefined;
}

export type GradeEvent =
  | { readonly kind: 'begun'; readonly submissions: number; readonly parallel: number }
  | Extract<UpEvent, { readonly kind: 'prepare' }>
  | { readonly kind: 'graded'; readonly grade: Grade; readonly done: number; readonly submissions: number };

/** The result of a submission. */
export interface Grade {
  readonly submission: string;
  /** Undefined where it is not known which file is meant. */
  readonly file: string | undefined;
  /** Of what was read of its file, in hexadecimal; undefined where nothing was. */
  readonly sha256?: string | undefined;
  readonly passed: number;
  readonly failed: number;
  readonly inconclusive: number;
  /** By the verdicts that passed, each worth a point or as many as the scenario says. */
  readonly points: number;
  /** How many points the scenario has. */
  readonly outOf: number;
  /** Its `error` says why there are no verdicts, or not all. */
  readonly report: TestReport;
  /** Whether it is the machine that could not, and not the submission. */
  readonly isMachines: boolean;
}

export interface Grading {
  readonly scenario: string;
  readonly title: string | undefined;
  /** Of its file, in hexadecimal. */
  readonly scenarioSha256: string;
  readonly outOf: number;
  /** By name. */
  readonly grades: readonly Grade[];
}

/** A submission that was read: a network with the scenario's expectations in it, or an error. */
type Read = { readonly submitted: SubmittedFile; readonly sha256?: string } & (
  { readonly topology: Topology } | { readonly error: LabError }
);

/**
 * Tests every submission in a folder against the `expect` and the `scenario` of one file (a path, or the name of a
 * bundled topology), several at a time. Whatever is wrong with a submission is its own result, and keeps no other from
 * having one. Throws TOPOLOGY_NOT_FOUND and TOPOLOGY_INVALID because of the scenario, and USAGE because of the folder,
 * before anything is made; and the reason of `signal` once every lab is removed.
 */
export async function gradeSubmissions(
  scenarioName: string,
  folder: string,
  options: GradeOptions = {},
): Promise<Grading> {
  const { signal, onEvent } = options;
  const path = await locateTopology(scenarioName);
  const { scenario, sha256: scenarioSha256 } = await scenarioIn(path);
  const submitted = await listSubmissions(folder, path);
  const outOf = pointsExpected(scenario);
  const submissions = await inParallel(submitted, 8, async (each) =>
    readOne(each, folder, scenario, { isTrusted: options.trust ?? false, students: submitted.map(({ name }) => name) }),
  );
  const { memoryMb = process.availableMemory() / 1_048_576 } = options;
  const parallel = options.parallel ?? parallelFor(submissions, memoryMb);
  onEvent?.({ kind: 'begun', submissions: submissions.length, parallel });
  let done = 0;
  const grades = await inParallel(submissions, parallel, async (read): Promise<Grade> => {
    signal?.throwIfAborted();
    const report =
      'error' in read
        ? untestedReport(read.submitted.name, read.error)
        : await testOne(read.submitted.name, read.topology, memoryMb, options);
    const grade = toGrade(read, report, outOf);
    onEvent?.({ kind: 'graded', grade, done: ++done, submissions: submissions.length });
    return grade;
  });
  return { scenario: scenario.name ?? scenario.file, title: scenario.title, scenarioSha256, outOf, grades };
}

async function scenarioIn(path: string): Promise<{ readonly scenario: GradingScenario; readonly sha256: string }> {
  const loaded = await loadText(path);
  if ('problems' in loaded) throw topologyError(loaded.problems);
  const reading = readGradingScenario(loaded.text, path);
  if ('problems' in reading) throw topologyError(reading.problems);
  return { scenario: reading.scenario, sha256: sha256Of(loaded.text) };
}

async function readOne(
  submitted: SubmittedFile,
  folder: string,
  scenario: GradingScenario,
  { isTrusted, students }: { readonly isTrusted: boolean; readonly students: readonly string[] },
): Promise<Read> {
  const { name: student, path, error } = submitted;
  if (path === undefined)
    return { submitted, error: error ?? new LabError('BUG', 'a submission has neither a file nor an error') };
  try {
    const shown = printable(path);
    const loaded = await loadText(path, shown);
    const attach = isTrusted ? attachTo(path) : attachOwn(path, folder);
    const reading =
      'problems' in loaded
        ? loaded
        : readSubmission(loaded.text, shown, scenario, { isTrusted, attach, student, students });
    return {
      submitted,
      ...('problems' in loaded ? {} : { sha256: sha256Of(loaded.text) }),
      ...('problems' in reading ? { error: topologyError(reading.problems) } : reading),
    };
  } catch (thrown) {
    return { submitted, error: toLabError(thrown) };
  }
}

/** Of the bytes of a file: all of them were UTF-8, or there would be no text. */
function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What a submission may name: files of its own folder, where it has one. Beside it in the common folder are those of others. */
function attachOwn(path: string, folder: string): Attach {
  const own = dirname(path);
  if (relative(folder, own) !== '') return attachTo(path, { within: own });
  return (name) => ({
    path: name,
    isMissing: false,
    message: `${JSON.stringify(name)} is not read: it is beside the submissions of others`,
    hint: 'hand in a folder, with the topology and all files that it names',
  });
}

/** As many labs as there are cores, and as the largest of them fits into the memory that is free. */
function parallelFor(submissions: readonly Read[], memoryMb: number): number {
  const needs = submissions.map((read) => ('topology' in read ? memoryNeededMb(read.topology) : 0));
  const largestMb = Math.max(1, ...needs.filter((needMb) => needMb <= memoryMb));
  return Math.max(1, Math.min(availableParallelism(), Math.floor(memoryMb / largestMb)));
}

function memoryNeededMb(topology: Topology): number {
  return AGENT_MB + SPEAKER_MB * speakersOf(topology).size;
}

async function testOne(name: string, topology: Topology, memoryMb: number, options: GradeOptions): Promise<TestReport> {
  const { runtime, forecast, signal, onEvent, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const needMb = memoryNeededMb(topology);
  if (needMb > memoryMb) return untestedReport(name, tooLarge(needMb, memoryMb));
  const overdue = new AbortController();
  const timer = setTimeout(() => {
    overdue.abort(tookTooLong(timeoutMs));
  }, timeoutMs);
  try {
    const either = signal === undefined ? overdue.signal : AbortSignal.any([signal, overdue.signal]);
    return await testTopology(topology, {
      runtime,
      forecast,
      signal: either,
      onEvent: (event) => {
        if (event.kind === 'prepare') onEvent?.(event);
      },
    });
  } catch (error) {
    // Only an abort is thrown: that of all, or that of this one.
    signal?.throwIfAborted();
    return untestedReport(name, toLabError(error));
  } finally {
    clearTimeout(timer);
  }
}

function tookTooLong(timeoutMs: number): LabError {
  return new LabError('SUBMISSION_TIMEOUT', `it did not finish within ${formatDuration(timeoutMs)}`, {
    hint: 'its lab was removed; allow more time with --timeout 15m, or grade fewer at a time with --parallel 1',
  });
}

function tooLarge(needMb: number, memoryMb: number): LabError {
  return new LabError(
    'MEMORY_SHORT',
    `it would take about ${String(needMb)} MB of memory, and ${String(Math.round(memoryMb))} MB are free`,
    {
      hint: 'grade it on a larger machine; a node that runs FRRouting takes about 30 MB',
    },
  );
}

function toGrade(read: Read, report: TestReport, outOf: number): Grade {
  const topology = 'topology' in read ? read.topology : undefined;
  const named = judgeDiagnosis(topology?.grading);
  const verdicts = topology === undefined ? report.verdicts : withPoints(topology, report, named);
  const count = (wanted: string): number => verdicts.filter(({ verdict }) => verdict === wanted).length;
  return {
    submission: read.submitted.name,
    sha256: read.sha256,
    file: read.submitted.path === undefined ? undefined : printable(read.submitted.path),
    passed: count('pass'),
    failed: count('fail'),
    inconclusive: count('inconclusive'),
    points: topology === undefined ? 0 : pointsReached(topology, report, named),
    outOf,
    report: { ...report, verdicts, topology: read.submitted.name },
    isMachines: report.error !== undefined && isMachines(report.error, topology),
  };
}

/**
 * Routing that does not converge is the machine's fault, unless the submission has configured it with lines of its own.
 */
function isMachines({ code, exitStatus }: LabError, topology: Topology | undefined): boolean {
  if (code === 'NOT_CONVERGED')
    return topology?.nodes.every(({ frr, ownFrr }) => frr === undefined && ownFrr === undefined) ?? true;
  return exitStatus !== 2;
}
