import colors from 'picocolors';
import type { LabError } from '../errors.js';
import type { TestReport } from '../scenario/test-report.js';
import type { Noise } from '../protocol/timeline.js';
import { columns, milliseconds, plural, seconds } from './format.js';
import { verdictsText } from './up-text.js';
import { INCONCLUSIVE } from '../assert/exit-status.js';

/** How many verdicts of all tests were which. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly inconclusive: number;
  /** Topologies that could not be tested. */
  readonly errors: number;
}

export function tallyOf(reports: readonly TestReport[]): Tally {
  const all = reports.flatMap(({ verdicts }) => verdicts);
  const count = (wanted: string): number => all.filter(({ verdict }) => verdict === wanted).length;
  return {
    passed: count('pass'),
    failed: count('fail'),
    inconclusive: count('inconclusive'),
    errors: reports.filter(({ error }) => error !== undefined).length,
  };
}

/**
 * 1 where an expectation failed; else the worst of what kept topologies from being tested: 3 for the machine, 2 for
 * what was asked for; else 4 where a verdict is inconclusive, and 0 where all held.
 */
export function exitStatusOf({ failed, inconclusive }: Tally, reports: readonly TestReport[]): number {
  if (failed > 0) return 1;
  const worst = Math.max(0, ...reports.map(({ error }) => error?.exitStatus ?? 0));
  return worst > 0 ? worst : inconclusive > 0 ? INCONCLUSIVE : 0;
}

/** The result of all tests in a line. */
export function headline({ passed, failed, inconclusive, errors }: Tally): string {
  const all = passed + failed + inconclusive;
  if (failed > 0) return `${String(failed)} of ${plural(all, 'expectation')} failed`;
  if (errors > 0) return `${errors === 1 ? '1 topology' : `${String(errors)} topologies`} could not be tested`;
  if (inconclusive > 0) return `${String(inconclusive)} of ${plural(all, 'expectation')} inconclusive`;
  return all === 0
    ? 'Nothing was expected'
    : all === 1
      ? 'The expectation held'
      : `All ${String(all)} expectations held`;
}

/** What is expected of each topology without saying so, as a report names it where it did not hold. */
export function unmetBy({ code }: LabError): string {
  return code === 'TOPOLOGY_INVALID' || code === 'TOPOLOGY_NOT_FOUND' ? 'the file can be used' : 'the lab comes up';
}

/** The result of one topology's test. */
export function testText(
  { verdicts, error, timings, noise, runs, percentiles, steps, frrVersions = [] }: TestReport,
  width = Infinity,
): string {
  return [
    ...(verdicts.length === 0 ? [] : [verdictsText(verdicts)]),
    ...(error === undefined
      ? []
      : [`${colors.red(error.code)}  ${error.message}${error.hint === undefined ? '' : `\n      ${error.hint}`}`]),
    ...(percentiles.length === 0 ? [] : [percentilesText(percentiles, width)]),
    ...steps.flatMap(({ title, capture }) => (capture === undefined ? [] : [`packets of "${title}": ${capture}`])),
    ...(noise === null ? [] : [colors.dim(noiseText(noise))]),
    ...(runs === 0
      ? []
      : [
          colors.dim(
            `${runs > 1 ? `${String(runs)} runs in ` : ''}${durationText(timings)}${frrVersions.length === 0 ? '' : `; FRRouting ${frrVersions.join(', ')}`}`,
          ),
        ]),
  ].join('\n');
}

/** How long a test took, and what of it; of a lab that did not come up, how long that took to be known. */
export function durationText({ upMs, scenarioMs, downMs, waitingMs }: TestReport['timings']): string {
  const parts = `up ${seconds(upMs)}, scenario ${seconds(scenarioMs)}, down ${seconds(downMs)}`;
  return scenarioMs === 0
    ? `${seconds(upMs)}, and the lab was not up`
    : `${seconds(upMs + scenarioMs + downMs)}: ${parts}; ${seconds(waitingMs)} of it waiting for routing`;
}

/** How even the prober was before anything was broken, and what the machine kept its processes from. */
function noiseText({ sendGapMs: { median, p99, max }, stealMs, cpuPressureMs, clockMs }: Noise): string {
  const pressure = cpuPressureMs === null ? 'not reported by this kernel' : milliseconds(cpuPressureMs);
  const clocks = clockMs === undefined ? '' : `; clocks of machines up to ${milliseconds(clockMs)} apart`;
  return `noise: ${milliseconds(median)} between two probes (99%: ${milliseconds(p99)}, most: ${milliseconds(max)}); stolen CPU ${milliseconds(stealMs)}, waiting for a CPU ${pressure}${clocks}`;
}

function percentilesText(percentiles: TestReport['percentiles'], width: number): string {
  const value = (of: number, unit: string): string => (unit === 'ms' ? milliseconds(of) : String(of));
  const rows = percentiles.map(({ text, unit, p50, p90, p99, max }) => [
    text,
    value(p50, unit),
    value(p90, unit),
    value(p99, unit),
    value(max, unit),
  ]);
  return columns(['OVER ALL RUNS', '50%', '90%', '99%', 'MOST'], rows, width);
}

export function tallyText({ passed, failed, inconclusive, errors }: Tally): string {
  return [
    `${String(passed)} passed`,
    `${String(failed)} failed`,
    ...(inconclusive === 0 ? [] : [`${String(inconclusive)} inconclusive`]),
    ...(errors === 0 ? [] : [`${plural(errors, 'topology')} not tested`.replace('topologys', 'topologies')]),
  ].join(', ');
}
