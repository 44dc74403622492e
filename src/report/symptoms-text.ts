import colors from 'picocolors';
import type { Symptom } from './words/symptom.js';
import { plural } from './format.js';

/** What is wrong, and how to repair it; of what is healthy, only the number. */
export function symptomsText(symptoms: readonly Symptom[]): string {
  const wrong = symptoms.filter(({ healthy }) => !healthy);
  const well = symptoms.length - wrong.length;
  const lines = wrong.flatMap(({ node, text, hint }) => [
    `${colors.red('✗')} ${node}: ${text}`,
    ...(hint === undefined ? [] : [`    ${hint}`]),
  ]);
  const summary =
    wrong.length === 0
      ? `${colors.green('ok')}: all ${plural(well, 'check')} passed`
      : `${String(wrong.length)} of ${plural(symptoms.length, 'check')} failed`;
  return [...lines, summary].join('\n');
}
