import type { Question } from '../plan/model.js';
import type { Fate, FlowRecord, FlowRun } from '../protocol/timeline.js';
import { round } from '../support/round.js';

/** A probe with all that is known of it. Times are milliseconds of the agent's clock. */
export interface ProbeSeen {
  readonly sentAtMs: number;
  readonly instance: string | null;
  /** NaN where no answer came. */
  readonly rttMs: number;
  readonly fate: Fate;
  readonly duplicates: number;
}

/** A flow's probes, run-length encoded, and each with its time. */
export function flowRecord(
  { client, service, address }: Question,
  sourcePort: number,
  probes: readonly ProbeSeen[],
): FlowRecord {
  return {
    client,
    service,
    address,
    sourcePort,
    runs: runsOf(probes),
    sentAtMs: probes.map(({ sentAtMs }) => round(sentAtMs)),
    rttMs: probes.map(({ instance, rttMs }) => (instance === null ? null : round(rttMs))),
  };
}

function runsOf(probes: readonly ProbeSeen[]): readonly FlowRun[] {
  const runs: { fate: Fate; instance: string | null; fromMs: number; toMs: number; probes: number }[] = [];
  for (const { sentAtMs, instance, fate } of probes) {
    const last = runs.at(-1);
    if (last?.instance === instance && last.fate === fate) {
      last.toMs = round(sentAtMs);
      last.probes += 1;
    } else runs.push({ fate, instance, fromMs: round(sentAtMs), toMs: round(sentAtMs), probes: 1 });
  }
  return runs;
}
