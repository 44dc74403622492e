import { rssac047, type Rssac047Over, type Rssac047Row } from '../assert/rssac047.js';
import type { Publication } from '../protocol/publication.js';
import { columns, milliseconds } from './format.js';

/** A publication by the measures of RSSAC047, a line for each service. */
export function rssac047Text(publication: Publication, width = Infinity): string {
  const rows = rssac047(publication);
  // Of a service that has it nowhere, its row says so.
  const behind = publication.instances.filter(
    ({ service, afterMs }) => afterMs === null && rows.some((row) => row.service === service && row.published > 0),
  );
  return [
    `serial ${String(publication.serial)} of ${publication.zone}`,
    columns(
      ['SERVICE', 'AVAILABLE', 'LATENCY UDP', 'LATENCY TCP', 'CORRECT', 'PUBLICATION', 'INSTANCES'],
      rows.map((row) => [
        row.service,
        percentText(Math.min(...row.overs.map(({ availabilityPercent }) => availabilityPercent))),
        latencyText(row, 'udp'),
        latencyText(row, 'tcp'),
        row.correctnessPercent === null ? '-' : percentText(row.correctnessPercent),
        row.publicationLatencyMs === null ? '-' : milliseconds(row.publicationLatencyMs),
        `${String(row.published)} of ${String(row.instances)}`,
      ]),
      width,
    ),
    ...(behind.length === 0
      ? []
      : [`without it: ${behind.map(({ service, instance }) => `${service}@${instance}`).join(', ')}`]),
  ].join('\n');
}

function percentText(percent: number): string {
  return `${String(percent)}%`;
}

/** The worse of both families. */
function latencyText({ overs }: Rssac047Row, wanted: Rssac047Over['transport']): string {
  const times = overs.flatMap(({ transport, latencyMs }) =>
    transport === wanted && latencyMs !== null ? [latencyMs] : [],
  );
  return times.length === 0 ? '-' : milliseconds(Math.max(...times));
}
