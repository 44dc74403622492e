import { readdirSync, readlinkSync } from 'node:fs';

/** Sends a signal to every process of the PID namespace that a node's first process is in, that one too. */
export function signalNode(initPid: number, signal: 'SIGSTOP' | 'SIGCONT'): void {
  const namespace = namespaceOf(initPid);
  if (namespace === undefined) return;
  const pids = readdirSync('/proc').map(Number).filter((pid) => Number.isInteger(pid) && namespaceOf(pid) === namespace);
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended between two looks.
    }
  }
}

function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${String(pid)}/ns/pid`);
  } catch {
    return undefined;
  }
}
