import { pollUntil } from '../../support/poll.js';
import { processesOf, type SeenProcess } from './node-process-list.js';

const STAND_STILL_DEADLINE_MS = 2000;

/** Sends a signal to every process of a node. */
export function signalNode(initPid: number, signal: 'SIGSTOP' | 'SIGCONT'): void {
  for (const { pid } of processesOf(initPid)) signalTo(pid, signal);
}

/** Stops every process of a node, and those that were born meanwhile. */
export async function stopNode(initPid: number): Promise<void> {
  await pollUntil(
    () => {
      signalNode(initPid, 'SIGSTOP');
      return movingIn(initPid);
    },
    (moving) => moving.length === 0,
    { everyMs: 2, deadlineMs: STAND_STILL_DEADLINE_MS },
  );
}

/** The processes of a node that are not stopped (proc(5): states T and t). */
export function movingIn(initPid: number): readonly SeenProcess[] {
  return processesOf(initPid).filter(({ state }) => !/[Tt]/.test(state));
}

/** It may have ended between two looks. */
export function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
