// A lock between processes that share a folder: one file, created whole by link(2), that names its holder. A holder
// that died without releasing it is recognised and replaced. By hand: it runs before `npm ci`, so no package is there.
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identifyThisProcess, judgeLiveness, observeProcess } from '../support/process-identity.mjs';

/**
 * @typedef {import('../support/process-identity.mjs').ProcessIdentity & {token: string}} Holder
 * @typedef {object} LockOptions
 * @property {number} deadlineMs how long to wait for another holder
 * @property {AbortSignal} [signal]
 * @property {(holder: Holder) => void} [onWait] called once, when another process holds the lock
 */

const pollEveryMs = 100;
/** A holder whose life cannot be judged (another PID namespace) is given this long. */
const unknownHolderMs = 15 * 60_000;
/** Removing a dead holder's lock takes microseconds; a guard this old belongs to a process that died doing it. */
const staleGuardMs = 10_000;

/**
 * @param {unknown} error
 * @param {string} code
 */
function hasCode(error, code) {
  return error instanceof Error && 'code' in error && error.code === code;
}

/**
 * @param {string} path
 * @returns {Holder | undefined}
 */
function readHolder(path) {
  try {
    /** @type {unknown} */
    const holder = JSON.parse(readFileSync(path, 'utf8'));
    return /** @type {Holder} */ (holder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/**
 * @param {string} path
 * @param {Holder} holder
 * @returns {boolean} whether this process now holds the lock
 */
function tryTake(path, holder) {
  const draft = `${path}.${holder.token}`;
  writeFileSync(draft, JSON.stringify(holder));
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * @param {string} path
 * @returns {number} milliseconds since the file was written; 0 when it is gone
 */
function ageMs(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? 0 : Date.now() - stats.mtimeMs;
}

/**
 * Removes a dead holder's lock, and never a lock that another process took in the meantime: only the process that created the
 * guard of this very holder may remove it, and only while the lock still names that holder.
 *
 * @param {string} path
 * @param {Holder} dead
 */
function removeDeadHolder(path, dead) {
  const guard = `${path}.dead-${dead.token}`;
  try {
    writeFileSync(guard, '', { flag: 'wx' });
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    if (ageMs(guard) > staleGuardMs) rmSync(guard, { force: true });
    return;
  }
  if (readHolder(path)?.token === dead.token) rmSync(path, { force: true });
  rmSync(guard, { force: true });
}

/**
 * @param {string} path
 * @param {Holder} holder
 */
function isAbandoned(path, holder) {
  const liveness = judgeLiveness(holder, observeProcess(holder.pid));
  return liveness === 'dead' || (liveness === 'unknown' && ageMs(path) > unknownHolderMs);
}

/**
 * Runs `work` while holding the lock at `path`, waiting for another holder up to the deadline.
 *
 * @template T
 * @param {string} path
 * @param {LockOptions} options
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, { deadlineMs, signal, onWait }, work) {
  const identity = identifyThisProcess();
  const holder = { ...identity, token: `${String(identity.pid)}-${String(process.hrtime.bigint())}` };
  mkdirSync(dirname(path), { recursive: true });
  const giveUpAt = Date.now() + deadlineMs;
  let announced = false;
  while (!tryTake(path, holder)) {
    const other = readHolder(path);
    if (other !== undefined && isAbandoned(path, other)) {
      removeDeadHolder(path, other);
      continue;
    }
    if (other !== undefined && Date.now() > giveUpAt) {
      throw new Error(`process ${String(other.pid)} has been busy here for too long; if it is not, remove ${path}`);
    }
    if (other !== undefined && !announced) {
      announced = true;
      onWait?.(other);
    }
    await delay(pollEveryMs, undefined, { ...(signal === undefined ? {} : { signal }) });
  }
  try {
    return await work();
  } finally {
    if (readHolder(path)?.token === holder.token) rmSync(path, { force: true });
  }
}
