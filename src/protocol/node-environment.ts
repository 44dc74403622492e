import { isPackageFolder, isSearchable, systemFolders } from '../support/program-folders.js';
import type { Programs } from './messages.js';

/** Certificates that Node reads when it starts, which takes it 30 ms of CPU time. Nothing of nearcast's in a lab uses TLS. */
const CERTIFICATES = 'NODE_EXTRA_CA_CERTS';
/** Where they are kept meanwhile for programs of nodes. */
const KEPT_CERTIFICATES = 'NEARCAST_NODE_EXTRA_CA_CERTS';

/** The environment of an agent: the caller's, without what only costs its start. */
export function agentEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { [CERTIFICATES]: certificates, ...others } = env;
  return certificates === undefined ? others : { ...others, [KEPT_CERTIFICATES]: certificates };
}

/** Of a server of nearcast's own in a node, over what other programs have there. */
export const ownServerEnvironment: Readonly<Record<string, string>> = { [CERTIFICATES]: '' };

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
  const { [KEPT_CERTIFICATES]: certificates, ...others } = env;
  const own = Object.entries({ ...others, [CERTIFICATES]: certificates ?? env[CERTIFICATES] }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const path = env['PATH']?.split(':').filter((folder) => isSearchable(folder) && !isPackageFolder(folder)) ?? [];
  return {
    ...Object.fromEntries(own),
    PATH: [...new Set(['/run/programs', ...programs.binDirs, ...path, ...systemFolders])].join(':'),
    ...(programs.libraryPath === undefined ? {} : { LD_LIBRARY_PATH: programs.libraryPath }),
  };
}
