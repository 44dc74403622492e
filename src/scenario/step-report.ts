import type { Seen } from '../assert/judge-seen.js';
import type { Verdict } from '../assert/verdict.js';
import type { WithPending } from '../lab/lab.js';
import type { ObservedChange, StepObserved } from '../protocol/observations.js';
import type { FlowRecord, Noise, TimelineEvent } from '../protocol/timeline.js';

/** A step, what it came to, and how that was judged. */
export interface TestedStep {
  /** For people: `fail server-a`, `drain server-b`, `expect`. */
  readonly title: string;
  readonly report: StepReport;
  readonly verdicts: readonly Verdict[];
  /** The capture that was kept of it. */
  readonly capture?: string | undefined;
}

/** What a step came to: something was changed while everybody kept asking, or the lab was only looked at. */
export type StepReport = ChangeReport | LookReport;

/** What a fault or a repair did, as the clients saw it. */
export interface ChangeReport {
  readonly kind: 'change';
  readonly action: StepObserved['action'];
  readonly target: string;
  readonly how: StepObserved['how'];
  readonly changes: readonly ObservedChange[];
  readonly settled: boolean;
  readonly settleMs: number;
  readonly resolutionMs: number;
  /** What was still missing where it did not settle. */
  readonly pending: readonly string[];
  /** On the agent's clock, as everything that carries a time here. */
  readonly atMs: number;
  readonly flows: readonly FlowRecord[];
  readonly events: readonly TimelineEvent[];
  readonly noise: Noise;
  /** TCP connections that were held open through it, where that was asked for, and those of them that broke. */
  readonly connections?: StepObserved['connections'];
}

/** What was seen by a step that changes nothing. */
export interface LookReport {
  readonly kind: 'look';
  readonly action: 'expect' | 'wait-for' | 'probe';
  /** Whom it asked about, for people: `client1`, `http from client1`. */
  readonly target: string;
  readonly atMs: number;
  /** How long after `atMs` all that was expected held; null where it never did. */
  readonly heldMs: number | null;
  /** The last round. */
  readonly seen: readonly Seen[];
}

export function toStepReport(observed: WithPending<StepObserved>): ChangeReport {
  const {
    action,
    target,
    how,
    changes,
    settled,
    settleMs,
    resolutionMs,
    pending,
    atMs,
    flows,
    events,
    noise,
    connections,
  } = observed;
  const report: ChangeReport = {
    kind: 'change',
    action,
    target,
    how,
    changes,
    settled,
    settleMs,
    resolutionMs,
    pending,
    atMs,
    flows,
    events,
    noise,
  };
  return connections === undefined ? report : { ...report, connections };
}
