import colors from 'picocolors';
import type { TestedStep } from '../scenario/step-report.js';
import type { Step } from '../topology/model/step.js';
import { answersText } from './answers-text.js';
import { milliseconds } from './format.js';
import { fitted } from '../support/printable.js';
import { rssac047Text } from './rssac047-text.js';
import { stepHeading, stepText } from './step-text.js';

/** What a step is about to do. */
export function headingOf(step: Step): string {
  if (step.kind === 'change') return step.parts.map(stepHeading).join('\n');
  return `${colors.cyan('?')} ${colors.bold(step.title)}`;
}

/** The result of a step, in a terminal of `width`. */
export function testedText({ report }: TestedStep, width = Infinity): string {
  if (report.kind === 'change') return fitted(stepText(report), width);
  const { heldMs, seen, publication } = report;
  if (publication !== undefined) return rssac047Text(publication).replaceAll(/^/gm, '  ');
  const held =
    heldMs === null
      ? `  ${colors.yellow('it did not hold')}`
      : `  it held ${heldMs < 1 ? 'at once' : `after ${milliseconds(heldMs)}`}`;
  if (heldMs !== null || seen.length === 0 || seen.length > MOST_ROWS) return held;
  const rows = seen.map(({ client, service, address, instance, cost = null, path = [], rttMs, flows }) => ({
    client,
    service: service ?? '',
    address,
    instance,
    cost,
    path,
    rttMs,
    flows,
  }));
  return `${held}; last observation:\n${answersText(rows, width - 2).replaceAll(/^/gm, '  ')}`;
}

const MOST_ROWS = 20;
