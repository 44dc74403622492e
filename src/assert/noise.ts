import type { Noise } from '../protocol/timeline.js';
import { spoken } from './verdict.js';

/**
 * How far a measured time can be from what an undisturbed machine would have shown. Probes tell a time no finer than the gap
 * between two of them, to either side. What kept processes from running (time stolen by the hypervisor, time spent
 * waiting for a CPU) can only have made it longer.
 */
export interface Margin {
  readonly gapMs: number;
  readonly disturbanceMs: number;
}

/** The margin of what was measured during a step, with the longest gap between two probes of the flow in question. */
export function marginOf({ stealMs, cpuPressureMs }: Pick<Noise, 'stealMs' | 'cpuPressureMs'>, gapMs: number): Margin {
  return { gapMs, disturbanceMs: stealMs + (cpuPressureMs ?? 0) };
}

/** Whether a time keeps an upper bound: surely, surely not, or nobody can tell. */
export function compare(measuredMs: number, boundMs: number, { gapMs, disturbanceMs }: Margin): 'kept' | 'broken' | 'undecided' {
  if (measuredMs === 0 || measuredMs + gapMs <= boundMs) return 'kept';
  return measuredMs - gapMs - disturbanceMs > boundMs ? 'broken' : 'undecided';
}

/** What a verdict says of its margin. */
export function marginText({ gapMs, disturbanceMs }: Margin): string {
  const waited = disturbanceMs === 0 ? '' : `, and processes kept waiting for ${spoken(disturbanceMs)}`;
  return `with up to ${spoken(gapMs)} between two probes${waited}`;
}

/** Whether the machine was so busy that what did not happen in time says nothing of the network. */
export function wasOverloaded({ stealMs, cpuPressureMs }: Pick<Noise, 'stealMs' | 'cpuPressureMs'>, watchedMs: number): boolean {
  return stealMs + (cpuPressureMs ?? 0) > watchedMs / 2;
}
