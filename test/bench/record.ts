import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/support/package-root.js';
import {
  figuresFile,
  figuresTable,
  releaseFigures,
  retryingTests,
  type ReleaseFigures,
} from '../support/release-figures.js';

/** Keeps what was measured in docs/figures.json, and in the table of the README. */
export function recordFigures(measured: Partial<ReleaseFigures>): void {
  const known = existsSync(figuresFile()) ? releaseFigures() : {};
  const figures = { ...known, ...measured, retries: retryingTests().length } as ReleaseFigures;
  writeFileSync(figuresFile(), `${JSON.stringify(figures, undefined, 2)}\n`);
  const readme = join(packageRoot(), 'README.md');
  const text = readFileSync(readme, 'utf8');
  writeFileSync(readme, text.replace(/^\| figure \| measured \|\n(?:\|.*\n)+/m, `${figuresTable(figures)}\n`));
}
