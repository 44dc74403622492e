import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { LabError } from '../../errors.js';
import { packageRoot } from '../../support/package-root.js';
import { didYouMean } from '../../support/suggest.js';
import { complete } from './complete.js';
import { manPage } from './man.js';
import { namesFor } from './names.js';
import { completionScript, shells } from './scripts.js';

/** Prints the script that a shell reads to complete nearcast. Throws USAGE. */
export function completionVerb(name: string): number {
  const shell = shells.find((each) => each === name);
  if (shell === undefined)
    throw new LabError('USAGE', `"${name}" is not a shell that can be served`, {
      hint: didYouMean(name, shells, 'shells'),
    });
  const inCheckout = join(packageRoot(), 'nearcast');
  process.stdout.write(completionScript(shell, existsSync(inCheckout) ? inCheckout : 'nearcast'));
  return 0;
}

/** Prints what the last word could become, for the script: a line each, with a few words about it behind a tab. */
export async function completeVerb(program: Command, words: readonly string[]): Promise<number> {
  const candidates = await complete(program, words, namesFor);
  process.stdout.write(candidates.map(({ value, about = '' }) => `${value}\t${about}\n`).join(''));
  return 0;
}

/** Prints the manual page. */
export function manVerb(program: Command): number {
  process.stdout.write(manPage(program));
  return 0;
}
