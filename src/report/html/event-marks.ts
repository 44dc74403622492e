import type { TimelineEvent } from '../../protocol/timeline.js';
import { shareOf, type TimeWindow } from './time-window.js';

/** One or several events that lie near to each other, as a badge with their numbers above the time axis. */
export interface EventMark {
  /** Numbers of events, counted from 1. */
  readonly first: number;
  readonly last: number;
  /** Where the first of them is, in percent of the window. */
  readonly share: number;
  readonly row: number;
  /** Whether a fault or a repair is among them. */
  readonly isStep: boolean;
}

const ROWS = 3;
/** What a badge takes on a narrow screen, in percent: on a wide one it takes less. */
const WIDTH = { single: 6.5, range: 14 } as const;

/**
 * Badges for the events in the window that do not cover each other: the nearer together events are, the more share one.
 */
export function marksOf(events: readonly TimelineEvent[], atMs: number, window: TimeWindow): readonly EventMark[] {
  const inside = events.flatMap((event, nth) => {
    const ms = event.atMs - atMs;
    return ms < window.fromMs || ms > window.toMs
      ? []
      : [{ number: nth + 1, share: shareOf(window, ms), isStep: event.kind === 'fault' || event.kind === 'repair' }];
  });
  for (let within = 2; ; within += 2) {
    const marks: EventMark[] = [];
    for (const { number, share, isStep } of inside) {
      const last = marks.at(-1);
      const isNext = last?.last === number - 1;
      if (last !== undefined && isNext && share - last.share < within && (within > 8 || !last.isStep))
        marks[marks.length - 1] = { ...last, last: number, isStep: last.isStep || isStep };
      else marks.push({ first: number, last: number, share, row: 0, isStep });
    }
    const placed = inRows(marks);
    if (placed !== undefined) return placed;
    if (within > 100) return marks.slice(0, 1);
  }
}

/** Each mark in the first row where it has room; undefined where one has room in none. */
function inRows(marks: readonly EventMark[]): readonly EventMark[] | undefined {
  const ends = Array.from({ length: ROWS }, () => -100);
  const placed: EventMark[] = [];
  for (const mark of marks) {
    const half = (mark.first === mark.last ? WIDTH.single : WIDTH.range) / 2;
    const row = ends.findIndex((end) => end <= mark.share - half);
    if (row < 0) return undefined;
    ends[row] = mark.share + half;
    placed.push({ ...mark, row });
  }
  return placed;
}
