import { randomBytes } from 'node:crypto';
import { toLabError } from '../errors.js';
import { judgeSnapshot, snapshotOf, type Snapshot } from '../assert/snapshot.js';
import type { FrrChoice } from '../frr/versions.js';
import type { Lab } from '../lab/lab.js';
import { chooseRuntime } from '../runtime/registry.js';
import type { RuntimeName } from '../runtime/runtime.js';
import { refuseUnknownMachines } from './machines.js';
import type { Topology } from '../topology/model/topology.js';
import { playScenario } from './play.js';
import { combineRuns } from './runs.js';
import { networkOf, type TestReport } from './test-report.js';
import type { CaptureStep } from './play-step.js';
import { up, type UpEvent } from './up.js';

export type TestEvent = UpEvent | { readonly kind: 'run'; readonly run: number; readonly runs: number };

const LONGEST_NAME = 30;
const CALIBRATION_MS = 250;

export interface TestOptions {
  readonly runtime?: RuntimeName | undefined;
  /** The FRRouting of every node that names none itself. */
  readonly frr?: FrrChoice | undefined;
  /** False: waits until routing is quiet, without a forecast; by default as the topology says. */
  readonly forecast?: boolean | undefined;
  /** A catchment map that was kept, and the name of its file: no client may have moved. */
  readonly against?: { readonly snapshot: Snapshot; readonly file: string } | undefined;
  /** Aborting removes the lab. */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: TestEvent) => void | Promise<void>) | undefined;
  /** How many times, each in a lab of its own; once where it is left out. */
  readonly runs?: number | undefined;
  /** What captures a step's packets, and says where it has kept them of one that failed. */
  readonly captureStep?: CaptureStep | undefined;
}

/**
 * Deploys a topology under a name of its own, judges who answers, plays the scenario, and removes the lab, whatever
 * happens; as many times as it is asked to. What goes wrong is in the report: one topology that cannot be tested does
 * not keep others from it. Throws only the reason of `signal`, once the lab is removed.
 */
export async function testTopology(topology: Topology, options: TestOptions = {}): Promise<TestReport> {
  const { runs = 1, onEvent } = options;
  const reports: TestReport[] = [];
  for (let run = 1; run <= runs; run++) {
    if (runs > 1) await onEvent?.({ kind: 'run', run, runs });
    const report = await testOnce(topology, options);
    reports.push(report);
    if (report.error !== undefined) break;
  }
  return combineRuns(reports);
}

async function testOnce(
  topology: Topology,
  { runtime, frr, forecast, against, signal, onEvent, captureStep }: TestOptions,
): Promise<TestReport> {
  const startedAtMs = performance.now();
  const about = {
    topology: topology.name,
    title: topology.title,
    startedAt: new Date().toISOString(),
    network: networkOf(topology),
    runs: 1,
    percentiles: [],
  };
  const done: Mutable<Pick<TestReport, 'verdicts' | 'answers' | 'steps' | 'noise' | 'frrVersions'>> = {
    verdicts: [],
    answers: [],
    steps: [],
    noise: null,
    frrVersions: [],
  };
  const timings = { upMs: 0, scenarioMs: 0, downMs: 0, waitingMs: 0 };
  try {
    await refuseUnknownMachines(chooseRuntime(runtime ?? topology.runtime), topology);
    const { lab, result } = await up(
      { ...topology, play: 'test' },
      { name: testName(topology.name), runtime, frr, forecast, signal, onEvent },
    );
    timings.upMs = sinceMs(startedAtMs);
    timings.waitingMs = result.timings.convergeMs;
    done.answers = result.answers;
    done.verdicts = [
      ...result.expectations,
      ...(against === undefined
        ? []
        : [judgeSnapshot(against.snapshot, snapshotOf(topology.name, result.answers), against.file)]),
    ];
    const closing = (): void => {
      lab.close();
    };
    signal?.addEventListener('abort', closing, { once: true });
    const playedAtMs = performance.now();
    try {
      done.frrVersions = await frrVersionsOf(lab);
      done.noise = await lab.calibrate(CALIBRATION_MS);
      const played = await playScenario(
        lab,
        topology,
        async (event) => {
          // What was seen until then is reported even if the rest fails.
          if (event.kind === 'stepped') {
            done.steps = [...done.steps, event.tested];
            done.verdicts = [...done.verdicts, ...event.tested.verdicts];
          }
          await onEvent?.(event);
        },
        { signal, captureStep },
      );
      done.verdicts = [...done.verdicts, ...played.notPlayed];
      timings.waitingMs += done.steps.reduce(
        (sum, { report }) => sum + (report.kind === 'change' ? report.settleMs : (report.heldMs ?? 0)),
        0,
      );
    } finally {
      signal?.removeEventListener('abort', closing);
      timings.scenarioMs = sinceMs(playedAtMs);
      const downAtMs = performance.now();
      await lab.down();
      timings.downMs = sinceMs(downAtMs);
    }
    signal?.throwIfAborted();
    return { ...about, ...done, timings, error: undefined };
  } catch (error) {
    signal?.throwIfAborted();
    // Where the lab did not come up, all of it was for that.
    if (timings.upMs === 0) timings.upMs = sinceMs(startedAtMs);
    return { ...about, ...done, timings, error: toLabError(error) };
  }
}

async function frrVersionsOf(lab: Lab): Promise<readonly string[]> {
  const { nodes } = await lab.inspect([]);
  return [...new Set(nodes.flatMap(({ frrVersion }) => frrVersion ?? []))].sort();
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A name that no other lab has: the topology may be up already, or under test twice. */
function testName(topology: string): string {
  const suffix = `-t${randomBytes(3).toString('hex')}`;
  return `${topology.slice(0, LONGEST_NAME - suffix.length).replace(/-+$/, '')}${suffix}`;
}

function sinceMs(startedAtMs: number): number {
  return Math.round(performance.now() - startedAtMs);
}
