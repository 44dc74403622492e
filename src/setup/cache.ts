import { lstatSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { type LabErrorCode, LabError } from '../errors.js';
import { makeFolders } from '../support/make-folders.js';
import type { Environment } from './machine.js';
import type { Distribution } from './os-release.js';

/** Where a user's private copies live, and whether the folder is in a place that all users can write to. */
export interface CacheFolder {
  readonly path: string;
  /** Set where files of other users may not be trusted: the folder must be this user's own. */
  readonly mustBeOwn: boolean;
}

/**
 * The cache folder: NEARCAST_CACHE_DIR, XDG_CACHE_HOME, or .cache in HOME, else in the home folder of the password
 * file. Without any of them (a user that has no home) it is a folder of this user's own below the temporary folder.
 */
export function chooseCacheFolder(env: Environment, uid: number, otherHome?: string): CacheFolder {
  const absolute = (path: string | undefined): string | undefined =>
    path !== undefined && isAbsolute(path) ? path : undefined;
  const home = absolute(env['HOME']) ?? otherHome;
  const base =
    absolute(env['NEARCAST_CACHE_DIR']) ??
    absolute(env['XDG_CACHE_HOME']) ??
    (home === undefined ? undefined : join(home, '.cache'));
  if (base !== undefined) return { path: join(base, 'nearcast'), mustBeOwn: false };
  return { path: join(env['TMPDIR'] ?? tmpdir(), `nearcast-cache-${String(uid)}`), mustBeOwn: true };
}

/** The cache folder of this process. */
export function cacheFolder(env: Environment): CacheFolder {
  return chooseCacheFolder(env, process.getuid?.() ?? 0, env['HOME'] === undefined ? recordedHome() : undefined);
}

/**
 * As services and schedulers leave HOME out of the environment; undefined where there is no such folder of the user's.
 */
function recordedHome(): string | undefined {
  try {
    const { homedir, uid } = userInfo();
    return lstatSync(homedir, { throwIfNoEntry: false })?.uid === uid ? homedir : undefined;
  } catch {
    // A user without an entry in the password file.
    return undefined;
  }
}

/** Whether what the folder holds may be run: in a shared place, only what no other user can have put there. */
export function isTrusted({ path, mustBeOwn }: CacheFolder): boolean {
  if (!mustBeOwn) return true;
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isDirectory() === true && stats.uid === process.getuid?.() && (stats.mode & 0o022) === 0;
}

/** Makes sure that the cache folder exists and may be used; throws this error where it cannot. */
export function createCacheFolder(folder: CacheFolder, unavailable: LabErrorCode = 'FRR_UNAVAILABLE'): void {
  const hint = 'set NEARCAST_CACHE_DIR to a folder that you can write to';
  if (/[:;\n]/.test(folder.path)) {
    // The dynamic loader splits its list of folders there and knows no way to quote.
    throw new LabError(
      unavailable,
      `The cache folder ${folder.path} has a colon, semicolon or line break in its name`,
      {
        hint: 'set NEARCAST_CACHE_DIR to a folder without one',
      },
    );
  }
  try {
    makeFolders(folder.mustBeOwn ? dirname(folder.path) : folder.path);
    makeFolders(folder.path, 0o700);
  } catch (cause) {
    throw new LabError(unavailable, `The cache folder ${folder.path} cannot be made`, { cause, hint });
  }
  if (!isTrusted(folder)) {
    throw new LabError(unavailable, `The cache folder ${folder.path} belongs to another user`, { hint });
  }
}

/** The name of a private copy: libraries differ between releases and architectures, so copies do too. */
export function privateCopyName(
  product: string,
  { id, release }: Pick<Distribution, 'id' | 'release'>,
  architecture: string,
  extras: readonly string[],
): string {
  return [product, id, release, architecture, ...extras].join('-').replaceAll(/[^\w.-]/g, '_');
}
