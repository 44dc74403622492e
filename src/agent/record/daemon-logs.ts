import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TimelineEvent } from '../../protocol/timeline.js';
import { inTimeZoneOf, readDaemonLog } from '../../codec/daemon-log.js';
import { tellingDaemons } from '../../render/log-lines.js';
import { round } from '../../support/round.js';
import type { LabNode } from '../node/lab-node.js';

interface LogFile {
  readonly node: string;
  readonly daemon: string;
  readonly path: string;
}

/** What the daemons of a lab say of their neighbors from now on. */
export class DaemonLogs {
  readonly #starts: ReadonlyMap<string, number>;
  /** How far each file has been taken. */
  readonly #taken: Map<string, number>;

  constructor(
    readonly nodes: readonly LabNode[],
    readonly nameOf: (node: string, address: string, device: string | undefined) => string | undefined,
  ) {
    this.#starts = new Map(this.#files().map(({ path }) => [path, sizeOf(path)]));
    this.#taken = new Map(this.#starts);
  }

  /** All that was said since the beginning, on the agent's clock. */
  read(): readonly TimelineEvent[] {
    return this.#eventsIn(
      this.#files().map((file) => ({ ...file, text: since(file.path, this.#starts.get(file.path)) })),
    );
  }

  /** What was said since the last time, up to the last whole line. */
  take(): readonly TimelineEvent[] {
    const grown = this.#files().flatMap((file) => {
      const { path } = file;
      const size = sizeOf(path);
      const taken = this.#taken.get(path) ?? 0;
      if (size === taken) return [];
      const from = size < taken ? 0 : taken;
      const whole = wholeLines(since(path, from));
      this.#taken.set(path, from + Buffer.byteLength(whole));
      return whole === '' ? [] : [{ ...file, text: whole }];
    });
    // Reading the clocks takes a moment: not where nothing was said.
    return grown.length === 0 ? [] : this.#eventsIn(grown);
  }

  #eventsIn(said: readonly (LogFile & { readonly text: string })[]): readonly TimelineEvent[] {
    const offsetMs = wallClockOffsetMs();
    const nowMs = performance.now() + offsetMs;
    return said.flatMap(({ node, daemon, text: log }) => {
      const words = readDaemonLog(log, (address, device) => this.nameOf(node, address, device));
      return words.map(({ wallMs, text }): TimelineEvent => ({
        atMs: round(inTimeZoneOf(nowMs, wallMs) - offsetMs),
        kind: 'daemon',
        node,
        text: `${daemon}: ${text}`,
      }));
    });
  }

  #files(): readonly LogFile[] {
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

/** A node that was restored may have started new logs. */
function since(path: string, start = 0): string {
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

function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf('\n') + 1);
}

/** From the agent's monotonic clock to the one on the wall, read where the latter's milliseconds turn over. */
function wallClockOffsetMs(): number {
  const startedAt = Date.now();
  let now = startedAt;
  // It turns over within a millisecond.
  while (now === startedAt) now = Date.now();
  return now - performance.now();
}
