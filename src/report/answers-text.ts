import colors from 'picocolors';
import type { Answer } from '../assert/answers.js';
import { columns, milliseconds } from './format.js';

/** The catchment map as a table. */
export function answersText(answers: readonly Answer[]): string {
  if (answers.length === 0) return colors.dim('no client asks for a service in this lab');
  const hasServices = new Set(answers.map((answer) => answer.service)).size > 1;
  const head = ['CLIENT', ...(hasServices ? ['SERVICE'] : []), 'ADDRESS', 'ANSWERED BY', 'COST', 'PATH', 'RTT'];
  const rows = answers.map((answer) => [
    answer.client,
    ...(hasServices ? [answer.service] : []),
    answer.address,
    instanceText(answer.instance),
    answer.cost === null ? '-' : String(answer.cost),
    pathText(answer.path),
    answer.rttMs === null ? '-' : milliseconds(answer.rttMs),
  ]);
  return columns(head, rows);
}

export function instanceText(instance: string | null): string {
  return instance === null ? colors.red('nobody') : colors.green(instance);
}

export function pathText(path: readonly (string | null)[]): string {
  return path.length === 0 ? '-' : path.map((hop) => hop ?? '*').join(' > ');
}
