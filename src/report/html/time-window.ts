import type { ChangeReport } from '../../scenario/step-report.js';

/** The part of a step that is drawn, in milliseconds since the step was done. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

const LEAST_LENGTH_MS = 20;
const WANTED_TICKS = 6;

/**
 * From shortly before the step until shortly after the last flow changed: an outage of 11 ms would not be seen in a
 * picture of ten seconds. Where no flow changed, until after the last event.
 */
export function windowOf({ atMs, flows, events }: Pick<ChangeReport, 'atMs' | 'flows' | 'events'>): TimeWindow {
  const turns = flows.flatMap(({ runs }) => runs.slice(1).map(({ fromMs }) => fromMs - atMs)).filter((ms) => ms >= 0);
  const ends = turns.length > 0 ? turns : events.map((event) => event.atMs - atMs);
  const lengthMs = ends.reduce((most, ms) => Math.max(most, ms), LEAST_LENGTH_MS);
  const firstMs = flows.reduce((least, { runs }) => Math.min(least, (runs[0]?.fromMs ?? atMs) - atMs), 0);
  const lastMs = flows.reduce((most, { runs }) => Math.max(most, (runs.at(-1)?.toMs ?? atMs) - atMs), lengthMs);
  return { fromMs: Math.max(firstMs, -lengthMs * 0.16), toMs: Math.min(lastMs, lengthMs * 1.24) };
}

/** Where a moment is, in percent of the window; outside of it at its nearest end. */
export function shareOf(window: TimeWindow, ms: number): number {
  const { fromMs, toMs } = window;
  return Math.min(100, Math.max(0, ((ms - fromMs) / (toMs - fromMs)) * 100));
}

/** Round moments to write at the axis, the step's own among them. */
export function ticksOf({ fromMs, toMs }: TimeWindow): readonly number[] {
  const least = (toMs - fromMs) / WANTED_TICKS;
  const magnitude = 10 ** Math.floor(Math.log10(least));
  const everyMs = ([1, 2, 5, 10].find((factor) => factor * magnitude >= least) ?? 10) * magnitude;
  const first = Math.ceil(fromMs / everyMs);
  return Array.from({ length: Math.floor(toMs / everyMs) - first + 1 }, (_, nth) => (first + nth) * everyMs);
}
