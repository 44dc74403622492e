import type { Seen } from '../assert/judge-seen.js';
import type { Verdict } from '../assert/verdict.js';
import type { WithPending } from '../lab/lab.js';
import type { Publication } from '../protocol/publication.js';
import type { StepObserved } from '../protocol/observations.js';

/** A step, its result, and its verdicts. */
export interface TestedStep {
  /** For people: `fail server-a`, `drain server-b`, `expect`. */
  readonly title: string;
  readonly report: StepReport;
  readonly verdicts: readonly Verdict[];
  /** The capture that was kept of it. */
  readonly capture?: string | undefined;
}

/** The result of a step: a change, while all clients kept probing, or only a look at the lab. */
export type StepReport = ChangeReport | LookReport;

/** What a fault or a repair did, as the clients saw it. */
export interface ChangeReport extends Omit<StepObserved, 'lacking'> {
  readonly kind: 'change';
  /** What was still missing where it did not settle. */
  readonly pending: readonly string[];
}

/** What was seen by a step that changes nothing. */
export interface LookReport {
  readonly kind: 'look';
  readonly action: 'expect' | 'wait-for' | 'probe' | 'publish';
  /** What it looked at or sent, for people: `client1`, `http from client1`. */
  readonly target: string;
  readonly atMs: number;
  /** How long after `atMs` all that was expected held; null where it never did. */
  readonly heldMs: number | null;
  /** The last round. */
  readonly seen: readonly Seen[];
  /** Of a publication alone. */
  readonly publication?: Publication | undefined;
}

export function toStepReport({ lacking: _, ...observed }: WithPending<StepObserved>): ChangeReport {
  return { kind: 'change', ...observed };
}
