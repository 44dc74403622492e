import { randomBytes } from 'node:crypto';
import { toLabError, type LabError } from '../errors.js';
import type { Verdict } from '../assert/verdict.js';
import type { Answer } from '../assert/answers.js';
import { judgeSnapshot, snapshotOf, type Snapshot } from '../assert/snapshot.js';
import type { RuntimeName } from '../runtime/runtime.js';
import type { Noise } from '../protocol/timeline.js';
import type { Topology } from '../topology/model.js';
import { playScenario } from './play.js';
import type { TestedStep } from './step-report.js';
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
  readonly title: string | undefined;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly network: Network;
  /** Of all runs together: an expectation that failed in one of them has failed. */
  readonly verdicts: readonly Verdict[];
  readonly answers: readonly Answer[];
  /** Of the run that is shown: the first one that went worst. */
  readonly steps: readonly TestedStep[];
  readonly timings: TestTimings;
  /** Before the scenario, while nothing was broken; null where there was no lab. */
  readonly noise: Noise | null;
  readonly runs: number;
  /** What was measured in every run, where there were several. */
  readonly percentiles: readonly Percentiles[];
  readonly error: LabError | undefined;
}

/** The topology as far as a picture needs it. */
export interface Network {
  readonly nodes: readonly { readonly name: string; readonly kind: 'router' | 'host' | 'switch'; readonly role: 'instance' | 'client' | 'transit' }[];
  readonly links: readonly { readonly a: string; readonly b: string; readonly cost: number }[];
}

/** A figure over all runs. */
export interface Percentiles {
  /** Such as `outage of client1 at 192.0.2.53 after fail server-a`. */
  readonly text: string;
  readonly unit: 'ms' | 'probes';
  readonly values: readonly number[];
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
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
  const about = { topology: topology.name, title: topology.title, startedAt: new Date().toISOString(), network: networkOf(topology), noise: null, runs: 1, percentiles: [] };
  const done: { verdicts: readonly Verdict[]; answers: readonly Answer[]; steps: readonly TestedStep[] } = { verdicts: [], answers: [], steps: [] };
  const timings = { upMs: 0, scenarioMs: 0, downMs: 0, waitingMs: 0 };
  try {
    const { lab, result } = await up({ ...topology, play: 'test' }, { name: testName(topology.name), runtime, signal, onEvent });
    timings.upMs = sinceMs(startedAtMs);
    timings.waitingMs = result.timings.convergeMs;
    done.answers = result.answers;
    done.verdicts = [
      ...result.expectations,
      ...(against === undefined ? [] : [judgeSnapshot(against.snapshot, snapshotOf(topology.name, result.answers), against.file)]),
    ];
    const closing = (): void => { lab.close(); };
    signal?.addEventListener('abort', closing, { once: true });
    const playedAtMs = performance.now();
    try {
      const played = await playScenario(lab, topology, async (event) => onEvent?.(event), { signal });
      done.verdicts = [...done.verdicts, ...played.verdicts];
      done.steps = played.steps;
      timings.waitingMs += played.steps.reduce((sum, { report }) => sum + (report.kind === 'change' ? report.settleMs : report.heldMs ?? 0), 0);
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
    return { ...about, ...done, timings, error: toLabError(error) };
  }
}

/** The report of what never became a lab: a file with problems, or one that was not finished in time. */
export function untestedReport(topology: string, error: LabError): TestReport {
  return {
    topology,
    title: undefined,
    startedAt: new Date().toISOString(),
    network: { nodes: [], links: [] },
    verdicts: [],
    answers: [],
    steps: [],
    timings: { upMs: 0, scenarioMs: 0, downMs: 0, waitingMs: 0 },
    noise: null,
    runs: 0,
    percentiles: [],
    error,
  };
}

function networkOf({ nodes, links, services }: Topology): Network {
  const instances = new Set(services.flatMap((service) => service.instances));
  return {
    nodes: nodes.map(({ name, kind }) => ({ name, kind, role: instances.has(name) ? 'instance' : kind === 'host' ? 'client' : 'transit' })),
    links: links.map(({ ends: [a, b], cost }) => ({ a: a.node, b: b.node, cost })),
  };
}

/** Nobody else's: the topology may be up already, or under test twice. */
function testName(topology: string): string {
  const suffix = `-t${randomBytes(3).toString('hex')}`;
  return `${topology.slice(0, LONGEST_NAME - suffix.length).replace(/-+$/, '')}${suffix}`;
}

function sinceMs(startedAtMs: number): number {
  return Math.round(performance.now() - startedAtMs);
}
