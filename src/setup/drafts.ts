import { randomBytes } from 'node:crypto';
import { lstatSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { judgeLiveness, observeProcess, identifyThisProcess } from '../support/process-identity.mjs';

const marker = '.draft-';
/** A draft of another PID namespace (a container that shares the cache) is left alone for this long. */
const foreignDraftMs = 24 * 60 * 60_000;

/** A name for an unfinished folder that shows later processes which process owns it. */
export function draftName(finalName: string): string {
  const { pid, startTime, pidNamespace } = identifyThisProcess();
  const owner = [pid, startTime ?? '', pidNamespace ?? ''].join('_');
  return `${finalName}${marker}${owner}_${randomBytes(4).toString('hex')}`;
}

/** The process that a draft's name names, or undefined for other names. */
export function parseDraftOwner(
  name: string,
): { pid: number; startTime: string | undefined; pidNamespace: string | undefined } | undefined {
  const match = /\.draft-(\d+)_(\d*)_(\d*)_[0-9a-f]+$/.exec(name);
  if (match === null) return undefined;
  const [, pid, startTime, pidNamespace] = match;
  return { pid: Number(pid), startTime: startTime || undefined, pidNamespace: pidNamespace || undefined };
}

/** Removes drafts whose makers were killed. */
export async function sweepDrafts(folder: string): Promise<void> {
  const abandoned = readdirSync(folder).filter((name) => {
    const owner = parseDraftOwner(name);
    if (owner === undefined) return false;
    const liveness = judgeLiveness(owner, observeProcess(owner.pid));
    return liveness === 'dead' || (liveness === 'unknown' && ageMs(join(folder, name)) > foreignDraftMs);
  });
  await Promise.all(abandoned.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

function ageMs(path: string): number {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats === undefined ? 0 : Date.now() - stats.mtimeMs;
}
