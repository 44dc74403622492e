import { readdirSync, readFileSync } from 'node:fs';

/** One process, told apart from a later one that got the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** In clock ticks since boot: field 22 of `/proc/<pid>/stat` (proc(5)). */
  readonly startTime: number;
}

/** The identity of a running process; undefined where none has that number, or where it has ended already. */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'X' || (state === 'Z' && threadsOf(pid) < 2) ? undefined : { pid, startTime: Number(fields[18]) };
  } catch {
    return undefined;
  }
}

/** Of process 1 of a PID namespace the first thread is gone before the last one has seen to the end of everybody else there. */
function threadsOf(pid: number): number {
  return readdirSync(`/proc/${String(pid)}/task`).length;
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startTime === identity.startTime;
}

/** The children of a process, of its main thread. */
export function childrenOf(pid: number): readonly number[] {
  try {
    const text = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'latin1').trim();
    return text === '' ? [] : text.split(' ').map(Number);
  } catch {
    return [];
  }
}
