import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LabError } from '../errors.js';
import { nearest } from '../support/suggest.js';

/** A topology that comes with nearcast. */
export interface BundledTopology {
  readonly name: string;
  readonly path: string;
}

/** The bundled topologies, `topologies/*.yml` of the package, by name. */
export async function listBundled(): Promise<readonly BundledTopology[]> {
  const folder = join(await packageRoot(), 'topologies');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yml')).sort();
  return files.map((file) => ({ name: basename(file, '.yml'), path: join(folder, file) }));
}

/**
 * The file behind what a user calls a topology: the name of a bundled one, or a path. LabError `TOPOLOGY_NOT_FOUND`,
 * with the nearest bundled name or the list of them, where it is neither.
 */
export async function locateTopology(nameOrPath: string): Promise<string> {
  const bundled = await listBundled();
  const found = bundled.find(({ name }) => name === nameOrPath);
  if (found !== undefined) return found.path;
  if (await exists(nameOrPath)) return nameOrPath;
  const names = bundled.map(({ name }) => name);
  const near = nearest(nameOrPath, names);
  const list = `the bundled topologies are: ${names.join(', ')}`;
  throw new LabError('TOPOLOGY_NOT_FOUND', `there is no topology "${nameOrPath}": neither a bundled one nor a file`, {
    hint: near === undefined ? list : `did you mean "${near}"? ${list}`,
  });
}

/** The folder of the package, found upwards from this file: it may run from `src/topology/` or bundled in `dist/`. */
export async function packageRoot(): Promise<string> {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    if (await isPackage(folder)) return folder;
    const parent = dirname(folder);
    if (parent === folder) {
      throw new LabError('BUG', 'the folder of the package cannot be found', { hint: 'install nearcast again' });
    }
    folder = parent;
  }
}

async function isPackage(folder: string): Promise<boolean> {
  try {
    const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    return typeof manifest === 'object' && manifest !== null && 'name' in manifest && manifest.name === 'nearcast';
  } catch {
    // No manifest here, or not a readable one: the package is further up.
    return false;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    // Whatever else is wrong with a path is for the reader to find out, who says so.
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return !['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'].includes(code);
  }
}
