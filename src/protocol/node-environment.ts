import { isPackageFolder, isSearchable, systemFolders } from '../support/program-folders.js';
import type { Programs } from './messages.js';

/** The environment of the agent's own tools, `ip`, `tc` and `nft`: in the caller's folders, the system's, then the lab's. */
export function toolEnvironment(
  programs: Programs | undefined,
  env: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const path = (env['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/') && !isPackageFolder(folder));
  const folders = [...path, ...systemFolders, ...(programs?.binDirs ?? [])];
  return {
    PATH: [...new Set(folders)].join(':'),
    ...(programs?.libraryPath === undefined ? {} : { LD_LIBRARY_PATH: programs.libraryPath }),
  };
}

/**
 * The environment of a program in a node: the caller's. Programs are found in the folders of the lab first, then in the
 * caller's, without those of npm's packages, then in the system's: everybody is root in a node, also where the caller's
 * PATH lacks administrators' programs.
 */
export function nodeEnvironment(programs: Programs, env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const own = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const path = env['PATH']?.split(':').filter((folder) => isSearchable(folder) && !isPackageFolder(folder)) ?? [];
  return {
    ...Object.fromEntries(own),
    PATH: [...new Set(['/run/programs', ...programs.binDirs, ...path, ...systemFolders])].join(':'),
    ...(programs.libraryPath === undefined ? {} : { LD_LIBRARY_PATH: programs.libraryPath }),
  };
}
