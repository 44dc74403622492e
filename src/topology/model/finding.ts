import { printable, printableLines } from '../../support/printable.js';
import type { Problem, ProblemCode } from './problem.js';

/** A problem before its place is turned into a line and a column. */
export interface Finding {
  /** Where in the text, in UTF-16 code units from 0. */
  readonly offset: number;
  readonly code: ProblemCode;
  readonly message: string;
  /** What would be right. A function where working it out is slow: it is called only for problems that are shown. */
  readonly hint: string | (() => string);
}

/** More problems than these do not help: the first ones have to be fixed first. */
const mostProblems = 100;

/** A piece of a file as it can be shown in a message: in quotes, in one line, and short. */
export function quote(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 59)}…` : text;
  return printable(JSON.stringify(short));
}

/**
 * All problems of a text in the order of their places, each once, with line and column. Where there are more than a
 * hundred, the last one says how many were left out.
 */
export function settle(findings: readonly Finding[], text: string, file: string): readonly Problem[] {
  const sorted = unique([...findings].sort((a, b) => a.offset - b.offset));
  const lineStarts = findLineStarts(text);
  const place = (finding: Finding) => ({ file, ...lineAndColumn(text, lineStarts, finding.offset) });
  const problems: Problem[] = sorted.slice(0, mostProblems).map((finding) => ({
    ...place(finding),
    code: finding.code,
    message: printableLines(finding.message),
    hint: printableLines(typeof finding.hint === 'string' ? finding.hint : finding.hint()),
  }));
  const next = sorted[mostProblems];
  if (next !== undefined) {
    const more = sorted.length - mostProblems;
    problems.push({
      ...place(next),
      code: 'MORE_PROBLEMS',
      message: `and ${more} more ${more === 1 ? 'problem' : 'problems'} from here on`,
      hint: 'correct the first ones and validate again: many have the same cause',
    });
  }
  return problems;
}

function unique(sorted: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return sorted.filter(({ offset, code, message }) => {
    const key = `${offset} ${code} ${message}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** The line of an offset, from 1. */
export function lineAt(text: string, offset: number): number {
  return lineAndColumn(text, findLineStarts(text), offset).line;
}

function findLineStarts(text: string): readonly number[] {
  return [0, ...Array.from(text.matchAll(/\r\n|\r|\n/g), (match) => match.index + match[0].length)];
}

/** Line and column, from 1; a column counts characters, so that an emoji is one. */
function lineAndColumn(text: string, lineStarts: readonly number[], offset: number): { line: number; column: number } {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  let column = 1;
  for (let i = lineStarts[low] ?? 0; i < offset; i++) {
    const isLowSurrogate = (text.charCodeAt(i) & 0xfc00) === 0xdc00;
    if (!isLowSurrogate) column++;
  }
  return { line: low + 1, column };
}
