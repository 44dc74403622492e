import { readdirSync } from 'node:fs';
import { CONTAINER_VARIABLE, LAB_VARIABLE } from '../../init/container-init.js';
import { readText } from '../../support/read-text.js';

/** The first process of a container, as the engine's host numbers it, other than one that is ending. */
export function firstProcessOf(container: string, ending: number): number | undefined {
  return allPids()
    .filter((pid) => pid !== ending)
    .find((pid) => nameIn(pid) === container && isFirst(pid));
}

/** Ends every running container of a lab, also one that its agent does not know. Returns how many there were. */
export function killContainersOf(lab: string): number {
  const pids = allPids().filter((pid) => variableOf(pid, LAB_VARIABLE) === lab && isFirst(pid));
  for (const pid of pids) if (isThere(pid)) process.kill(pid, 'SIGKILL');
  return pids.length;
}

function allPids(): readonly number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

/** What the engine calls the container that a process is in. */
export function nameIn(pid: number): string | undefined {
  return variableOf(pid, CONTAINER_VARIABLE);
}

function variableOf(pid: number, name: string): string | undefined {
  const variable = `${name}=`;
  return readText(`/proc/${String(pid)}/environ`)
    .split('\0')
    .find((word) => word.startsWith(variable))
    ?.slice(variable.length);
}

/** Whether a process is number 1 in its own PID namespace. */
function isFirst(pid: number): boolean {
  return /^NSpid:.*\t1$/m.test(readText(`/proc/${String(pid)}/status`));
}

export function isThere(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}
