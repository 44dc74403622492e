import { LabError } from '../errors.js';
import type { Problem } from './model/problem.js';

/** One problem as a compiler would print it: place and message, and under it what would be right. */
export function formatProblem({ file, line, column, message, hint }: Problem): string {
  return `${file}:${line}:${column}: ${message}\n  ${hint}`;
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
