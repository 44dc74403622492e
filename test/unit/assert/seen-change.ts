import { judgeChange, type ChangeSeen } from '../../../src/assert/judge-change.js';
import type { ObservedChange } from '../../../src/protocol/observations.js';
import type { Noise } from '../../../src/protocol/timeline.js';
import { expecting, type FileExpect } from './expecting.js';

export const v4 = '192.0.2.53';
export const v6 = '2001:db8:53::53';
export const quiet: Noise = {
  sendGapMs: { median: 1, p99: 1, max: 1 },
  calibratedGapMs: 1,
  stealMs: 0,
  cpuPressureMs: 0,
};

/** A flow that moved from server-a to another instance, or was cut off, after 15 ms without an answer. */
export function change(after: string | null, switchMs: number | null, address = v4): ObservedChange {
  return {
    client: 'client1',
    service: 'dns',
    address,
    before: 'server-a',
    after,
    switchMs,
    outageMs: after === null ? null : 15,
    lost: 15,
    sent: 100,
    maxSendGapMs: 1,
    fates: { silent: 15 },
    wrong: 0,
    duplicates: 0,
    steadySinceMs: switchMs,
    watchedMs: 2000,
    phases: null,
    isCollateral: false,
  };
}

/** What a step comes to that broke server-a. */
export function judge(
  expect: FileExpect,
  changes: readonly ObservedChange[],
  seen: Partial<ChangeSeen> = {},
): ReturnType<typeof judgeChange> {
  return judgeChange('fail server-a', expecting(expect), {
    changes,
    settled: true,
    settleMs: 40,
    noise: quiet,
    ...seen,
  });
}
