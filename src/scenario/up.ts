import { LabError } from '../errors.js';
import type { Answer } from '../assert/answers.js';
import { judgeSeen } from '../assert/judge-seen.js';
import type { Verdict } from '../assert/verdict.js';
import { Lab } from '../lab/lab.js';
import { labElsewhere } from '../lab/labs.js';
import { planLab } from '../plan/plan.js';
import { convergeDeadlineMs } from '../plan/timers.js';
import type { LabPlan } from '../plan/model.js';
import type { Convergence, Progress } from '../protocol/messages.js';
import { renderLab } from '../render/render.js';
import { chooseRuntime, frrOfEnvironment } from '../runtime/registry.js';
import type { LabRecord, Preparation, RuntimeName, UncommittedLab } from '../runtime/runtime.js';
import { beyondAnswers } from '../topology/model/asks.js';
import { nameProblem } from '../topology/model/names.js';
import type { FrrChoice } from '../frr/versions.js';
import type { Topology } from '../topology/model/topology.js';
import { withCauses } from './causes.js';
import { comparePredictions } from './compare.js';
import { lookOnce } from './look.js';
import { refuseUnknownMachines } from './machines.js';
import { notConverged, unfinishedNotes } from './not-converged.js';
import { playScenario, type PlayEvent } from './play.js';
import type { StepReport } from './step-report.js';

export interface UpOptions {
  /** The lab's name; the topology's where it is left out. */
  readonly name?: string | undefined;
  readonly runtime?: RuntimeName | undefined;
  /** The FRRouting of every node that names none itself: before the topology's. */
  readonly frr?: FrrChoice | undefined;
  /** False: waits until routing is quiet, without a forecast; by default as the topology says. */
  readonly forecast?: boolean | undefined;
  /** Whether the lab goes on when this process ends; without it, it cannot outlive its maker. */
  readonly outlive?: boolean | undefined;
  /** Aborting undoes whatever was begun. */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: UpEvent) => void | Promise<void>) | undefined;
  /** When the caller began, on `performance.now()`'s clock: `timings.totalMs` counts from there. */
  readonly startedAtMs?: number | undefined;
}

/** What happens while a lab comes up, to be shown. */
export type UpEvent =
  | { readonly kind: 'prepare'; readonly progress: Preparation }
  | { readonly kind: 'deploy'; readonly progress: Progress }
  | { readonly kind: 'answers'; readonly lab: Lab; readonly plan: LabPlan; readonly answers: readonly Answer[] }
  | PlayEvent;

export interface UpResult {
  readonly lab: string;
  readonly topology: string;
  readonly runtime: RuntimeName;
  readonly nodes: number;
  readonly links: number;
  /** What is not as the topology says, because of where the lab runs: a sentence each. Left out where all is. */
  readonly notes?: readonly string[];
  /** `quietMs` is set if there is no forecast: for how long no change of routing was reported, beyond `convergeMs`. */
  readonly timings: {
    readonly deployMs: number;
    readonly convergeMs: number;
    readonly quietMs?: number | undefined;
    readonly totalMs: number;
  };
  /** Who answered when the lab had converged, before any step. */
  readonly answers: readonly Answer[];
  readonly expectations: readonly Verdict[];
  readonly steps: readonly StepReport[];
}

/**
 * Brings a lab up: deploys it, waits for convergence, asks who answers, plays the scenario where the topology says so,
 * and judges what the topology expects, and what was predicted of it. Obtains FRR first where the machine has none. A lab that does not converge is
 * taken down again, and the error says what was missing; one whose expectations fail stays.
 */
export async function up(topology: Topology, options: UpOptions = {}): Promise<{ lab: Lab; result: UpResult }> {
  const { signal = new AbortController().signal, startedAtMs = performance.now() } = options;
  const emit = async (event: UpEvent): Promise<void> => options.onEvent?.(event);
  const name = labName(options.name ?? topology.name);
  const runtime = chooseRuntime(options.runtime ?? topology.runtime);
  const wanted = planLab({
    ...topology,
    frrVersion: options.frr ?? topology.frrVersion ?? frrOfEnvironment(),
    ...(options.forecast === false ? { forecast: 'off' } : {}),
  });
  if (topology.play === 'up') await refuseUnknownMachines(runtime, topology);
  await runtime.prepare({ plan: wanted, signal, onProgress: (progress) => void emit({ kind: 'prepare', progress }) });
  const elsewhere = labElsewhere(name, runtime.name);
  elsewhere.catch(() => undefined);
  const deployed = await runtime.deploy({
    lab: name,
    plan: wanted,
    files: renderLab(wanted),
    signal,
    onProgress: (progress) => void emit({ kind: 'deploy', progress }),
  });
  const { plan = wanted } = deployed;
  try {
    refuseTaken(await elsewhere);
    const { convergeMs, quietMs, unfinished } = await converged(deployed, plan);
    const notes = [...(deployed.notes ?? []), ...unfinishedNotes(unfinished)];
    const lab = new Lab(runtime, deployed, 'down');
    const answers = await lab.who();
    const judged = await withCauses(
      lab,
      [...(await judgeConverged(lab, topology, answers)), ...(await comparePredictions(lab, plan, answers))],
      { expect: topology.expect, parts: [] },
    );
    const totalMs = Math.round(performance.now() - startedAtMs);
    await emit({ kind: 'answers', lab, plan, answers });
    const played =
      topology.play === 'up'
        ? await playScenario(lab, topology, emit, { leaveBroken: true, signal })
        : { steps: [], verdicts: [], notPlayed: [] };
    signal.throwIfAborted();
    await deployed.commit({ outlive: options.outlive ?? false });
    if (options.outlive === true) deployed.close();
    const result: UpResult = {
      lab: name,
      topology: topology.name,
      runtime: runtime.name,
      nodes: plan.nodes.length,
      links: plan.links.length,
      ...(notes.length === 0 ? {} : { notes }),
      timings: { deployMs: deployed.deployMs, convergeMs, ...(quietMs === undefined ? {} : { quietMs }), totalMs },
      answers,
      expectations: [...judged, ...played.verdicts, ...played.notPlayed],
      steps: played.steps.map(({ report }) => report),
    };
    return { lab, result };
  } catch (error) {
    await deployed.discard();
    signal.throwIfAborted();
    throw error;
  }
}

/** Who answers is known already; routes, and shares of many flows, are looked at where they are expected. */
async function judgeConverged(
  lab: Lab,
  { expect, services }: Topology,
  answers: readonly Answer[],
): Promise<readonly Verdict[]> {
  const { verdicts } = await lookOnce(lab, beyondAnswers(expect), { services, prefix: '' });
  return [...judgeSeen(expect, answers), ...verdicts];
}

function refuseTaken(record: LabRecord | undefined): void {
  if (record === undefined) return;
  throw new LabError(
    'LAB_EXISTS',
    `a lab named ${record.lab} is up on ${record.runtime} (topology ${record.topology})`,
    {
      hint: `nearcast down ${record.lab}, or give this one another name: --name ${record.lab}-2`,
    },
  );
}

async function converged(deployed: UncommittedLab, plan: LabPlan): Promise<Convergence> {
  const deadlineMs = convergeDeadlineMs(plan);
  const convergence = await deployed.agent.call('converge', { deadlineMs });
  if (convergence.converged) return convergence;
  throw notConverged(convergence, deadlineMs, plan, await deployed.agent.call('examine', {}));
}

function labName(name: string): string {
  const problem = nameProblem(name);
  if (problem === undefined) return name;
  throw new LabError('LAB_NAME_INVALID', `a lab cannot have this name: ${problem.message}`, { hint: problem.hint });
}
