import test from 'ava';
import fc from 'fast-check';
import { sendGaps } from '../../../src/measure/send-gaps.js';

const flow = (...times: readonly number[]): readonly { readonly sentAtMs: number }[] =>
  times.map((sentAtMs) => ({ sentAtMs }));

test('gaps are those within a flow, never from one flow to another', (t) => {
  t.deepEqual(sendGaps([flow(0, 1, 2, 12), flow(1000, 1001)]), { median: 1, p99: 10, max: 10 });
});

test('where nothing was sent twice there is no gap', (t) => {
  t.deepEqual(sendGaps([]), { median: 0, p99: 0, max: 0 });
  t.deepEqual(sendGaps([flow(), flow(7)]), { median: 0, p99: 0, max: 0 });
});

test('one gap in a thousand is the longest, and not the 99th percentile', (t) => {
  const times = Array.from({ length: 1001 }, (_, i) => i + (i > 500 ? 40 : 0));
  t.deepEqual(sendGaps([flow(...times)]), { median: 1, p99: 1, max: 41 });
});

test('the median is not above the 99th percentile, nor that above the longest, which is one of the gaps', (t) => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 20 }), { maxLength: 4 }), (gaps) => {
      const flows = gaps.map((each) =>
        flow(...each.reduce<number[]>((times, gap) => [...times, (times.at(-1) ?? 0) + gap], [0])),
      );
      const { median, p99, max } = sendGaps(flows);
      t.true(median <= p99 && p99 <= max);
      t.is(max, Math.max(0, ...gaps.flat()));
    }),
  );
});
