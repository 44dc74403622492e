import colors from 'picocolors';
import type { Answer } from '../assert/answers.js';
import type { AnswerCount } from '../protocol/observations.js';
import { columns, hasSeveralServices, milliseconds } from './format.js';

/** The catchment map as a table, of which paths take several lines where it would be wider than `width`. */
export function answersText(answers: readonly Answer[], width = Infinity): string {
  if (answers.length === 0) return colors.dim('no client asks for a service in this lab');
  const hasServices = hasSeveralServices(answers);
  const hasFlows = answers.some(({ flows }) => flows !== undefined);
  const head = [
    'CLIENT',
    ...(hasServices ? ['SERVICE'] : []),
    'ADDRESS',
    'ANSWERED BY',
    ...(hasFlows ? ['FLOWS'] : []),
    'COST',
    'PATH',
    'RTT',
  ];
  // Over equal-cost paths a row for each path; only the round trip of the first is known.
  const ways = answers.flatMap(
    (answer) =>
      answer.flows?.paths.map(({ flows, ...path }, nth) => ({
        ...answer,
        ...path,
        rttMs: nth === 0 ? answer.rttMs : null,
        share: `${String(flows)} of ${String(answer.flows?.asked ?? flows)}`,
      })) ?? [{ ...answer, share: '1 of 1' }],
  );
  const rows = ways.map((answer) => [
    answer.client,
    ...(hasServices ? [answer.service] : []),
    answer.address,
    instanceText(answer.instance),
    ...(hasFlows ? [answer.share] : []),
    answer.cost === null ? '-' : String(answer.cost),
    pathText(answer.path),
    answer.rttMs === null ? '-' : milliseconds(answer.rttMs),
  ]);
  return columns(head, rows, width);
}

/** `server-a`; with several flows that were not all answered alike, `server-a for 11 and server-b for 10 flows`. */
export function answerCountsText(counts: readonly AnswerCount[]): string {
  if (counts.length <= 1) return instanceText(counts[0]?.instance ?? null);
  return `${counts.map(({ instance, flows }) => `${instanceText(instance)} for ${String(flows)}`).join(' and ')} flows`;
}

export function instanceText(instance: string | null): string {
  return instance === null ? colors.red('nobody') : colors.green(instance);
}

export function pathText(path: readonly (string | null)[]): string {
  return path.length === 0 ? '-' : path.map((hop) => hop ?? '*').join(' > ');
}
