import type { OutageBounds } from '../protocol/observations.js';
import type { Noise, NoiseWithin } from '../protocol/timeline.js';
import { spoken } from './verdict.js';

/**
 * How far a measured time can be from what an undisturbed machine would have shown. Probes resolve a time no finer than
 * the gap between two of them, to either side. What kept processes from running (time stolen by the hypervisor, time
 * spent waiting for a CPU) can only have made it longer.
 */
export interface Margin {
  readonly gapMs: number;
  readonly disturbanceMs: number;
  /** For a time from a moment on one machine to one on another. */
  readonly clockMs?: number | undefined;
}

/**
 * The margin of what was measured while this noise was there, with the longest gap between two probes of the flow in
 * question. That some process of the machine waited counts for no more than the lab's own processes waited together,
 * where that is known.
 */
export function marginOf(
  { stealMs, cpuPressureMs, waitedMs = null }: Pick<Noise, 'stealMs' | 'cpuPressureMs'> & Partial<NoiseWithin>,
  gapMs: number,
): Margin {
  return {
    gapMs,
    disturbanceMs: stealMs + (cpuPressureMs === null ? (waitedMs ?? 0) : Math.min(cpuPressureMs, waitedMs ?? Infinity)),
  };
}

/**
 * An outage goes through the agent, where it watches or withdraws, and through threads of the kernel, where a carrier
 * changes, a few times; each time it waits no longer than the agent ever did in it.
 */
const LATE_WAKES = 3;

/** Whether an outage keeps a bound, by what it can have been at most and at least. */
export function compareOutage(bounds: OutageBounds, boundMs: number): 'kept' | 'broken' | 'undecided' {
  const { leastMs, mostMs, sendGapMs, noise, timersMs = 0 } = bounds;
  if (mostMs <= boundMs) return 'kept';
  const surelyMs = leastMs - LATE_WAKES * sendGapMs - marginOf(noise, 0).disturbanceMs;
  return Math.max(surelyMs, timersMs) > boundMs ? 'broken' : 'undecided';
}

/** The margin of an outage with what is known of it: what timers took by themselves is none of the machine's. */
export function marginOfOutage({ mostMs, sendGapMs, noise, timersMs = 0 }: OutageBounds): Margin {
  const margin = marginOf(noise, LATE_WAKES * sendGapMs);
  const mostOfMachineMs = timersMs > 0 ? Math.max(0, mostMs - timersMs) : Infinity;
  const gapMs = Math.min(margin.gapMs, mostOfMachineMs);
  return { gapMs, disturbanceMs: Math.min(margin.disturbanceMs, mostOfMachineMs - gapMs) };
}

/** Whether a time keeps an upper bound: surely, surely not, or not known. */
export function compare(
  measuredMs: number,
  boundMs: number,
  { gapMs, disturbanceMs, clockMs = 0 }: Margin,
): 'kept' | 'broken' | 'undecided' {
  if (measuredMs === 0 || measuredMs + gapMs + clockMs <= boundMs) return 'kept';
  return measuredMs - gapMs - clockMs - disturbanceMs > boundMs ? 'broken' : 'undecided';
}

/** What a verdict says of an outage that may have been shorter. */
export function doubtText(bounds: OutageBounds): string {
  const { gapMs, disturbanceMs } = marginOfOutage(bounds);
  return `of which the machine may have caused up to ${spoken(gapMs + disturbanceMs)}`;
}

/** What a verdict says of its margin. */
export function marginText({ gapMs, disturbanceMs, clockMs = 0 }: Margin): string {
  const clocks = clockMs === 0 ? '' : `, clocks of machines up to ${spoken(clockMs)} apart`;
  const waited = disturbanceMs === 0 ? '' : `, and processes waiting for a CPU for ${spoken(disturbanceMs)}`;
  return `with up to ${spoken(gapMs)} between two probes${clocks}${waited}`;
}

/** Whether the machine was so busy that what did not happen in time says nothing of the network. */
export function wasOverloaded(
  { stealMs, cpuPressureMs }: Pick<Noise, 'stealMs' | 'cpuPressureMs'>,
  watchedMs: number,
): boolean {
  return stealMs + (cpuPressureMs ?? 0) > watchedMs / 2;
}
