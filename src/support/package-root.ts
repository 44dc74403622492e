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

function isPackage(folder: string): boolean {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return typeof manifest === 'object' && manifest !== null && 'name' in manifest && manifest.name === 'nearcast';
  } catch {
    // No manifest here, or not a readable one: the package is further up.
    return false;
  }
}
