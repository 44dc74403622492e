import test from 'ava';
import fc from 'fast-check';
import { judgeShares, looks } from '../../../src/assert/shares.js';
import { randomFrom } from '../../support/random.js';
import { firstAnswer } from './expecting.js';

type Outcome = 'pass' | 'fail' | 'inconclusive';

const half = firstAnswer({ client1: { 'server-a': '50% +- 5%', 'server-b': '50% +- 5%' } });
const of = (
  counts: Readonly<Record<string, number>>,
  flows: number,
): { flows: number; byInstance: ReadonlyMap<string, number> } => ({
  flows,
  byInstance: new Map(Object.entries(counts)),
});

/** As a step does it: after each number of flows it is judged, until it is decided. */
function play(expectation: typeof half, share: number, confidence: number, random: () => number): Outcome {
  let flows = 0;
  let count = 0;
  let outcome: Outcome = 'inconclusive';
  for (const wanted of looks) {
    for (; flows < wanted; flows++) if (random() < share) count += 1;
    outcome = judgeShares(expectation, of({ 'server-a': count, 'server-b': flows - count }, flows), confidence).verdict;
    if (outcome !== 'inconclusive') break;
  }
  return outcome;
}

function tally(
  expectation: typeof half,
  share: number,
  confidence: number,
  runs: number,
): Readonly<Record<Outcome, number>> {
  const random = randomFrom(Math.round(share * 1000) + 1);
  const outcomes = { pass: 0, fail: 0, inconclusive: 0 };
  for (let run = 0; run < runs; run++) outcomes[play(expectation, share, confidence, random)] += 1;
  return outcomes;
}

const RUNS = 200;
const CONFIDENCE = 0.9;

for (const share of [0.45, 0.47, 0.5, 0.53, 0.55]) {
  test(`flows of which ${String(share)} go to one instance, which is tolerated, fail less often than the risk that is stated`, (t) => {
    const { fail } = tally(half, share, CONFIDENCE, RUNS);
    t.true(fail <= RUNS * (1 - CONFIDENCE), `${String(fail)} of ${String(RUNS)} failed`);
  });
}

for (const share of [0, 0.3, 0.42, 0.449, 0.551, 0.6, 1]) {
  test(`flows of which ${String(share)} go to one instance, which is not tolerated, pass less often than the risk that is stated`, (t) => {
    const { pass } = tally(half, share, CONFIDENCE, RUNS);
    t.true(pass <= RUNS * (1 - CONFIDENCE), `${String(pass)} of ${String(RUNS)} passed`);
  });
}

test('what is well inside, or well outside, is decided', (t) => {
  t.true(tally(half, 0.5, 0.99, 50).pass >= 48);
  t.is(tally(half, 0.3, 0.99, 50).fail, 50);
});

test('at the edge of what is tolerated mostly nothing is decided', (t) => {
  t.true(tally(half, 0.55, 0.99, 50).inconclusive >= 48);
});

test('a verdict says what was expected, how sure, and what was counted', (t) => {
  t.deepEqual(judgeShares(half, of({ 'server-a': 128, 'server-b': 128 }, 256), 0.99, 'after fail router1, '), {
    text: 'after fail router1, client1 is answered by server-a for 50% +- 5% of its flows and server-b for 50% +- 5% of its flows, at a confidence of 99%',
    verdict: 'inconclusive',
    seen: 'server-a 128, server-b 128 of 256 flows',
    measured: 256,
  });
  t.like(judgeShares(half, of({ 'server-a': 8192 }, 8192), 0.99), {
    verdict: 'fail',
    seen: 'server-a 8192 of 8192 flows',
  });
  t.like(judgeShares(half, of({}, 256), 0.99), { verdict: 'fail', seen: 'no answers of 256 flows' });
  t.like(judgeShares(half, of({}, 0), 0.99), { verdict: 'fail', seen: 'no query from that client to that service' });
});

test('all and none are exact: one flow that goes elsewhere is a failure', (t) => {
  const all = firstAnswer({ client1: { 'server-a': '100%', 'server-b': '0%' } });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8192 }), (flows) => {
      t.is(judgeShares(all, of({ 'server-a': flows }, flows), 0.99).verdict, 'pass');
      t.is(judgeShares(all, of({ 'server-a': flows - 1 }, flows), 0.99).verdict, 'fail', 'one without an answer');
      t.is(judgeShares(all, of({ 'server-a': flows - 1, 'server-b': 1 }, flows), 0.99).verdict, 'fail');
    }),
    { numRuns: 50 },
  );
});

test('all and none with a tolerance have one edge', (t) => {
  const most = firstAnswer({ client1: { 'server-a': '100% +- 10%' } });
  t.is(judgeShares(most, of({ 'server-a': 256 }, 256), 0.99).verdict, 'pass');
  t.is(judgeShares(most, of({ 'server-a': 2000 }, 2048), 0.99).verdict, 'pass');
  t.is(judgeShares(most, of({ 'server-a': 1600 }, 2048), 0.99).verdict, 'fail');
  const few = firstAnswer({ client1: { 'server-a': '0% +- 10%' } });
  t.is(judgeShares(few, of({}, 256), 0.99).verdict, 'pass');
  t.is(judgeShares(few, of({ 'server-a': 448 }, 2048), 0.99).verdict, 'fail');
  t.is(
    judgeShares(firstAnswer({ client1: { 'server-a': '50% +- 50%' } }), of({ 'server-a': 1 }, 256), 0.99).verdict,
    'pass',
    'anything is tolerated',
  );
});

test('as an instance answers more flows it goes from too few over right to too many, and never back', (t) => {
  const order = ['fail', 'inconclusive', 'pass', 'inconclusive', 'fail'];
  for (const flows of looks.slice(0, 4)) {
    const quarter = firstAnswer({ client1: { 'server-a': '25% +- 10%' } });
    let at = 0;
    for (let count = 0; count <= flows; count += 8) {
      const { verdict } = judgeShares(quarter, of({ 'server-a': count }, flows), 0.99);
      while (at < order.length && order[at] !== verdict) at += 1;
    }
    t.true(at < order.length, `${String(flows)} flows`);
  }
});

test('more confidence decides less', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1024 }), (count) => {
      const verdict = (confidence: number): Outcome =>
        judgeShares(half, of({ 'server-a': count, 'server-b': 1024 - count }, 1024), confidence).verdict;
      const sure = verdict(0.999);
      t.true(sure === 'inconclusive' || sure === verdict(0.8));
    }),
    { numRuns: 100 },
  );
});
