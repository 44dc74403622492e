import type { Compared } from '../assert/baseline.js';
import { plural } from './format.js';

/** With how much a test was compared, and what could not be. */
export function baselineText({ entries, leftOut, tooFew }: Compared, file: string): string {
  const others = leftOut === 0 ? '' : `; ${String(leftOut)} of another machine, runtime or version left out`;
  return [
    `${file}: ${entries === 0 ? 'nothing to compare with yet' : `compared with ${plural(entries, 'earlier test')}`}${others}`,
    ...tooFew.map(
      ({ step, earlier, needed }) =>
        `  step ${step}: too few runs to tell, ${String(earlier)} earlier of ${String(needed)} that are needed; fewer with a greater --runs`,
    ),
  ].join('\n');
}
