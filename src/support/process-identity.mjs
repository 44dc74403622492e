// Which process is this, and does it still live? A process id alone is reused by the kernel, and means something else
// in another PID namespace (a container that shares the folder), so an identity carries both facts.
import { readFileSync, readlinkSync } from 'node:fs';

/**
 * @typedef {object} ProcessIdentity
 * @property {number} pid
 * @property {string | undefined} startTime start in clock ticks since boot, as in /proc/PID/stat
 * @property {string | undefined} pidNamespace as in `pid:[4026531836]`, only the number
 */

/**
 * What is known about the process that has an identity's pid now.
 *
 * @typedef {object} ProcessFacts
 * @property {boolean} running whether the pid belongs to a running process
 * @property {string | undefined} startTime
 * @property {string | undefined} pidNamespace the observer's own
 */

/**
 * @template T
 * @param {() => T} read
 * @returns {T | undefined}
 */
function attempt(read) {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/**
 * The start time in a /proc/PID/stat line; the second field, a name in brackets, may itself hold blanks and brackets.
 *
 * @param {string} stat
 * @returns {string | undefined}
 */
export function parseStartTime(stat) {
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return afterName[19];
}

/**
 * @param {number} pid
 * @returns {string | undefined}
 */
function readStartTime(pid) {
  return attempt(() => parseStartTime(readFileSync(`/proc/${String(pid)}/stat`, 'utf8')));
}

/** @returns {string | undefined} */
function readPidNamespace() {
  return attempt(() => /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0]);
}

/** @returns {ProcessIdentity} */
export function identifyThisProcess() {
  return { pid: process.pid, startTime: readStartTime(process.pid), pidNamespace: readPidNamespace() };
}

/**
 * @param {number} pid
 * @returns {ProcessFacts}
 */
export function observeProcess(pid) {
  let running = true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as another user.
    running = /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
  return { running, startTime: readStartTime(pid), pidNamespace: readPidNamespace() };
}

/**
 * Whether the process with this identity lives; `unknown` when it belongs to another PID namespace, where its number
 * says nothing.
 *
 * @param {ProcessIdentity} identity
 * @param {ProcessFacts} facts
 * @returns {'alive' | 'dead' | 'unknown'}
 */
export function judgeLiveness(identity, facts) {
  if (identity.pidNamespace !== facts.pidNamespace) return 'unknown';
  if (!facts.running) return 'dead';
  const reused =
    identity.startTime !== undefined && facts.startTime !== undefined && identity.startTime !== facts.startTime;
  return reused ? 'dead' : 'alive';
}
