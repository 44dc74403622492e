import { readdirSync, readFileSync, statSync, type Stats } from 'node:fs';

/** One process, distinct from a later one with the same number. */
export interface KnownProcess {
  readonly pid: number;
  /** In clock ticks since boot: field 22 of `/proc/<pid>/stat` (proc(5)). */
  readonly startTime: number;
}

/** Of the flags in field 9 of `/proc/<pid>/stat`: the process is on its way out, and has let go of its files. */
const EXITING = 0x4;

/** The identity of a running process; undefined where none has that number, or where it has ended already. */
export function identify(pid: number): KnownProcess | undefined {
  const [state, ...fields] = statOf(pid) ?? [];
  if (state === undefined || state === 'X' || (state === 'Z' && threadsOf(pid) < 2)) return undefined;
  return { pid, startTime: Number(fields[18]) };
}

export function isAlive(identity: KnownProcess): boolean {
  return identify(identity.pid)?.startTime === identity.startTime;
}

/** Whether the process is stopped (SIGSTOP, or a debugger): it does nothing until it is continued. */
export function isStopped(pid: number): boolean {
  const [state = ''] = statOf(pid) ?? [];
  return /^[Tt]$/.test(state);
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

/**
 * What a process is to a lab's folder. Every process of a lab holds the folder open from its first moment, and no other
 * does: `foreign` is one that only a record says to be the lab's.
 */
export function relationTo(folder: string, identity: KnownProcess): 'of the lab' | 'gone' | 'foreign' {
  if (!isAlive(identity)) return 'gone';
  if (holds(identity.pid, folder)) return 'of the lab';
  return isExiting(identity.pid) || !isAlive(identity) ? 'gone' : 'foreign';
}

/** Whether a process that was killed is still there: in the lab's folder, or on its way out. */
export function isEnding(folder: string, identity: KnownProcess): boolean {
  return isAlive(identity) && (holds(identity.pid, folder) || isExiting(identity.pid));
}

/**
 * The process with the supervisor's word in its command line that holds the lab's folder open, whatever is recorded.
 */
export function findHolder(folder: string, word: string): KnownProcess | undefined {
  const processes = namesIn('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const found = processes.find((pid) => commandOf(pid).includes(word) && holds(pid, folder));
  return found === undefined ? undefined : identify(found);
}

/** Whether a process has this very folder open, by whatever name. */
export function holds(pid: number, folder: string): boolean {
  const wanted = statIfAny(folder);
  if (wanted === undefined) return false;
  const descriptors = `/proc/${String(pid)}/fd`;
  return namesIn(descriptors).some((name) => {
    const stat = statIfAny(`${descriptors}/${name}`);
    return stat?.ino === wanted.ino && stat.dev === wanted.dev;
  });
}

function commandOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'latin1').split('\0');
  } catch {
    return [];
  }
}

/**
 * Of process 1 of a PID namespace, the first thread ends before the last one has ended all other processes
 * there.
 */
function threadsOf(pid: number): number {
  return namesIn(`/proc/${String(pid)}/task`).length;
}

function isExiting(pid: number): boolean {
  const flags = Number((statOf(pid) ?? [])[6]);
  return Number.isNaN(flags) || (flags & EXITING) !== 0;
}

/** The fields of `/proc/<pid>/stat` from the third on: its name, the second, may itself hold blanks and brackets. */
function statOf(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function statIfAny(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
