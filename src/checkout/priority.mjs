// How much of the processor a session gets beside others. Linux weighs sessions against each other first, where it groups them
// (sched(7), autogroups), and the programs of one then: niceness alone counts only within a session.
import { writeFileSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';

/** Linux changes one session in this time, of all that are not root's. */
const turnMs = 100;
const tries = 50;

export const idleNiceness = 19;

/**
 * Sets the niceness of a process's session, which its user may lower again, unlike that of a process. Nothing happens where the
 * process has ended, or sessions are not grouped.
 *
 * @param {number} pid
 * @param {number} niceness
 * @returns {Promise<void>}
 */
async function setSessionNiceness(pid, niceness) {
  for (let i = 0; i < tries; i += 1) {
    try {
      writeFileSync(`/proc/${String(pid)}/autogroup`, String(niceness));
      return;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EAGAIN') return;
    }
    await after(turnMs);
  }
}

/**
 * @typedef {object} IdleSessions
 * @property {(pid: number) => void} add a session that from now on runs when nothing else wants the processor
 * @property {(pid: number) => void} remove one that has ended
 * @property {() => Promise<void>} hurry makes those that still run as important as any other
 */

/** @returns {IdleSessions} */
export function createIdleSessions() {
  /** @type {Set<number>} */
  const running = new Set();
  let turn = Promise.resolve();
  /**
   * @param {number} pid
   * @param {number} niceness
   */
  const set = (pid, niceness) => {
    turn = turn.then(() => (running.has(pid) ? setSessionNiceness(pid, niceness) : undefined));
  };
  return {
    add(pid) {
      running.add(pid);
      set(pid, idleNiceness);
    },
    remove(pid) {
      running.delete(pid);
    },
    async hurry() {
      for (const pid of running) set(pid, 0);
      await turn;
    },
  };
}
