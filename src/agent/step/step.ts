import { setTimeout as delay } from 'node:timers/promises';
import { LabError } from '../../errors.js';
import { nodesAround, type ActiveFault } from '../../fault/active-fault.js';
import { resolveFault, targetKeyOf } from '../../fault/resolve-fault.js';
import type { Condition } from '../../forecast/condition.js';
import type { Forecast } from '../../forecast/forecast.js';
import { couldReach } from '../../forecast/could-reach.js';
import { overFlows } from '../../measure/over-flows.js';
import { flowRecord } from '../../measure/flow-record.js';
import { observedChange } from '../../measure/observed-change.js';
import { sendGaps } from '../../measure/send-gaps.js';
import type { Lacking } from '../../protocol/lacking.js';
import type { StepParams, StepPart } from '../../protocol/messages.js';
import type { StepObserved } from '../../protocol/observations.js';
import { pollUntil, type Polled } from '../../support/poll.js';
import { round } from '../../support/round.js';
import { ConvergenceWatch } from '../routing/converge.js';
import type { FaultActions } from '../fault/fault-actions.js';
import { nothingDone, undone } from '../fault/interrupted.js';
import type { RunningLab } from '../lab/running-lab.js';
import { byQuestion } from '../lab/lab-flows.js';
import { loadBetween, machineLoad } from '../system/machine-load.js';
import { paceMs } from '../probe/pace.js';
import type { ProbeStream } from '../probe/probe-stream.js';
import type { Prober } from '../probe/prober.js';
import { QuietWatch } from '../routing/quiet/quiet.js';
import { faultNews } from '../lab/lab-news.js';
import { isSettled, missingAnswers } from './settled-answers.js';
import type { StepGate } from './step-gate.js';
import { StepInstruments } from './step-instruments.js';
import { silenceTimers } from './silence-timers.js';
import { watcherTimers } from './watcher-timers.js';

const FLAPS_WATCHED = 2;
const BASELINE_DEADLINE_MS = 2000;
const STRAGGLER_DEADLINE_MS = 200;

/**
 * Breaks or restores one target or several at once, while every client keeps probing. Reports what they saw: who
 * answered before and after, how long the outage was, how many probes were lost, and what the nodes said meanwhile. It
 * goes on until the answers and every router's kernel are as the forecast says, or until the deadline, and then
 * for as long as it was asked to watch; what is reported is what was seen. A signal ends it at any moment: INTERRUPTED,
 * and what it broke is restored.
 */
export async function performStep(
  lab: RunningLab,
  actions: FaultActions,
  params: StepParams,
  { visitor, signal, gate }: StepFor,
): Promise<StepObserved> {
  const parts = params.parts.map((part): Part => ({ part, fault: faultOf(lab, part) }));
  const [first] = parts;
  if (first === undefined) throw new LabError('BUG', 'a step without a part');
  const conditionBefore = lab.condition;
  const numbers = lab.flows.through(
    conditionBefore,
    lab.faults.conditionAfter(parts.map(({ part: { action }, fault }) => ({ action, fault }))),
  );
  const instruments = await StepInstruments.open(lab, params, numbers, paceMs(numbers));
  const { prober, recorder, connections, load } = instruments;
  let acted = false;
  try {
    prober.start();
    gate?.reach('begun');
    await untilSteady(lab, prober, signal);
    const calibrated = sendGaps(prober.streams.map(({ probes }) => probes));
    await gate?.untilAct(signal);
    const loadBefore = machineLoad();
    const atMs = performance.now();
    for (const {
      part: { action, target },
      fault,
    } of parts)
      recorder.note({ atMs, ...faultNews(action, target, fault.how) });
    await act(actions, parts, visitor);
    acted = true;
    signal.throwIfAborted();
    const quiet =
      lab.plan.forecast === 'off'
        ? new QuietWatch(lab, recorder, performance.now(), { withUnheard: false })
        : undefined;
    const settled = await untilSettled(
      lab,
      parts.map(({ fault }) => fault),
      prober,
      { atMs, deadlineMs: params.deadlineMs, wanted: params.wanted, quiet, signal, gate },
    );
    // The quiet by which it is known that it has settled is none that anything took.
    const settleMs = Math.round((settled.held && quiet !== undefined ? quiet.heardAtMs : performance.now()) - atMs);
    const loaded = loadBetween(loadBefore, machineLoad());
    if (params.watchMs !== undefined) await delay(params.watchMs, undefined, { signal });
    const counted = await connections?.count();
    prober.stop();
    await stragglers(prober);
    load.take();
    const events = recorder.stop();
    signal.throwIfAborted();
    const { condition } = lab;
    const watched = watcherTimers(lab, parts, atMs);
    const unheard = silenceTimers(lab, parts);
    const changes = byQuestion(numbers, prober.streams).map(([number, streams]) => {
      const { client } = number.question;
      const hadChoice = (before: string, after: string | null): boolean =>
        couldReach(lab.plan, condition, client, before) &&
        (after === null || couldReach(lab.plan, conditionBefore, client, after));
      return overFlows(
        number,
        streams.map(({ question, sourcePort, probes }) => ({
          ...observedChange({
            question,
            probes,
            atMs,
            events,
            samples: load.samples,
            isLossy: condition.isLossy,
            hadChoice,
            timersMs: (before, after) => Math.max(watched(question, before), unheard(question, before, after)),
          }),
          sourcePort,
        })),
      );
    });
    return {
      ...headingOf(params.parts, first.fault),
      settled: settled.held,
      lacking: settled.last,
      settleMs,
      resolutionMs: Math.max(prober.intervalMs, ...changes.map((change) => change.maxSendGapMs)),
      changes,
      atMs: round(atMs),
      flows: prober.streams.map(({ question, sourcePort, probes }) => flowRecord(question, sourcePort, probes)),
      events,
      noise: {
        sendGapMs: sendGaps(prober.streams.map(({ probes }) => probes)),
        calibratedGapMs: calibrated.max,
        ...loaded,
      },
      connections: counted,
    };
  } catch (error) {
    if (!signal.aborted) throw error;
    if (acted) throw await undone(actions, parts);
    throw error === signal.reason ? nothingDone() : error;
  } finally {
    gate?.reach('over');
    instruments.close();
  }
}

