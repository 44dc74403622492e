import type { ActiveFault } from '../fault/active-fault.js';
import { faultsAfter } from '../fault/faults-after.js';
import { coursesOf, type Course } from '../picture/course.js';
import type { LabPlan } from '../plan/model.js';
import type { ChangeReport, LookReport, TestedStep } from '../scenario/step-report.js';
import type { TestReport } from '../scenario/test-report.js';
import type { ChangePart, ChangeStep, Step } from '../topology/model/step.js';
import { changesFelt, faultsMoment } from './step-moments.js';
import { insertMoments, keyOf, labAt, type Moment } from './moments.js';
import { lossesIn } from './plan-neighbors.js';
import { factsOf, type Chapter, type Opening } from './opening.js';

/** More moments would make a report too heavy to be sent; what is left out is counted where it is missing. */
const MOST_MOMENTS = 50_000;
/** A step is looked at no closer. */
const SHORTEST_MS = 20;

/** What was broken at some time, on the lab's clock. */
interface Broken {
  readonly sinceMs: number;
  readonly faults: readonly ActiveFault[];
}

/** What was played, as far as its file says it. */
export interface Played {
  readonly plan: LabPlan;
  /** By the number of a step of the report. */
  readonly scenario: readonly (
    Pick<ChangeStep, 'kind' | 'parts'> | { readonly kind: Exclude<Step['kind'], 'change'> }
  )[];
  /** Before the first step; nothing where it is left out. */
  readonly broken?: readonly ActiveFault[];
}

/**
 * Steps that were played, as the log of moments that a live view of them would have had; undefined where nothing was
 * seen.
 */
export function recordingOf({ plan, scenario, broken: before = [] }: Played, report: TestReport): Opening | undefined {
  const { answers, steps } = report;
  if (answers.length === 0) return undefined;
  const chapters = steps.map(chapterOf);
  const firstMs = Math.min(...steps.map(firstMsOf));
  const beginsMs = Number.isFinite(firstMs) ? firstMs : 0;
  const log: Moment[] = [faultsMoment(plan, before, beginsMs)];
  let known: readonly Course[] = coursesOf(answers);
  log.push({ kind: 'courses', atMs: beginsMs, courses: known });
  let broken = before;
  for (const [nth, { report: seen, title }] of steps.entries()) {
    if (seen.kind === 'look') {
      known = withLook(known, seen);
      insertMoments(log, [{ kind: 'courses', atMs: seen.atMs + (seen.heldMs ?? 0), courses: known }]);
      continue;
    }
    const step = scenario[nth];
    const after = step?.kind === 'change' ? brokenAfter(plan, broken, step.parts, seen.atMs) : [];
    broken = after.at(-1)?.faults ?? broken;
    const moments = momentsOf(plan, seen, title, known, after);
    const room = MOST_MOMENTS - log.length;
    insertMoments(log, moments.length <= room ? moments : kept(moments, seen.atMs));
    known = labAt(log, Infinity).courses;
  }
  return {
    name: report.topology,
    title: report.title ?? null,
    kind: 'recording',
    readOnly: true,
    command: '',
    ...factsOf(plan),
    losses: [...lossesIn(plan, before)],
    nowMs: Math.max(log.at(-1)?.atMs ?? 0, ...steps.map(lastMsOf)),
    hasEnded: true,
    moments: log,
    chapters,
  };
}

function chapterOf({ title, report, verdicts }: TestedStep): Chapter {
  const { atMs } = report;
  if (report.kind === 'look') return { title, atMs, lengthMs: Math.max(SHORTEST_MS, report.heldMs ?? 0), verdicts };
  const turns = report.flows.flatMap(({ runs }) => runs.slice(1).map(({ fromMs }) => fromMs - atMs));
  const ends = turns.length > 0 ? turns : report.events.map((event) => event.atMs - atMs);
  return { title, atMs, lengthMs: ends.reduce((most, ms) => Math.max(most, ms), SHORTEST_MS), verdicts };
}

function firstMsOf({ report }: TestedStep): number {
  const probed = report.kind === 'look' ? [] : report.flows.flatMap(({ runs: [first] }) => first?.fromMs ?? []);
  return probed.reduce((least, ms) => Math.min(least, ms), report.atMs);
}

/** Until when a step was watched. */
function lastMsOf({ report }: TestedStep): number {
  const probed = report.kind === 'look' ? [] : report.flows.flatMap(({ runs }) => runs.at(-1)?.toMs ?? []);
  return probed.reduce((most, ms) => Math.max(most, ms), report.atMs);
}

/** What a round of looking saw takes the place of what was known of the same queries. */
function withLook(known: readonly Course[], { action, seen }: LookReport): readonly Course[] {
  if (action !== 'expect' && action !== 'wait-for') return known;
  const looked = coursesOf(
    seen.flatMap(({ service, path = [], ...each }) => (service === null ? [] : [{ ...each, service, path }])),
  );
  const keys = new Set(looked.map(keyOf));
  return [...known.filter((course) => !keys.has(keyOf(course))), ...looked];
}

/** What is broken from a step on, and again when a fault has ended by itself. */
function brokenAfter(
  plan: LabPlan,
  before: readonly ActiveFault[],
  parts: readonly ChangePart[],
  atMs: number,
): readonly Broken[] {
  let faults = before;
  for (const part of parts) faults = faultsAfter(plan, faults, part);
  const ends = faults
    .flatMap((fault) => (before.includes(fault) ? [] : (fault.settings.forMs ?? [])))
    .sort((one, other) => one - other);
  const lasting = (ms: number): readonly ActiveFault[] =>
    faults.filter((fault) => before.includes(fault) || (fault.settings.forMs ?? Infinity) > ms);
  return [{ sinceMs: atMs, faults }, ...ends.map((forMs) => ({ sinceMs: atMs + forMs, faults: lasting(forMs) }))];
}

function momentsOf(
  plan: LabPlan,
  report: ChangeReport,
  title: string,
  known: readonly Course[],
  broken: readonly Broken[],
): readonly Moment[] {
  const { flows, events, atMs, settled, settleMs, pending, changes } = report;
  const answers = flows.flatMap(({ client, service, address, sourcePort, runs }) =>
    runs.map(({ fate, instance, fromMs }): Moment => ({
      kind: 'answer',
      atMs: fromMs,
      client,
      service,
      address,
      sourcePort,
      fate,
      instance,
    })),
  );
  const firstMs = answers.reduce((least, answer) => Math.min(least, answer.atMs), atMs);
  const all: Moment[] = [
    // Flows of earlier steps have ended.
    { kind: 'courses', atMs: firstMs, courses: known },
    ...broken.map(({ sinceMs, faults }) => faultsMoment(plan, faults, sinceMs)),
    ...events,
    ...answers,
    { kind: 'step', atMs, command: title, settled, settleMs, pending, changes: changesFelt(changes) },
  ];
  return all.sort((one, other) => one.atMs - other.atMs);
}

/** Without what is too much: what a step was, and what was broken, and no answers. */
function kept(moments: readonly Moment[], atMs: number): readonly Moment[] {
  const few = moments.filter(
    ({ kind }) => kind === 'step' || kind === 'faults' || kind === 'fault' || kind === 'repair',
  );
  return [...few, { kind: 'dropped', atMs, count: moments.length - few.length }];
}
