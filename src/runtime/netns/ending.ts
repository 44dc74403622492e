import { readdirSync, readFileSync } from 'node:fs';
import { LabError } from '../../errors.js';
import { pollUntil } from '../../support/poll.js';
import { childrenOf, identify, isAlive, type KnownProcess } from './known-process.js';

/** Longer than the kernel needs for a large lab, whose sockets and interfaces it takes apart one by one. */
const STUCK_MS = 60_000;
const LOOK_EVERY_MS = 2;
/** A large lab has thousands of processes: each look at all of them takes time from the kernel that ends them. */
const COUNT_EVERY_MS = 500;
const SAID_AFTER_MS = 1000;

export interface EndingOptions {
  readonly onProgress?: ((text: string) => void) | undefined;
  /** How long without progress until `awaitEnd` gives up. */
  readonly stuckMs?: number;
}

/** What is left of a lab that ends. */
export interface Remains {
  readonly processes: number;
  /** Grows as long as the kernel is at work on one of them. */
  readonly work: number;
}

/** A process with all its descendants, as they are now. */
export function familyOf(pid: number): readonly KnownProcess[] {
  return [...[identify(pid)].filter((each) => each !== undefined), ...childrenOf(pid).flatMap(familyOf)];
}

/**
 * Waits until all of `first` have ended, as long as fewer of the lab's processes are left from time to time, or those
 * that are left are at work in the kernel. LabError DEPLOY_FAILED where nothing moves any more: the caller keeps
 * the lab's record, so that it can be tried again.
 */
export async function awaitEnd(
  lab: string,
  first: readonly KnownProcess[],
  lookAt: () => Remains,
  { onProgress, stuckMs = STUCK_MS }: EndingOptions = {},
): Promise<void> {
  const startedAtMs = performance.now();
  let seen: Remains = { processes: Infinity, work: 0 };
  let [movedAtMs, countedAtMs] = [startedAtMs, startedAtMs];
  const { last } = await pollUntil(
    (): 'ended' | 'ending' | 'stuck' => {
      const alive = first.some(isAlive);
      const nowMs = performance.now();
      if (!alive || nowMs - countedAtMs < Math.min(COUNT_EVERY_MS, stuckMs / 4)) return alive ? 'ending' : 'ended';
      countedAtMs = nowMs;
      const now = lookAt();
      if (now.processes < seen.processes || now.work !== seen.work) movedAtMs = nowMs;
      if (nowMs - startedAtMs >= SAID_AFTER_MS)
        onProgress?.(`removing ${lab}: ${String(now.processes)} processes left`);
      seen = now;
      return nowMs - movedAtMs >= stuckMs ? 'stuck' : 'ending';
    },
    (state) => state !== 'ending',
    { everyMs: LOOK_EVERY_MS, deadlineMs: Infinity },
  );
  if (last === 'ended') return;
  const pids = first
    .filter(isAlive)
    .map(({ pid }) => String(pid))
    .join(', ');
  throw new LabError(
    'DEPLOY_FAILED',
    `${String(seen.processes)} processes of ${lab} have not ended, without progress for ${String(stuckMs / 1000)} s (${pids})`,
    {
      hint: `nearcast down ${lab} waits once more`,
    },
  );
}

/** How many of these are left, and how often the kernel has switched to and from their threads. */
export function remainsOf(processes: readonly KnownProcess[]): Remains {
  const left = processes.filter(isAlive);
  return { processes: left.length, work: left.reduce((sum, { pid }) => sum + switchesOf(pid), 0) };
}

function switchesOf(pid: number): number {
  try {
    return readdirSync(`/proc/${String(pid)}/task`).reduce((sum, thread) => {
      const status = readFileSync(`/proc/${String(pid)}/task/${thread}/status`, 'latin1');
      return (
        sum +
        [...status.matchAll(/^(?:non)?voluntary_ctxt_switches:\s+(\d+)$/gm)].reduce(
          (count, match) => count + Number(match[1]),
          0,
        )
      );
    }, 0);
  } catch {
    // It ended between two looks.
    return 0;
  }
}
