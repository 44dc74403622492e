import type { Question } from '../../plan/model.js';
import type { Fate } from '../../protocol/timeline.js';
import type { RunningLab } from '../lab/running-lab.js';
import type { NetNamespace } from '../system/kernel.js';

/** One probe of a stream: when it left, and who answered after how long. Times are the agent's one monotonic clock. */
export interface Probe {
  readonly sentAtMs: number;
  instance: string | null;
  rttMs: number;
  fate: Fate;
  /** Answers to it beyond the first. */
  duplicates: number;
}

/** What of a lab is needed to probe: where its clients are, and how an instance is identified. */
export type Asked = Pick<RunningLab, 'namespaceOf' | 'identityOf' | 'node'>;

/** A flow of probes: one client, one address, one source port. */
export interface ProbeStream {
  readonly question: Question;
  readonly namespace: NetNamespace;
  readonly probes: readonly Probe[];
  readonly sourcePort: number;
  /** How far apart its probes are. */
  readonly intervalMs: number;
  /** What to wait for answers at, where they are taken by `receive`. */
  readonly descriptor: number | undefined;
  onMove: () => void;
  /** Sends the next probe, or returns the last one where its pace allows no other yet. */
  send(): Probe;
  /** Takes the answers that have arrived. */
  receive(): void;
  /** An answer or an error to the latest probe with this DNS id. */
  note(id: number, fate: Fate): void;
  close(): void;
}
