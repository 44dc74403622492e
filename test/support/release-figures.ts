import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/support/package-root.js';

/** The figures of a release, as the benchmark measured them last. */
export interface ReleaseFigures {
  /** The pitfalls of docs/pitfalls.md that end red and are named, and how long that took. */
  readonly pitfalls: { readonly caught: number; readonly of: number; readonly minutes: number };
  /** Verdicts of `lab test` while the machine was busy. */
  readonly underLoad: { readonly verdicts: number; readonly wrong: number; readonly inconclusive: number };
  /** Test files that try again what has failed. */
  readonly retries: number;
  /** Lines of the FRRouting configurations, and those on which a verdict depends. */
  readonly coverage: { readonly lines: number; readonly exercised: number; readonly topologies: number };
}

export function figuresFile(): string {
  return join(packageRoot(), 'docs', 'figures.json');
}

export function releaseFigures(): ReleaseFigures {
  return JSON.parse(readFileSync(figuresFile(), 'utf8')) as ReleaseFigures;
}

/** The table of the README. */
export function figuresTable({ pitfalls, underLoad, retries, coverage }: ReleaseFigures): string {
  const percent = (part: number, whole: number): string => `${String(Math.round((1000 * part) / whole) / 10)}%`;
  return [
    '| figure | measured |',
    '|---|---|',
    `| [pitfalls](docs/pitfalls.md) that make a test fail, with their cause named | ${String(pitfalls.caught)} of ${String(pitfalls.of)} |`,
    `| wrong verdicts while the machine is busy | ${String(underLoad.wrong)} of ${String(underLoad.verdicts)} |`,
    `| inconclusive verdicts while the machine is busy | ${percent(underLoad.inconclusive, underLoad.verdicts)} |`,
    `| retries that tests hide | ${String(retries)} |`,
    `| lines of the FRRouting configurations on which [a verdict depends](docs/evidence.md#configuration-coverage) | ${percent(coverage.exercised, coverage.lines)} of ${String(coverage.lines)} |`,
  ].join('\n');
}

/** Test files that import something that tries again; the tests of that itself are none. */
export function retryingTests(): readonly string[] {
  const folder = join(packageRoot(), 'test');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && path !== join('unit', 'support', 'retry.test.ts'))
    .filter((path) => /from '(?:p-retry|[./\w-]*\/retry\.js)'/.test(readFileSync(join(folder, path), 'utf8')));
}
