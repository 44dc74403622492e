import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isPackageFolder, systemFolders } from '../support/program-folders.js';
import { type Distribution, parseOsRelease } from './os-release.js';

/** The part of a process's environment that set-up reads. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a small file, or undefined where there is none to read. */
export function readTextIfAny(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** This machine's distribution. */
export function readDistribution(): Distribution {
  return parseOsRelease(readTextIfAny('/etc/os-release') ?? readTextIfAny('/usr/lib/os-release') ?? '');
}

/** Whether a path is a file that this process may execute. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The first executable of this name on the PATH or in the system's own folders. No process is started. */
export function findProgram(name: string, env: Environment, extraFolders: readonly string[] = []): string | undefined {
  const onPath = (env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder.startsWith('/') && !isPackageFolder(folder));
  return [...extraFolders, ...onPath, ...systemFolders].map((folder) => join(folder, name)).find(isExecutable);
}
