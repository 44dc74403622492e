import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { checkout } from './sandbox.js';

/** A command of a checkout that npm would take a flag from: npm keeps every flag that stands before `--`. */
export const LOSES_A_FLAG = /^npm run (?:-s )?lab (?!-- )(?:(?! -- )[^|])*? -(?!- )/;

/** What npm prints on standard output before a script runs, unless it has -s. */
const BANNER = /^\n> nearcast@\S+ lab\n> node src\/checkout\.mjs lab .*\n\n/;

/** What a command printed, without what npm says before it. */
export function withoutBanner(printed: string): string {
  return printed.replace(BANNER, '');
}

/**
 * Lays an `npm` in a new folder whose `npm run lab` does and prints what npm does in a checkout that needs neither an
 * installation nor a build, without npm's own start-up, which takes longer than most commands.
 */
export function layQuickNpm(folder: string): void {
  mkdirSync(folder);
  const npm = join(folder, 'npm');
  writeFileSync(
    npm,
    `#!/bin/sh
silent=
while [ "$1" != lab ]; do
  if [ "$1" = -s ]; then silent=yes; fi
  shift
done
shift
dashes=
for word do
  shift
  if [ "$word" = -- ] && [ -z "$dashes" ]; then dashes=seen; else set -- "$@" "$word"; fi
done
if [ -z "$silent" ]; then printf '\\n> nearcast@0.0.0 lab\\n> node src/checkout.mjs lab %s\\n\\n' "$*"; fi
npm_lifecycle_event=lab exec ${process.execPath} ${join(checkout, 'dist', 'bin.js')} "$@"
`,
  );
  chmodSync(npm, 0o755);
}

/** The PATH on which that one comes first. */
export function pathWithQuickNpm(folder: string): string {
  return `${folder}${delimiter}${process.env['PATH'] ?? ''}`;
}
