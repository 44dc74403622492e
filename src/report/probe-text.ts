import type { ProbeSeries } from '../protocol/messages.js';
import { instanceText } from './answers-text.js';
import { columns, milliseconds } from './format.js';

export function probeText(series: readonly ProbeSeries[]): string {
  const flows = columns(
    ['CLIENT', 'ADDRESS', 'PORT', 'SENT', 'LOST', 'RTT', 'WORST SEND GAP'],
    series.map((each) => [
      each.client,
      each.address,
      String(each.sourcePort),
      String(each.sent),
      String(each.lost),
      each.rttMs === null ? '-' : milliseconds(each.rttMs.median),
      milliseconds(each.maxSendGapMs),
    ]),
  );
  const timeline = series.flatMap(({ client, address, runs }) => [
    `${client} ${address}`,
    ...runs.map(
      ({ instance, fromMs, toMs, probes }) =>
        `  ${milliseconds(fromMs)} - ${milliseconds(toMs)}  ${instanceText(instance)}  ${String(probes)} probes`,
    ),
  ]);
  return `${flows}\n\n${timeline.join('\n')}`;
}
