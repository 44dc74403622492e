import test from 'ava';
import fc from 'fast-check';
import { formatDuration, parseDuration } from '../../../src/support/duration.js';

for (const [text, ms] of [
  ['250ms', 250],
  ['1s', 1000],
  ['1.5s', 1500],
  ['1.001s', 1001],
  ['2m', 120_000],
  ['1h', 3_600_000],
  ['0s', 0],
  ['0.5ms', 0.5],
] as const) {
  test(`${text} is ${ms} ms`, (t) => {
    t.is(parseDuration(text), ms);
  });
}

for (const text of ['', '1', 's', '1 s', '-1s', '1.s', '.5s', '1e3s', '1d', '1s ', 'soon', `${'9'.repeat(400)}s`]) {
  test(`no duration: "${text.slice(0, 10)}"`, (t) => {
    t.is(parseDuration(text), undefined);
  });
}

test('durations are written in the largest unit that fits', (t) => {
  t.deepEqual([0, 0.5, 250, 1000, 1500, 90_000, 120_000, 3_600_000].map(formatDuration), [
    '0ms',
    '0.5ms',
    '250ms',
    '1s',
    '1.5s',
    '90s',
    '2m',
    '1h',
  ]);
});

test('what is written can be read again', (t) => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 100_000_000 }), (ms) => parseDuration(formatDuration(ms)) === ms));
  t.pass();
});
