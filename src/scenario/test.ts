import { randomBytes } from 'node:crypto';
import { toLabError, type LabError } from '../errors.js';
import { judgeAnswers, type Verdict } from '../assert/verdicts.js';
import type { Answer } from '../assert/answers.js';
import { judgeSnapshot, snapshotOf, type Snapshot } from '../assert/snapshot.js';
import type { RuntimeName } from '../runtime/runtime.js';
import type { Topology } from '../topology/model.js';
import { playScenario } from './play.js';
import type { StepReport } from './step-report.js';
import { up, type UpEvent } from './up.js';

const LONGEST_NAME = 30;

export interface TestOptions {
  readonly runtime?: RuntimeName | undefined;
  /** A catchment map that was kept, and the name of its file: nobody may have moved. */
  readonly against?: { readonly snapshot: Snapshot; readonly file: string } | undefined;
  /** Aborting removes the lab. */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: UpEvent) => void | Promise<void>) | undefined;
}

/** What a topology's test came to: its verdicts, or the error that kept it from having any. */
export interface TestReport {
  readonly topology: string;
  readonly verdicts: readonly Verdict[];
  readonly answers: readonly Answer[];
  readonly steps: readonly StepReport[];
  readonly timings: TestTimings;
  readonly error: LabError | undefined;
}

export interface TestTimings {
  readonly upMs: number;
  readonly scenarioMs: number;
  readonly downMs: number;
  /** How much of it was waiting for routing to converge and to settle. */
  readonly waitingMs: number;
}

/**
 * Deploys a topology under a name of its own, judges who answers, plays the scenario, and removes the lab, whatever happens.
 * What goes wrong is in the report: one topology that cannot be tested does not keep others from it.
 */
export async function testTopology(topology: Topology, { runtime, against, signal, onEvent }: TestOptions = {}): Promise<TestReport> {
  const startedAtMs = performance.now();
  const done: { verdicts: readonly Verdict[]; answers: readonly Answer[]; steps: readonly StepReport[] } = { verdicts: [], answers: [], steps: [] };
  const timings = { upMs: 0, scenarioMs: 0, downMs: 0, waitingMs: 0 };
  try {
    const { lab, result } = await up({ ...topology, play: 'test' }, { name: testName(topology.name), runtime, signal, onEvent });
    timings.upMs = sinceMs(startedAtMs);
    timings.waitingMs = result.timings.convergeMs;
    done.answers = result.answers;
    done.verdicts = [
      ...judgeAnswers(topology.expect, result.answers),
      ...(against === undefined ? [] : [judgeSnapshot(against.snapshot, snapshotOf(topology.name, result.answers), against.file)]),
    ];
    const closing = (): void => { lab.close(); };
    signal?.addEventListener('abort', closing, { once: true });
    const playedAtMs = performance.now();
    try {
      const played = await playScenario(lab, topology.scenario, async (event) => onEvent?.(event));
      done.verdicts = [...done.verdicts, ...played.verdicts];
      done.steps = played.steps;
      timings.waitingMs += played.steps.reduce((sum, { settleMs }) => sum + settleMs, 0);
    } finally {
      signal?.removeEventListener('abort', closing);
      timings.scenarioMs = sinceMs(playedAtMs);
      const downAtMs = performance.now();
      await lab.down();
      timings.downMs = sinceMs(downAtMs);
    }
    signal?.throwIfAborted();
    return { topology: topology.name, ...done, timings, error: undefined };
  } catch (error) {
    signal?.throwIfAborted();
    return { topology: topology.name, ...done, timings, error: toLabError(error) };
  }
}

/** Nobody else's: the topology may be up already, or under test twice. */
function testName(topology: string): string {
  const suffix = `-t${randomBytes(3).toString('hex')}`;
  return `${topology.slice(0, LONGEST_NAME - suffix.length).replace(/-+$/, '')}${suffix}`;
}

function sinceMs(startedAtMs: number): number {
  return Math.round(performance.now() - startedAtMs);
}
