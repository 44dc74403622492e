import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LabError } from '../errors.js';
import { packageRoot } from '../support/package-root.js';
import { nearest } from '../support/suggest.js';

/** A topology that comes with nearcast. */
export interface BundledTopology {
  readonly name: string;
  readonly path: string;
}

/** The bundled topologies, `topologies/*.yml` of the package, by name. */
export async function listBundled(): Promise<readonly BundledTopology[]> {
  const folder = join(packageRoot(), 'topologies');
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
