import { seenWithCauses } from '../../assert/verdict.js';
import type { TestReport } from '../../scenario/test-report.js';
import { printable, printableJson } from '../../support/printable.js';
import { unmetBy } from '../test-text.js';

/** TAP version 14: a test point for each expectation; what was seen instead is below it. */
export function tapText(reports: readonly TestReport[]): string {
  const points = reports.flatMap(({ topology, verdicts, error }) => [
    ...verdicts.map(({ text, verdict, seen, causes }) => ({
      name: `${topology}: ${text}`,
      ok: verdict === 'pass',
      why: verdict === 'inconclusive' ? `inconclusive: ${seen ?? ''}` : seenWithCauses({ seen, causes }),
    })),
    ...(error === undefined
      ? []
      : [{ name: `${topology}: ${unmetBy(error)}`, ok: false, why: `${error.code}: ${error.message}` }]),
  ]);
  const lines = points.flatMap(({ name, ok, why }, index) => [
    `${ok ? 'ok' : 'not ok'} ${String(index + 1)} - ${escaped(name)}`,
    ...(ok || why === undefined ? [] : ['  ---', `  saw: ${printableJson(JSON.stringify(why))}`, '  ...']),
  ]);
  return ['TAP version 14', `1..${String(points.length)}`, ...lines, ''].join('\n');
}

function escaped(text: string): string {
  return printable(text.replaceAll('\n', ' ')).replaceAll(/[\\#]/g, (character) => `\\${character}`);
}
