import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LabError } from '../errors.js';

/** The folder of the package, found upwards from this file: it may run from `src/support/` or bundled in `dist/`. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    if (isPackage(folder)) return folder;
    const parent = dirname(folder);
    if (parent === folder) {
      throw new LabError('BUG', 'the folder of the package cannot be found', { hint: 'install nearcast again' });
    }
    folder = parent;
  }
}

/** The version of the package, as in its manifest. */
export function packageVersion(): string {
  return manifestIn(packageRoot())?.version ?? 'unknown';
}

function isPackage(folder: string): boolean {
  return manifestIn(folder)?.name === 'nearcast';
}

/** Undefined where there is no manifest, or not a readable one. */
function manifestIn(folder: string): { readonly name?: string; readonly version?: string } | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return typeof manifest === 'object' && manifest !== null ? manifest : undefined;
  } catch {
    return undefined;
  }
}
