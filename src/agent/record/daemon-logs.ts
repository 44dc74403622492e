import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TimelineEvent } from '../../protocol/timeline.js';
import { inTimeZoneOf, readDaemonLog } from '../../codec/daemon-log.js';
import { tellingDaemons } from '../../render/log-lines.js';
import { round } from '../../support/round.js';
import type { LabNode } from '../node/lab-node.js';

/** What the daemons of a lab say of their neighbors from now on. */
export class DaemonLogs {
  readonly #starts: ReadonlyMap<string, number>;

  constructor(
    readonly nodes: readonly LabNode[],
    readonly nameOf: (node: string, address: string, device: string | undefined) => string | undefined,
  ) {
    this.#starts = new Map(this.#files().map(({ path }) => [path, sizeOf(path)]));
  }

  /** All that was said since the beginning, on the agent's clock. */
  read(): readonly TimelineEvent[] {
    const offsetMs = wallClockOffsetMs();
    const nowMs = performance.now() + offsetMs;
    return this.#files().flatMap(({ node, daemon, path }) => {
      const words = readDaemonLog(since(path, this.#starts.get(path) ?? 0), (address, device) =>
        this.nameOf(node, address, device),
      );
      return words.map(({ wallMs, text }): TimelineEvent => ({
        atMs: round(inTimeZoneOf(nowMs, wallMs) - offsetMs),
        kind: 'daemon',
        node,
        text: `${daemon}: ${text}`,
      }));
    });
  }

  #files(): readonly { readonly node: string; readonly daemon: string; readonly path: string }[] {
    return this.nodes.flatMap((node) =>
      (node.isRunning ? (node.plan.routing?.daemons ?? []) : [])
        .filter((daemon) => tellingDaemons.includes(daemon))
        .map((daemon) => ({
          node: node.name,
          daemon,
          path: join(node.processes.runFolder, 'nearcast', `${daemon}.events`),
        })),
    );
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

/** A node that got its power back may have begun its logs anew. */
function since(path: string, start: number): string {
  const size = sizeOf(path);
  const from = size < start ? 0 : start;
  if (size === from) return '';
  const bytes = Buffer.alloc(size - from);
  try {
    const file = openSync(path, 'r');
    try {
      return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, from));
    } finally {
      closeSync(file);
    }
  } catch {
    // Its container went between two looks.
    return '';
  }
}

/** From the agent's monotonic clock to the one on the wall, read where the latter's milliseconds turn over. */
function wallClockOffsetMs(): number {
  const startedAt = Date.now();
  let now = startedAt;
  // It turns over within a millisecond.
  while (now === startedAt) now = Date.now();
  return now - performance.now();
}
