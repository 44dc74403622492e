import { readFile, writeFile } from 'node:fs/promises';
import colors from 'picocolors';
import { readSnapshot, type Snapshot } from '../assert/snapshot.js';
import { LabError, toLabError } from '../errors.js';
import { junitXml } from '../report/junit.js';
import { headingOf, testedText } from '../report/tested-text.js';
import { tapText } from '../report/tap.js';
import { tallyOf, tallyText, testText, type Tally } from '../report/test-text.js';
import { timelineLines } from '../report/timeline-lines.js';
import { runtimeNamed } from '../runtime/registry.js';
import type { TestReport } from '../scenario/test-report.js';
import { testTopology, type TestEvent } from '../scenario/test.js';
import { topologyNamed } from '../topology/named.js';
import { refuseUnwritable } from './report-files.js';
import type { Run } from './run.js';

export interface TestFlags {
  readonly runtime?: string;
  readonly junit?: string;
  readonly tap?: string;
  readonly against?: string;
  readonly timeline?: string;
  readonly runs?: string;
}

const INCONCLUSIVE = 4;

/** Exit status 1 where an expectation failed, that of the error where a topology could not be tested, 4 where it is inconclusive. */
export async function testVerb(run: Run, names: readonly string[], flags: TestFlags): Promise<number> {
  const { output, signal } = run;
  const runtime = flags.runtime === undefined ? undefined : runtimeNamed(flags.runtime).name;
  // All files are read, and it is known where reports can go, before anything is touched.
  await Promise.all([refuseUnwritable(flags.junit, 'junit'), refuseUnwritable(flags.tap, 'tap'), refuseUnwritable(flags.timeline, 'timeline')]);
  const runs = countOf(flags.runs);
  const topologies = await Promise.all(names.map(topologyNamed));
  const against = flags.against === undefined ? undefined : await snapshotIn(flags.against);
  const reports: TestReport[] = [];
  for (const topology of topologies) {
    output.print(`${reports.length === 0 ? '' : '\n'}${colors.bold(topology.name)}${topology.title === undefined ? '' : colors.dim(`  ${topology.title}`)}`);
    const report = await testTopology(topology, { runtime, against, signal, runs, onEvent: (event) => { show(run, event); } });
    output.progressDone();
    reports.push(report);
    output.print(testText(report));
  }
  const tally = tallyOf(reports);
  output.document({ ...tally, results: reports.map(toDocument) });
  output.print(`\n${tallyText(tally)}`);
  if (flags.junit !== undefined) await writeFile(flags.junit, junitXml(reports));
  if (flags.tap !== undefined) await writeFile(flags.tap, tapText(reports));
  if (flags.timeline !== undefined) await writeFile(flags.timeline, timelineLines(reports));
  return statusOf(tally, reports);
}

async function snapshotIn(file: string): Promise<{ readonly snapshot: Snapshot; readonly file: string }> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new LabError('USAGE', `${file} cannot be read: ${toLabError(cause).message}`, { cause, hint: 'make one with: nearcast who --snapshot map.json' });
  }
  return { snapshot: readSnapshot(text, file), file };
}

function countOf(text: string | undefined): number {
  if (text === undefined) return 1;
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new LabError('USAGE', `"${text}" is no number of runs`, { hint: 'write it as in --runs 20' });
  return Number(text);
}

function show({ output }: Run, event: TestEvent): void {
  if (event.kind === 'run') output.print(colors.dim(`run ${String(event.run)} of ${String(event.runs)}`));
  if (event.kind === 'prepare') output.progress(event.progress.topic, event.progress.text);
  if (event.kind === 'answers') output.progressDone();
  if (event.kind === 'step') output.print(headingOf(event.step));
  if (event.kind === 'stepped') output.print(testedText(event.tested));
}

function toDocument({ error, ...report }: TestReport): object {
  return { ...report, ...(error === undefined ? {} : { error: { code: error.code, message: error.message, hint: error.hint } }) };
}

function statusOf({ failed, inconclusive }: Tally, reports: readonly TestReport[]): number {
  if (failed > 0) return 1;
  const error = reports.find((report) => report.error !== undefined)?.error;
  return error?.exitStatus ?? (inconclusive > 0 ? INCONCLUSIVE : 0);
}
