import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { LabError, toLabError } from '../errors.js';
import { printable } from '../support/printable.js';

/** A submission as it lies in the folder: its file, or why it has none. */
export interface SubmittedFile {
  /** The name of the file without its ending, or that of the subfolder; as it can be shown. */
  readonly name: string;
  readonly path: string | undefined;
  readonly error: LabError | undefined;
}

interface Found {
  readonly name: string;
  readonly path: string;
  readonly isFile: boolean;
}

/**
 * The submissions in a folder, by name: `<name>.yml` or `.yaml`, or `<name>/` with exactly one such file in it. Hidden
 * files, files with other endings and `except` (the scenario, which may lie beside them) are none. Links are followed
 * for nobody: they would lead to any file of the machine. Throws USAGE where the folder cannot be read or has no
 * submission.
 */
export async function listSubmissions(folder: string, except: string): Promise<readonly SubmittedFile[]> {
  const exceptPath = await realpath(except);
  const byName = new Map<string, { readonly found: Found[]; readonly isFolder: boolean }>();
  const entries = await entriesOf(folder).catch((cause: unknown) => {
    throw new LabError('USAGE', `the folder ${folder} cannot be read: ${toLabError(cause).message}`, {
      cause,
      hint: 'name the folder that the submissions are in',
    });
  });
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const known = byName.get(entry.name)?.found ?? [];
      byName.set(entry.name, { found: [...known, ...(await topologiesIn(path))], isFolder: true });
    } else if (isTopology(entry.name) && (await realpath(path).catch(() => path)) !== exceptPath) {
      const name = basename(entry.name, extname(entry.name));
      const { found = [], isFolder = false } = byName.get(name) ?? {};
      byName.set(name, { found: [...found, { name: entry.name, path, isFile: entry.isFile() }], isFolder });
    } else if (entry.isSymbolicLink() && (await leadsToFolder(path))) {
      byName.set(entry.name, { found: [{ name: entry.name, path, isFile: false }], isFolder: true });
    }
  }
  if (byName.size === 0) {
    throw new LabError('USAGE', `there is no submission in ${folder}`, {
      hint: 'a submission is <name>.yml, or a subfolder <name> with one topology file',
    });
  }
  const names = [...byName].sort(([a], [b]) => inOrder(a, b));
  return names.map(([name, { found, isFolder }]) => ({ name: printable(name), ...theOne(found, isFolder) }));
}

async function leadsToFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (target) => target.isDirectory(),
    () => false,
  );
}

/** As people count: student2 before student10. */
function inOrder(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true }) || (a < b ? -1 : 1);
}

async function entriesOf(folder: string) {
  return (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
}

async function topologiesIn(folder: string): Promise<readonly Found[]> {
  try {
    const entries = await entriesOf(folder);
    return entries
      .filter(({ name }) => isTopology(name))
      .map((entry) => ({ name: entry.name, path: join(folder, entry.name), isFile: entry.isFile() }));
  } catch (error) {
    // It is reported as a submission without a file.
    if (error instanceof Error && 'code' in error) return [];
    throw error;
  }
}

function isTopology(name: string): boolean {
  return /\.ya?ml$/i.test(name);
}

function theOne(found: readonly Found[], isFolder: boolean): Omit<SubmittedFile, 'name'> {
  const [only, ...more] = found;
  const refuse = (message: string, hint: string): Omit<SubmittedFile, 'name'> => ({
    path: undefined,
    error: new LabError('TOPOLOGY_NOT_FOUND', message, { hint }),
  });
  if (only === undefined) return refuse('the folder has no topology file', 'a topology file ends in .yml or .yaml');
  if (more.length > 0) {
    const names = found
      .map(({ name }) => printable(name))
      .sort(inOrder)
      .join(', ');
    return refuse(
      `${isFolder ? 'the folder has' : 'there are'} ${String(found.length)} topology files: ${names}`,
      'leave one: nearcast cannot know which one to grade',
    );
  }
  if (!only.isFile)
    return refuse(`${printable(only.name)} is not a regular file`, 'a submission is a regular file, not a link');
  return { path: only.path, error: undefined };
}
