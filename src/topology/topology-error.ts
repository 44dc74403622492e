import { LabError } from '../errors.js';
import { listWords } from '../support/suggest.js';
import type { Problem } from './model/problem.js';

/** One problem as a compiler would print it: place and message, and under it what would be right. */
export function formatProblem({ file, line, column, message, hint }: Problem): string {
  return `${file}:${line}:${column}: ${message}\n  ${hint}`;
}

/**
 * Notes on what of a file has no meaning here, a line each: what is alike in several places is said once, with all
 * lines.
 */
export function formatNotes(notes: readonly Problem[]): readonly string[] {
  const alike = new Map<string, Problem[]>();
  for (const note of notes) {
    const key = `${note.message}\n${note.hint}`;
    alike.set(key, [...(alike.get(key) ?? []), note]);
  }
  return [...alike.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const lines = [...new Set(others.map(({ line }) => line))].filter((line) => line !== first.line);
    const also = lines.length === 0 ? '' : ` (also in line ${listWords(lines.map(String))})`;
    return [`${first.file}:${String(first.line)}: ${first.message}${also}: ${first.hint}`];
  });
}

/** The error for a file with problems: its message lists them all, and `problemsOf` gives them back as data. */
export function topologyError(problems: readonly Problem[]): LabError {
  return new LabError('TOPOLOGY_INVALID', problems.map(formatProblem).join('\n'), { cause: { problems } });
}

/** The problems inside an error made by `topologyError`; `undefined` for every other error. */
export function problemsOf(error: unknown): readonly Problem[] | undefined {
  if (!(error instanceof LabError) || error.code !== 'TOPOLOGY_INVALID') return undefined;
  return hasProblems(error.cause) ? error.cause.problems : undefined;
}

function hasProblems(cause: unknown): cause is { readonly problems: readonly Problem[] } {
  return typeof cause === 'object' && cause !== null && 'problems' in cause && Array.isArray(cause.problems);
}
