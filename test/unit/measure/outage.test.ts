import test from 'ava';
import fc from 'fast-check';
import { measureOutage, type ProbeRecord } from '../../../src/measure/outage.js';

/** One probe every 10 ms: a letter for who answered, a dot where nobody did. */
const probes = (text: string): readonly ProbeRecord[] =>
  text.split('').map((who, index) => ({ sentAtMs: 1000 + 10 * index, instance: who === '.' ? null : who }));

for (const [text, outageMs, lost] of [
  ['aaaa', 0, 0],
  ['', 0, 0],
  ['aabb', 0, 0],
  ['aa..bb', 20, 2],
  ['a.b', 10, 1],
  ['a..a...b', 50, 5],
  ['..a', 20, 2],
  ['aa..', null, 2],
  ['a.a.', null, 2],
  ['...', null, 3],
] as const) {
  test(`"${text}" is ${outageMs === null ? 'an outage without an end' : `${outageMs} ms of outage`}, ${lost} lost`, (t) => {
    t.like(measureOutage(probes(text)), { outageMs, lost, sent: text.length });
  });
}

test('an outage counts from the first lost probe to the next that was answered, at whatever pace', (t) => {
  const uneven = [
    [0, 'a'],
    [3, null],
    [4, null],
    [20, 'b'],
    [21, 'b'],
  ] as const;
  const seen = measureOutage(uneven.map(([sentAtMs, instance]) => ({ sentAtMs, instance })));
  t.deepEqual(seen, {
    outageMs: 17,
    lost: 2,
    sent: 5,
    maxSendGapMs: 16,
    leastMs: 1,
    mostMs: 20,
    sendGapMs: 16,
    runs: [{ fromMs: 3, toMs: 20 }],
  });
});

test('the longest pause of the prober is told: a shorter outage cannot be seen', (t) => {
  t.is(measureOutage(probes('aaaa')).maxSendGapMs, 10);
  t.is(measureOutage(probes('a')).maxSendGapMs, 0);
  t.is(measureOutage([]).maxSendGapMs, 0);
});

test('no outage is longer than the probing, or shorter than its losses need', (t) => {
  const seen = fc
    .array(fc.constantFrom('a', 'b', '.'), { minLength: 1, maxLength: 30 })
    .map((letters) => letters.join(''));
  fc.assert(
    fc.property(seen, (text) => {
      const { outageMs, lost } = measureOutage(probes(text));
      return text.endsWith('.') ? outageMs === null : outageMs === 10 * lost;
    }),
  );
  t.pass();
});
