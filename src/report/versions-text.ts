import colors from 'picocolors';
import type { VersionDifferences } from '../scenario/compare-versions.js';
import { columns, milliseconds } from './format.js';

/** What another version of FRRouting changes: verdicts, who answers, outages. */
export function versionsText(
  { topology, from, to, verdicts, moved, outages }: VersionDifferences,
  width = Infinity,
): string {
  const length = (ms: number | null): string => (ms === null ? 'has not ended' : milliseconds(ms));
  const rows = [
    ...verdicts.map((each) => ['verdict', each.text, each.from ?? 'not judged', each.to ?? 'not judged']),
    ...moved.map(({ step, client, address, from: was, to: is }) => [
      'answer',
      `${client} at ${address}${step === null ? '' : `, after ${step}`}`,
      was ?? 'nobody',
      is ?? 'nobody',
    ]),
    ...outages.map(({ step, client, address, fromMs, toMs }) => [
      'outage',
      `${client} at ${address}, ${step}`,
      length(fromMs),
      length(toMs),
    ]),
  ];
  const heading = colors.bold(`${topology}: FRRouting ${from} and ${to}`);
  return rows.length === 0
    ? `${heading}\nno verdict, no answer and no outage differs`
    : `${heading}\n${columns(['DIFFERS', 'WHAT', from, to], rows, width)}`;
}
