import colors from 'picocolors';
import { isNoticed, type NearAnswer, type Nearest } from '../assert/nearest.js';
import { answersText, instanceText } from './answers-text.js';
import { columns, hasSeveralServices, milliseconds } from './format.js';
import { fitted } from '../support/printable.js';

/** The catchment map with the nearest instance of each row, and how many of them answer. */
export function nearestText(answers: readonly NearAnswer[], width = Infinity): string {
  if (answers.length === 0) return answersText(answers);
  const hasServices = hasSeveralServices(answers);
  const head = ['CLIENT', ...(hasServices ? ['SERVICE'] : []), 'ADDRESS', 'ANSWERED BY', 'NEAREST', 'RTT', 'INFLATION'];
  const rows = answers.map(({ client, service, address, instance, nearest }) => [
    client,
    ...(hasServices ? [service] : []),
    address,
    instanceText(instance),
    ...(nearest === null
      ? ['-', '-', '-']
      : [
          nearest.instance,
          milliseconds(nearest.rttMs),
          isLonger(nearest) ? colors.yellow(milliseconds(nearest.inflationMs)) : '-',
        ]),
  ]);
  return `${columns(head, rows, width)}\n${fitted(summary(answers), width)}`;
}

function summary(answers: readonly NearAnswer[]): string {
  const longer = answers
    .flatMap(({ nearest }) => (nearest !== null && isLonger(nearest) ? [nearest.inflationMs] : []))
    .sort((a, b) => a - b);
  const most = longer.at(-1);
  if (most === undefined) return colors.dim('no round trip is longer than that to the nearest instance');
  const median = longer[longer.length >> 1] ?? most;
  return colors.dim(
    `${String(longer.length)} of ${String(answers.length)} round trips are longer than those to the nearest instance: by ${milliseconds(median)} in the median, by ${milliseconds(most)} at most`,
  );
}

function isLonger({ rttMs, inflationMs }: Nearest): boolean {
  return isNoticed(inflationMs, rttMs);
}