/** The client that requested a step. */
interface StepFor {
  /** Whose faults go with them. */
  readonly visitor: object | undefined;
  /** Aborted if the client leaves or cancels. */
  readonly signal: AbortSignal;
  /** Where other agents play it, too. */
  readonly gate?: StepGate | undefined;
}

interface Part {
  readonly part: StepPart;
  readonly fault: ActiveFault;
}

/** The forecast; undefined if there is none. */
function forecastOf(lab: RunningLab): Forecast | undefined {
  return lab.plan.forecast === 'off' ? undefined : lab.forecast();
}

/** Waits until every client is answered as routing has it before the step; others are reported as they are. */
async function untilSteady(lab: RunningLab, prober: Prober, signal: AbortSignal): Promise<void> {
  const forecast = forecastOf(lab);
  await pollUntil(
    () => prober.streams.every((stream) => isSettled(stream, 0, lab.condition, forecast)),
    (settled) => settled,
    { everyMs: 2, deadlineMs: BASELINE_DEADLINE_MS, signal },
  );
}

/** All parts at the same moment. If one of them is refused, what the others broke is restored. */
async function act(actions: FaultActions, parts: readonly Part[], visitor: object | undefined): Promise<void> {
  const done = await Promise.allSettled(
    parts.map(({ part: { action, restarts }, fault }) =>
      action === 'fail' ? actions.break(fault, { visitor, restarts: restarts === true }) : actions.repair(fault),
    ),
  );
  const refused = done.find((each) => each.status === 'rejected');
  if (refused === undefined) return;
  for (const [index, { part, fault }] of parts.entries()) {
    if (part.action === 'fail' && done[index]?.status === 'fulfilled')
      await actions.repair(fault).catch(() => undefined);
  }
  throw refused.reason;
}

function faultOf(lab: RunningLab, { action, target, how, settings }: StepPart): ActiveFault {
  return action === 'restore'
    ? lab.faultToRestore(targetKeyOf(lab.plan, target), how, target)
    : resolveFault(lab.plan, target, how, settings);
}

function headingOf(parts: readonly StepPart[], { how }: ActiveFault): Pick<StepObserved, 'action' | 'target' | 'how'> {
  const [first, ...others] = parts;
  if (first !== undefined && others.length === 0) return { action: first.action, target: first.target, how };
  return { action: 'together', target: parts.map(({ action, target }) => `${action} ${target}`).join(', '), how };
}

/** Until answers and routes are as the forecast says; while a link flaps, for two periods. */
async function untilSettled(
  lab: RunningLab,
  faults: readonly ActiveFault[],
  prober: Prober,
  {
    atMs,
    deadlineMs,
    wanted,
    quiet,
    signal,
    gate,
  }: {
    readonly atMs: number;
    readonly deadlineMs: number;
    readonly wanted: StepParams['wanted'];
    readonly quiet: QuietWatch | undefined;
    readonly signal: AbortSignal;
    readonly gate: StepGate | undefined;
  },
): Promise<Polled<readonly Lacking[]>> {
  const { condition } = lab;
  const isOver = (lacking: readonly Lacking[]): boolean => gate?.isOver(lacking) ?? lacking.length === 0;
  const unsettled = (): readonly Lacking[] => unsettledAnswers(prober, atMs, condition, forecastOf(lab));
  if (condition.flapPeriodMs > 0) {
    const untilMs = atMs + FLAPS_WATCHED * condition.flapPeriodMs;
    return pollUntil((): readonly Lacking[] => (performance.now() < untilMs ? [{ kind: 'flapping' }] : []), isOver, {
      everyMs: 5,
      deadlineMs,
      signal,
    });
  }
  if (quiet !== undefined)
    return quiet.poll(
      async () => [...(await quiet.look()), ...unsettled(), ...missingAnswers(prober.streams, wanted, atMs, condition)],
      isOver,
      { deadlineMs, signal },
    );
  const watch = new ConvergenceWatch(
    lab,
    faults.map(({ effect }) => nodesAround(effect, lab.plan)).reduce((all, some) => new Set([...all, ...some])),
  );
  return pollUntil(async () => [...(await watch.look()), ...unsettled()], isOver, {
    everyMs: 5,
    deadlineMs,
    signal,
  }).finally(() => {
    watch.close();
  });
}

function unsettledAnswers(
  prober: Prober,
  sinceMs: number,
  condition: Condition,
  forecast: Forecast | undefined,
): readonly Lacking[] {
  return prober.streams
    .filter((stream) => !isSettled(stream, sinceMs, condition, forecast))
    .map(({ question: { client, address } }) => ({ kind: 'answers', client, address }));
}

/** Answers to the last probes may still be on their way. */
async function stragglers(prober: Prober): Promise<void> {
  await pollUntil(
    () => prober.streams.every(({ probes }) => probes.at(-1)?.instance !== null),
    (arrived) => arrived,
    { everyMs: 2, deadlineMs: STRAGGLER_DEADLINE_MS + Math.max(0, ...prober.streams.map(lastRoundTripMs)) },
  );
}

/** Of the last answered probe; 0 where none was. */
function lastRoundTripMs({ probes }: ProbeStream): number {
  return probes.findLast(({ instance }) => instance !== null)?.rttMs ?? 0;
}
