import type { ProbeSeries } from '../protocol/observations.js';
import { instanceText } from './answers-text.js';
import { columns, milliseconds } from './format.js';

/** More changes than this are noise to a reader. */
const RUNS_SHOWN = 20;

export function probeText(series: readonly ProbeSeries[], width = Infinity): string {
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
    width,
  );
  const timeline = series.flatMap(({ client, address, runs }) => [
    `${client} ${address}`,
    ...runs
      .slice(0, RUNS_SHOWN)
      .map(
        ({ instance, fromMs, toMs, probes }) =>
          `  ${milliseconds(fromMs)} - ${milliseconds(toMs)}  ${instanceText(instance)}  ${String(probes)} probes`,
      ),
    ...(runs.length > RUNS_SHOWN
      ? [`  and ${String(runs.length - RUNS_SHOWN)} more changes: --json lists them all`]
      : []),
  ]);
  return `${flows}\n\n${timeline.join('\n')}`;
}
