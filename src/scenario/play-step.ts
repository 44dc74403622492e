import { judgeChange } from '../assert/judge-change.js';
import type { Verdict } from '../assert/verdict.js';
import type { Lab } from '../lab/lab.js';
import type { WantedAnswers } from '../protocol/messages.js';
import type { Service } from '../topology/model/topology.js';
import { asksOf, noLimits } from '../topology/model/asks.js';
import type { ChangeStep, Expectations, LookStep, ProbeStep, Step } from '../topology/model/step.js';
import { withCauses } from './causes.js';
import { graceMs, lookUntil, type LookOptions } from './look.js';
import { playPublish } from './play-publish.js';
import { probeRound } from './probe-round.js';
import { toStepReport, type LookReport, type TestedStep } from './step-report.js';

const LEAST_DEADLINE_MS = 1000;

export interface StepOptions {
  /** The faults go with the connection that made them. */
  readonly bound?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly captureStep?: CaptureStep | undefined;
}

/**
 * Captures the packets of a lab from now on. What it returns ends that, and says where it kept them; it keeps none of a
 * step that passed.
 */
export type CaptureStep = (lab: Lab) => Promise<(tested: TestedStep) => Promise<string | undefined>>;

type Services = readonly Pick<Service, 'name' | 'addresses'>[];

/** Plays one step in a running lab, and judges what was seen. */
export async function playStep(
  lab: Lab,
  step: Step,
  services: Services,
  options: StepOptions = {},
): Promise<TestedStep> {
  const endCapture = await options.captureStep?.(lab);
  const judged = await played(lab, step, services, options);
  const about = { expect: 'expect' in step ? step.expect : undefined, parts: step.kind === 'change' ? step.parts : [] };
  const tested = { ...judged, verdicts: await withCauses(lab, judged.verdicts, about) };
  const capture = await endCapture?.(tested);
  return capture === undefined ? tested : { ...tested, capture };
}

async function played(lab: Lab, step: Step, services: Services, options: StepOptions): Promise<TestedStep> {
  switch (step.kind) {
    case 'change':
      return change(lab, step, services, options);
    case 'publish':
      return playPublish(lab, step);
    case 'probe':
      return probe(lab, step, services, options);
    default:
      return step.settled ? waitForRouting(lab, step) : look(lab, step, services, options);
  }
}

async function change(
  lab: Lab,
  { title, parts, expect }: ChangeStep,
  services: Services,
  { bound, signal }: StepOptions,
): Promise<TestedStep> {
  const observed = await lab.together(parts, {
    bound,
    signal,
    deadlineMs: Math.max(expect.withinMs, LEAST_DEADLINE_MS) + graceMs(expect.withinMs),
    watchMs: expect.stableMs,
    wanted: wantedBy(expect),
    connections: asksOf(expect).has('connections'),
  });
  const report = toStepReport(observed);
  const verdicts: Verdict[] = [...judgeChange(title, expect, observed)];
  const rest = notSeenByProbes(expect);
  if (rest !== undefined) {
    // The time for which it was watched after it had settled is none that anything took.
    const { nowMs } = await lab.load();
    const afterwards = await lookUntil(lab, rest, {
      services,
      prefix: `after ${title}, `,
      anchorMs: nowMs - observed.settleMs,
      noiseBefore: observed.noise,
      signal,
    });
    verdicts.push(...afterwards.verdicts);
  }
  return { title, report, verdicts };
}

/** Who must answer after a change, for labs without a forecast: there, quiet does not say that it is over. */
function wantedBy({ answers, withinMs }: Expectations): WantedAnswers | undefined {
  const wanted = answers.flatMap(({ clients, to, answer }) =>
    answer.kind === 'instances' ? [{ clients: clients.names, to, instances: answer.instances }] : [],
  );
  return wanted.length === 0 ? undefined : { withinMs, answers: wanted };
}

/**
 * The expectations that the probes of a change do not answer: those by client or of routes, and shares of many flows.
 */
function notSeenByProbes(expect: Expectations): Expectations | undefined {
  const answers = expect.answers.filter(({ answer }) => answer.kind === 'shares');
  const rest = { ...expect, answers, stableMs: undefined, limits: noLimits };
  return asksOf(rest).size === 0 ? undefined : rest;
}

async function look(
  lab: Lab,
  { kind, title, expect }: LookStep,
  services: Services,
  { signal }: StepOptions,
): Promise<TestedStep> {
  const prefix = kind === 'wait-for' ? 'waiting until ' : '';
  const { verdicts, report } = await looked(
    lab,
    expect,
    { services, prefix, signal },
    { action: kind, target: targetOf(expect) },
  );
  return { title: `${title}${title === 'wait for' ? ` ${targetOf(expect)}` : ''}`, report, verdicts };
}

async function probe(
  lab: Lab,
  { title, probe: settings, expect }: ProbeStep,
  services: Services,
  { signal }: StepOptions,
): Promise<TestedStep> {
  const rounds: LookOptions = { services, prefix: `in ${title}, `, signal, look: () => probeRound(lab, settings) };
  const { verdicts, report } = await looked(lab, expect, rounds, {
    action: 'probe',
    target: title.replace(/^probe /, ''),
  });
  return { title, report, verdicts };
}

async function looked(
  lab: Lab,
  expect: Expectations,
  options: LookOptions,
  about: Pick<LookReport, 'action' | 'target'>,
): Promise<{ readonly verdicts: readonly Verdict[]; readonly report: LookReport }> {
  const { nowMs } = await lab.load();
  const { verdicts, seen, heldMs } = await lookUntil(lab, expect, { ...options, anchorMs: nowMs });
  return { verdicts, report: { kind: 'look', ...about, atMs: nowMs, heldMs, seen } };
}

async function waitForRouting(lab: Lab, { title, expect }: LookStep): Promise<TestedStep> {
  const { nowMs } = await lab.load();
  const { converged, convergeMs, pending } = await lab.settle(expect.withinMs);
  const text = 'routing settles';
  const verdict: Verdict = converged
    ? { text, verdict: 'pass', measured: convergeMs }
    : { text, verdict: 'fail', seen: pending.slice(0, 3).join('; ') };
  return {
    title,
    verdicts: [verdict],
    report: {
      kind: 'look',
      action: 'wait-for',
      target: 'routing',
      atMs: nowMs,
      heldMs: converged ? convergeMs : null,
      seen: [],
    },
  };
}

function targetOf(expect: Expectations): string {
  return [...new Set(expect.answers.map(({ clients }) => clients.label))].join(', ');
}
