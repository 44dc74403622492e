// npm dependencies: installed when they are missing or not the ones of package-lock.json, and left alone otherwise.
// What only an installation needs is imported there: every start of a lab passes through here.
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Stop } from './stop.mjs';

/**
 * What the last finished installation was made from. It lives inside node_modules, so that it goes with it.
 *
 * @typedef {object} InstallStamp
 * @property {number} size of package-lock.json
 * @property {number} mtimeMs
 * @property {string} hash
 *
 * @typedef {{version?: string, integrity?: string, optional?: boolean, link?: boolean}} LockedPackage
 * @typedef {{packages?: Record<string, LockedPackage>}} Lockfile
 */

const installDeadlineMs = 10 * 60_000;

/** @param {string} root */
function pathsOf(root) {
  return {
    lockfile: join(root, 'package-lock.json'),
    stamp: join(root, 'node_modules', '.nearcast-lock'),
    // npm writes this one last, when everything else is in place.
    installed: join(root, 'node_modules', '.package-lock.json'),
    mutex: join(root, 'dist', '.install.lock'),
  };
}

/**
 * @param {string} path
 * @returns {unknown}
 */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {string} path */
async function hashFile(path) {
  const { createHash } = await import('node:crypto');
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/**
 * Whether the packages that npm says it installed are those of the lock file: the same versions with the same content,
 * none missing but optional ones (those for other platforms).
 *
 * @param {Lockfile} wanted package-lock.json
 * @param {Lockfile} installed node_modules/.package-lock.json
 */
export function installsSame(wanted, installed) {
  const present = installed.packages ?? {};
  const locked = Object.entries(wanted.packages ?? {}).filter(([path]) => path !== '');
  const names = new Set(locked.map(([path]) => path));
  return (
    Object.keys(present).every((path) => names.has(path)) &&
    locked.every(([path, { version, integrity, optional }]) => {
      const found = present[path];
      return found === undefined ? optional === true : found.version === version && found.integrity === integrity;
    })
  );
}

/**
 * @param {string} root
 * @param {InstallStamp} stamp
 */
function recordInstalled(root, stamp) {
  try {
    writeFileSync(pathsOf(root).stamp, JSON.stringify(stamp));
  } catch {
    // A checkout that cannot be written works as well; it only compares the lock files again next time.
  }
}

/**
 * @param {string} root
 * @returns {Promise<boolean>}
 */
async function isInstalled(root) {
  const { lockfile, stamp: stampPath, installed } = pathsOf(root);
  const stamp = /** @type {InstallStamp | undefined} */ (readJson(stampPath));
  const { size, mtimeMs } = statSync(lockfile);
  if (stamp?.size === size && stamp.mtimeMs === mtimeMs) return true;
  const hash = await hashFile(lockfile);
  const same = stamp?.hash === hash || hasLocked(lockfile, installed);
  if (same) recordInstalled(root, { size, mtimeMs, hash });
  return same;
}

/**
 * @param {string} lockfile
 * @param {string} installed
 */
function hasLocked(lockfile, installed) {
  const present = readJson(installed);
  return (
    present !== undefined &&
    installsSame(/** @type {Lockfile} */ (readJson(lockfile)), /** @type {Lockfile} */ (present))
  );
}

/** @returns {readonly [string, ...string[]]} the npm that started this command, or the one on the PATH */
function findNpm() {
  const started = process.env['npm_execpath'];
  return started !== undefined && basename(started) === 'npm-cli.js' ? [process.execPath, started] : ['npm'];
}

/**
 * @param {string} root
 * @param {AbortSignal} signal
 */
async function install(root, signal) {
  const { lockfile, stamp, installed } = pathsOf(root);
  const startedAt = Date.now();
  console.error('nearcast: installing npm dependencies (npm ci), once for this checkout ...');
  const { size, mtimeMs } = statSync(lockfile);
  const hash = await hashFile(lockfile);
  // First of all, so that an interruption at any later moment is seen as "not installed".
  rmSync(stamp, { force: true });
  rmSync(installed, { force: true });
  const { run } = await import('./run.mjs');
  const argv = /** @type {const} */ ([
    ...findNpm(),
    'ci',
    '--include=dev',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
  const status = await run(argv, { cwd: root, signal }).catch((/** @type {unknown} */ error) => {
    signal.throwIfAborted();
    throw new Stop(3, 'npm cannot be started; it comes with Node, or as the package npm', { cause: error });
  });
  if (status !== 0) {
    throw new Stop(3, 'npm ci failed (see above); fix the cause and run the same command again: it starts afresh');
  }
  recordInstalled(root, { size, mtimeMs, hash });
  console.error(`nearcast: dependencies installed in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
}

/**
 * Makes sure that node_modules holds what package-lock.json says. Costs two file reads when it does. Processes that
 * start at the same time on a fresh clone wait for the first one.
 *
 * @param {string} root
 * @param {AbortSignal} signal
 */
export async function ensureInstalled(root, signal) {
  if (await isInstalled(root)) return;
  const { withLock } = await import('./lock.mjs');
  await withLock(
    pathsOf(root).mutex,
    {
      deadlineMs: installDeadlineMs,
      signal,
      onWait: ({ pid }) => {
        console.error(`nearcast: process ${String(pid)} is installing the dependencies; waiting for it ...`);
      },
    },
    async () => {
      if (!(await isInstalled(root))) await install(root, signal);
    },
  );
}
