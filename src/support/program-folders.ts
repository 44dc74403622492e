import { accessSync, constants } from 'node:fs';

/** Where administrators' programs live; an ordinary user's PATH often lacks them. */
export const systemFolders: readonly string[] = [
  '/usr/local/sbin',
  '/usr/sbin',
  '/sbin',
  '/usr/local/bin',
  '/usr/bin',
  '/bin',
];

/** npm puts its packages' programs before all others, and some of them have the names of the system's, such as nft. */
export function isPackageFolder(folder: string): boolean {
  return folder.includes('/node_modules/');
}

/**
 * Whether programs can be looked for in a folder. A program that is nowhere else would count as one that may not be
 * run.
 */
export function isSearchable(folder: string): boolean {
  try {
    accessSync(folder, constants.X_OK);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code !== 'EACCES';
  }
}

/** A PATH as the user has it, with the system's own folders behind it where it lacks them. */
export function pathWithSystem(path: string | undefined): string {
  const folders = (path ?? '').split(':').filter((folder) => folder !== '');
  return [...new Set([...folders, ...systemFolders])].join(':');
}
