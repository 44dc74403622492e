import type { Fate, FlowRecord, FlowRun } from '../../src/protocol/timeline.js';

/**
 * From when on a flow's probes have a fate, until the next span begins; `who` is an instance, or why nobody answered.
 */
export interface FlowSpan {
  readonly fromMs: number;
  readonly who: string;
}

export interface FlowOptions {
  readonly client: string;
  readonly address: string;
  readonly sourcePort: number;
  readonly spans: readonly FlowSpan[];
  readonly untilMs: number;
  /** Between two probes; 2 where it is left out. */
  readonly everyMs?: number | undefined;
}

const LOST: ReadonlySet<string> = new Set(['silent', 'loop', 'refused', 'unreachable']);

/** What a prober would have recorded: a probe every `everyMs`, a little late now and then. */
export function aFlowRecord({ client, address, sourcePort, spans, untilMs, everyMs = 2 }: FlowOptions): FlowRecord {
  const runs: FlowRun[] = [];
  const sentAtMs: number[] = [];
  const rttMs: (number | null)[] = [];
  const startMs = spans[0]?.fromMs ?? 0;
  for (let nth = 0; startMs + nth * everyMs < untilMs; nth += 1) {
    const atMs = Math.round((startMs + nth * everyMs + ((nth * 37) % 11) / 20) * 1000) / 1000;
    const { who } = spans.findLast(({ fromMs }) => fromMs <= atMs) ?? { who: 'silent' };
    const fate = LOST.has(who) ? (who as Fate) : 'answered';
    const instance = fate === 'answered' ? who : null;
    sentAtMs.push(atMs);
    rttMs.push(
      instance === null ? null : 0.2 + (instance.charCodeAt(instance.length - 1) % 7) / 10 + ((nth * 13) % 17) / 100,
    );
    const last = runs.at(-1);
    if (last?.fate === fate && last.instance === instance)
      runs[runs.length - 1] = { ...last, toMs: atMs, probes: last.probes + 1 };
    else runs.push({ fate, instance, fromMs: atMs, toMs: atMs, probes: 1 });
  }
  return { client, service: 'dns', address, sourcePort, runs, sentAtMs, rttMs };
}
