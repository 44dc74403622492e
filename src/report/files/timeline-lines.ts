import type { FlowRecord } from '../../protocol/timeline.js';
import { printableJson } from '../../support/printable.js';
import type { TestReport } from '../../scenario/test-report.js';

/**
 * The whole timeline of tests, one JSON object a line, in the order of time: every probe (its fate, who answered, the
 * round trip), and all that nodes said and steps did. `atMs` is the clock of the lab's agent.
 */
export function timelineLines(reports: readonly TestReport[]): string {
  const lines = reports.flatMap(({ topology, steps }) => {
    const all = steps.flatMap(({ title, report }, index) => {
      const about = { topology, step: index + 1, title };
      if (report.kind === 'look')
        return report.seen.map((seen) => ({ atMs: report.atMs, ...about, kind: 'seen', ...seen }));
      return [
        ...report.events.map((event) => ({ ...about, ...event })),
        ...report.flows.flatMap((flow) => probesOf(flow).map((probe) => ({ ...about, ...probe }))),
      ];
    });
    return all.sort((a, b) => a.atMs - b.atMs);
  });
  return lines.map((line) => `${printableJson(JSON.stringify(line))}\n`).join('');
}

function probesOf({
  client,
  service,
  address,
  sourcePort,
  runs,
  sentAtMs,
  rttMs,
}: FlowRecord): readonly { readonly atMs: number }[] {
  const outcomes = runs.flatMap(({ probes, fate, instance }) =>
    Array.from({ length: probes }, () => ({ fate, instance })),
  );
  return sentAtMs.map((atMs, index) => ({
    atMs,
    kind: 'probe',
    client,
    service,
    address,
    sourcePort,
    ...outcomes[index],
    rttMs: rttMs[index] ?? null,
  }));
}
