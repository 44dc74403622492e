import type { Fate, FlowRecord } from '../../protocol/timeline.js';
import { shareOf, type TimeWindow } from './time-window.js';

/** A piece of a flow's bar: runs that have a width of their own, or several that have none. */
export interface BarPiece {
  readonly fate: Fate;
  readonly instance: string | null;
  readonly fromMs: number;
  /** Until the next one begins. */
  readonly toMs: number;
  readonly probes: number;
  /** How many runs were too narrow to be drawn and are merged into this one. */
  readonly merged: number;
}

/** A time without an answer, from the first lost probe to the next answer; `toMs` is null where none came. */
export interface Gap {
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly probes: number;
}

/**
 * What of a flow is seen in a window, in milliseconds since `atMs`. Runs narrower than `leastShare` percent of the
 * window are merged with their neighbours that are so too; one with a lost probe in it counts as lost.
 */
export function barPiecesOf(
  { runs }: FlowRecord,
  atMs: number,
  window: TimeWindow,
  leastShare: number,
): readonly BarPiece[] {
  const drawn = runs
    .map((run, nth): BarPiece => ({
      ...run,
      fromMs: run.fromMs - atMs,
      toMs: (runs[nth + 1]?.fromMs ?? run.toMs) - atMs,
      merged: 1,
    }))
    .filter(({ fromMs, toMs }) => toMs >= window.fromMs && fromMs <= window.toMs);
  const merged: BarPiece[] = [];
  for (const segment of drawn) {
    const last = merged.at(-1);
    if (last !== undefined && widthOf(last, window) < leastShare && widthOf(segment, window) < leastShare) {
      const main = last.fate !== 'answered' ? last : segment;
      merged[merged.length - 1] = {
        ...main,
        fromMs: last.fromMs,
        toMs: segment.toMs,
        probes: last.probes + segment.probes,
        merged: last.merged + 1,
      };
    } else merged.push(segment);
  }
  return merged;
}

/** Every time without an answer, in milliseconds since `atMs`. */
export function gapsOf({ runs }: FlowRecord, atMs: number): readonly Gap[] {
  const gaps: Gap[] = [];
  runs.forEach(({ fate, fromMs, probes }, nth) => {
    if (fate === 'answered') return;
    const next = runs[nth + 1];
    const toMs = next === undefined ? null : next.fromMs - atMs;
    const last = gaps.at(-1);
    if (last !== undefined && runs[nth - 1]?.fate !== 'answered')
      gaps[gaps.length - 1] = { ...last, toMs, probes: last.probes + probes };
    else gaps.push({ fromMs: fromMs - atMs, toMs, probes });
  });
  return gaps;
}

export function widthOf(
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  window: TimeWindow,
): number {
  return shareOf(window, toMs) - shareOf(window, fromMs);
}
