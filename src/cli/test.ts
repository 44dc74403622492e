import { readFile, writeFile } from 'node:fs/promises';
import colors from 'picocolors';
import { readSnapshot, type Snapshot } from '../assert/snapshot.js';
import { LabError, toLabError } from '../errors.js';
import { htmlReport } from '../report/html/html.js';
import { junitXml } from '../report/junit.js';
import { stepHeading, stepText } from '../report/step-text.js';
import { tapText } from '../report/tap.js';
import { exitStatusOf, tallyOf, tallyText, testText } from '../report/test-text.js';
import { runtimeNamed } from '../runtime/registry.js';
import { testTopology, type TestReport } from '../scenario/test.js';
import { type UpEvent } from '../scenario/up.js';
import { topologyNamed } from '../topology/named.js';
import { refuseUnwritable } from './report-files.js';
import type { Run } from './run.js';

export interface TestFlags {
  readonly runtime?: string;
  readonly junit?: string;
  readonly tap?: string;
  readonly html?: string;
  readonly against?: string;
}

/** Exit status 1 where an expectation failed, that of the error where a topology could not be tested, 4 where it is inconclusive. */
export async function testVerb(run: Run, names: readonly string[], flags: TestFlags): Promise<number> {
  const { output, signal } = run;
  const runtime = flags.runtime === undefined ? undefined : runtimeNamed(flags.runtime).name;
  // All files are read, and it is known where reports can go, before anything is touched.
  await Promise.all([refuseUnwritable(flags.junit, 'junit'), refuseUnwritable(flags.tap, 'tap'), refuseUnwritable(flags.html, 'html')]);
  const topologies = await Promise.all(names.map(topologyNamed));
  const against = flags.against === undefined ? undefined : await snapshotIn(flags.against);
  const reports: TestReport[] = [];
  for (const topology of topologies) {
    output.print(`${reports.length === 0 ? '' : '\n'}${colors.bold(topology.name)}${topology.title === undefined ? '' : colors.dim(`  ${topology.title}`)}`);
    const report = await testTopology(topology, { runtime, against, signal, onEvent: (event) => { show(run, event); } });
    output.progressDone();
    reports.push(report);
    output.print(testText(report));
  }
  const tally = tallyOf(reports);
  output.document({ ...tally, results: reports.map(toDocument) });
  output.print(`\n${tallyText(tally)}`);
  if (flags.junit !== undefined) await writeFile(flags.junit, junitXml(reports));
  if (flags.tap !== undefined) await writeFile(flags.tap, tapText(reports));
  if (flags.html !== undefined) await writeFile(flags.html, htmlReport(reports));
  return exitStatusOf(tally, reports);
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

function show({ output }: Run, event: UpEvent): void {
  if (event.kind === 'prepare') output.progress(event.progress.topic, event.progress.text);
  if (event.kind === 'answers') output.progressDone();
  if (event.kind === 'step') output.print(stepHeading(event.step));
  if (event.kind === 'stepped' && event.report.kind === 'change') output.print(stepText(event.report));
}

function toDocument({ error, ...report }: TestReport): object {
  return { ...report, ...(error === undefined ? {} : { error: { code: error.code, message: error.message, hint: error.hint } }) };
}
