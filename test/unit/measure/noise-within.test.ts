import test from 'ava';
import { noiseWithin, type LoadSample } from '../../../src/measure/noise-within.js';

/**
 * A sample each 20 ms from 0 on: all of the time somebody waited, the lab's own processes 1 ms in each of them, 10 from
 * 200 ms on.
 */
const samples: readonly LoadSample[] = Array.from({ length: 21 }, (_, i) => ({
  atMs: 20 * i,
  stealMs: i >= 5 ? 10 : 0,
  cpuPressureMs: 20 * i,
  waitedMs: i <= 10 ? i : 10 + 10 * (i - 10),
}));

test('what fell into a time is counted from the sample before it to the one after it', (t) => {
  t.deepEqual(noiseWithin(samples, [{ fromMs: 45, toMs: 75 }]), { stealMs: 0, cpuPressureMs: 40, waitedMs: 2 });
  t.deepEqual(noiseWithin(samples, [{ fromMs: 40, toMs: 80 }]), { stealMs: 0, cpuPressureMs: 40, waitedMs: 2 });
  t.deepEqual(noiseWithin(samples, [{ fromMs: 90, toMs: 110 }]), { stealMs: 10, cpuPressureMs: 40, waitedMs: 2 });
});

test('noise before an outage and after it is none of it', (t) => {
  t.like(noiseWithin(samples, [{ fromMs: 100, toMs: 200 }]), { waitedMs: 5, stealMs: 0 });
  t.like(noiseWithin(samples, [{ fromMs: 100, toMs: 300 }]), { waitedMs: 55 });
});

test('several times add up, and what lies between two samples counts once', (t) => {
  t.deepEqual(
    noiseWithin(samples, [
      { fromMs: 42, toMs: 46 },
      { fromMs: 48, toMs: 58 },
      { fromMs: 121, toMs: 122 },
    ]),
    { stealMs: 0, cpuPressureMs: 40, waitedMs: 2 },
  );
});

test('what was not sampled to its end counts to the last sample; what no kernel says is not known', (t) => {
  t.like(noiseWithin(samples, [{ fromMs: 380, toMs: 900 }]), { cpuPressureMs: 20 });
  t.deepEqual(
    noiseWithin(
      samples.map((each) => ({ ...each, waitedMs: null })),
      [{ fromMs: 0, toMs: 40 }],
    ),
    { stealMs: 0, cpuPressureMs: 40, waitedMs: null },
  );
  t.deepEqual(noiseWithin([], [{ fromMs: 0, toMs: 40 }]), { stealMs: 0, cpuPressureMs: null, waitedMs: null });
});
