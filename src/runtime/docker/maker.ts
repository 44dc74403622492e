import { hostname } from 'node:os';
import { identifyThisProcess, judgeLiveness, observeProcess } from '../../support/process-identity.mjs';

/** Longer than a lab is ever between its first container and its agent's first breath. */
const UNKNOWN_MAKER_MS = 60_000;

/** The label that identifies this process, to processes of this and of other machines. */
export function thisMaker(): string {
  const { pid, startTime, pidNamespace } = identifyThisProcess();
  return [hostname(), String(pid), startTime ?? '', pidNamespace ?? ''].join(' ');
}

/** Whether the process that began a lab may still be making it; one on another machine gets a minute. */
export function mayLive(maker: string, startedAt: string, nowMs = Date.now()): boolean {
  const [host, pid, startTime, pidNamespace] = maker.split(' ');
  const isYoung = Math.abs(nowMs - Date.parse(startedAt)) < UNKNOWN_MAKER_MS;
  if (host !== hostname()) return isYoung;
  const identity = { pid: Number(pid), startTime: startTime || undefined, pidNamespace: pidNamespace || undefined };
  const liveness = judgeLiveness(identity, observeProcess(identity.pid));
  return liveness === 'unknown' ? isYoung : liveness !== 'dead';
}
