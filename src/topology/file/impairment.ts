import { parseDuration } from '../../support/duration.js';
import { impairmentWords, type ImpairmentWord } from '../model/fault-settings.js';
import type { Impairment } from '../model/fault.js';

/** An impairment as files and flags write it. */
export type WrittenImpairment = { readonly [W in ImpairmentWord]?: string | undefined };

/** More than this would never come, in a lab. */
const LONGEST_DELAY_MS = 10_000;

/** What is wrong with one key of an impairment, and what would be right. */
export interface ImpairmentProblem {
  readonly key: ImpairmentWord;
  readonly message: string;
  readonly hint: string;
}

/**
 * Reads an impairment; undefined where nothing is impaired. What cannot be read is left out: `impairmentProblems` names
 * it.
 */
export function readImpairment(written: WrittenImpairment): Impairment | undefined {
  if (impairmentWords.every((key) => written[key] === undefined)) return undefined;
  const duration = (text: string | undefined): number | undefined =>
    text === undefined ? undefined : parseDuration(text);
  return {
    delayMs: duration(written.delay),
    jitterMs: duration(written.jitter),
    loss: parseShare(written.loss),
    duplicate: parseShare(written.duplicate),
    reorder: parseShare(written.reorder),
    corrupt: parseShare(written.corrupt),
    rateBps: parseRate(written.rate),
  };
}

export function impairmentProblems(written: WrittenImpairment): readonly ImpairmentProblem[] {
  const problems: ImpairmentProblem[] = [];
  for (const key of ['delay', 'jitter'] as const) {
    const text = written[key];
    const ms = text === undefined ? 0 : parseDuration(text);
    if (ms === undefined || ms > LONGEST_DELAY_MS) {
      problems.push({
        key,
        message: `${key} ${JSON.stringify(text)} is not a valid time`,
        hint:
          parseDuration(`${text ?? ''}ms`) === undefined
            ? 'write it as in 10ms or 1.5ms, up to 10s'
            : `write it with its unit: ${text ?? ''}ms`,
      });
    }
  }
  for (const key of ['loss', 'duplicate', 'reorder', 'corrupt'] as const) {
    const text = written[key];
    if (text !== undefined && parseShare(text) === undefined) {
      problems.push({
        key,
        message: `${key} ${JSON.stringify(text)} is not a share of packets`,
        hint:
          parseShare(`${text}%`) === undefined
            ? 'write it in percent, from 0% to 100%, as in 1% or 0.1%'
            : `write it with its unit: ${text}%`,
      });
    }
  }
  if (written.rate !== undefined && parseRate(written.rate) === undefined) {
    problems.push({
      key: 'rate',
      message: `rate ${JSON.stringify(written.rate)} is not a rate`,
      hint:
        parseRate(`${written.rate}mbit`) === undefined
          ? 'write it as in 500kbit, 10mbit or 1gbit, from 8kbit on'
          : `write it with its unit: ${written.rate}kbit, ${written.rate}mbit or ${written.rate}gbit`,
    });
  }
  const [delayMs, jitterMs] = [written.delay, written.jitter].map((text) =>
    text === undefined ? 0 : (parseDuration(text) ?? 0),
  );
  if (problems.length === 0 && (jitterMs ?? 0) > (delayMs ?? 0)) {
    problems.push({
      key: 'jitter',
      message: 'the jitter is larger than the delay that it varies',
      hint: 'a packet cannot arrive before it was sent: write a delay of at least the jitter',
    });
  }
  if (problems.length === 0 && written.reorder !== undefined && delayMs === 0) {
    problems.push({
      key: 'reorder',
      message: 'reordering needs a delay',
      hint: 'add a delay: the chosen packets overtake the delayed ones',
    });
  }
  return problems;
}

/** `1%` -> 0.01. */
function parseShare(text: string | undefined): number | undefined {
  const percent = /^(\d{1,3}(?:\.\d{1,4})?)%$/.exec(text ?? '')?.[1];
  return percent === undefined || Number(percent) > 100 ? undefined : Number(percent) / 100;
}

const RATE_UNITS = { bit: 1, kbit: 1e3, mbit: 1e6, gbit: 1e9 } as const;

/** `10mbit` -> 10000000. */
export function parseRate(text: string | undefined): number | undefined {
  const [, amount, unit] = /^(\d{1,9}(?:\.\d{1,3})?)(bit|kbit|mbit|gbit)$/.exec(text ?? '') ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  const rate = Number(amount) * RATE_UNITS[unit as keyof typeof RATE_UNITS];
  return rate < 8000 ? undefined : rate;
}
