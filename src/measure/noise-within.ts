import type { NoiseWithin } from '../protocol/timeline.js';
import { round } from '../support/round.js';

/** What the machine has kept processes from until some moment, each counted from some beginning. */
export interface LoadSample extends NoiseWithin {
  readonly atMs: number;
}

/** A time from one moment to another. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * What fell into some times at most: for each from the last sample before it to the first one after it. Where it was
 * never sampled, nothing is known, which is no noise.
 */
export function noiseWithin(samples: readonly LoadSample[], spans: readonly Span[]): NoiseWithin {
  let sum: NoiseWithin = {
    stealMs: 0,
    cpuPressureMs: samples.length === 0 ? null : 0,
    waitedMs: samples.length === 0 ? null : 0,
  };
  for (const [index, { fromMs, toMs }] of spans.entries()) {
    // What lies between two samples is counted once, however many times are in there.
    const before = Math.max(
      0,
      samples.findLastIndex(({ atMs }) => atMs <= fromMs),
    );
    const previous = index === 0 ? -1 : endOf(samples, spans[index - 1]?.toMs ?? -Infinity);
    const [from, to] = [samples[Math.max(before, previous)], samples[endOf(samples, toMs)]];
    if (from === undefined || to === undefined || to.atMs <= from.atMs) continue;
    sum = {
      stealMs: sum.stealMs + to.stealMs - from.stealMs,
      cpuPressureMs: added(sum.cpuPressureMs, from.cpuPressureMs, to.cpuPressureMs),
      waitedMs: added(sum.waitedMs, from.waitedMs, to.waitedMs),
    };
  }
  return sum;
}

function endOf(samples: readonly LoadSample[], ms: number): number {
  const after = samples.findIndex(({ atMs }) => atMs >= ms);
  return after < 0 ? samples.length - 1 : after;
}

function added(sum: number | null, from: number | null, to: number | null): number | null {
  return sum === null || from === null || to === null ? null : round(sum + to - from);
}
