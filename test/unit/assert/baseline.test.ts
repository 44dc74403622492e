import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { compareWithBaseline, readBaseline, type BaselineEntry } from '../../../src/assert/baseline.js';
import { leastRankSumP, rankSumP } from '../../../src/assert/rank-sum.js';
import { Baseline } from '../../../src/cli/testing/baseline.js';
import type { Output } from '../../../src/cli/output.js';
import { baselineText } from '../../../src/report/baseline-text.js';

const answer = { client: 'client1', service: 'dns', address: '192.0.2.53', instance: 'server-a' };
const entry = (outagesMs: readonly (number | null)[], more: Partial<BaselineEntry> = {}): BaselineEntry => ({
  at: '2026-01-02T03:04:05.000Z',
  topology: 'two',
  runtime: 'netns',
  machine: 'a machine',
  versions: ['nearcast 1', 'Node 22'],
  answers: [answer],
  outages: [{ step: '1, fail server-a', outagesMs: [...outagesMs], gapMs: 2, busyRuns: 0 }],
  ...more,
});
const twenty = Array.from({ length: 20 }, (_, nth) => entry([400 + nth]));
const outageVerdict = (now: BaselineEntry, earlier: readonly BaselineEntry[]) =>
  compareWithBaseline(now, earlier, 'b.jsonl').verdicts.find(({ text }) => text.startsWith('step'));

test('the rank-sum test is exact, also with equal values', (t) => {
  // Of 3 + 3 different values, one choice of 20 has the three highest ranks, and two have at least the next sum.
  t.is(rankSumP([1, 2, 3], [4, 5, 6]), 1 / 20);
  t.is(rankSumP([1, 2, 4], [3, 5, 6]), 2 / 20);
  t.is(rankSumP([4, 5, 6], [1, 2, 3]), 1);
  t.is(rankSumP([5, 5, 5], [5, 5]), 1, 'nothing can be told of equal values');
  t.is(rankSumP([1, 2], [Infinity]), 1 / 3);
  t.is(leastRankSumP(3, 3), 1 / 20);
  t.is(leastRankSumP(2, 1), 1 / 3);
});

test('every choice of values has the probability that counting all of them gives', (t) => {
  const values = [3, 1, 4, 1, 5, 9, 2];
  const chosen = values.flatMap((one, i) => values.slice(i + 1).map((other) => [one, other]));
  const rank = (value: number): number =>
    values.filter((other) => other < value).length + (values.filter((other) => other === value).length + 1) / 2;
  const sumOf = (some: readonly number[]): number => some.reduce((sum, value) => sum + rank(value), 0);
  for (const [i, one] of values.entries()) {
    for (const [k, other] of values.entries()) {
      if (k <= i) continue;
      const others = values.filter((_, nth) => nth !== i && nth !== k);
      const least = sumOf([one, other]);
      const share = chosen.filter((each) => sumOf(each) >= least).length / chosen.length;
      t.true(Math.abs(rankSumP(others, [one, other]) - share) < 1e-12, `${String(one)} ${String(other)}`);
    }
  }
});

test('an outage is worse if it is unlikely by chance and longer than probes can tell apart', (t) => {
  t.deepEqual(outageVerdict(entry([812, 805, 820]), twenty), {
    text: 'step 1, fail server-a: the outage is no longer than in earlier runs',
    verdict: 'fail',
    seen: 'median 812ms of 3, 410ms of 20 earlier (p = 0.00056)',
  });
  t.is(outageVerdict(entry([410, 405, 415]), twenty)?.verdict, 'pass');
  t.is(outageVerdict(entry([100, 90, 95]), twenty)?.verdict, 'pass', 'shorter is not worse');
  const fine = Array.from({ length: 20 }, () => entry([400]));
  t.is(outageVerdict(entry([401, 401, 401]), fine)?.verdict, 'pass', 'unlikely, but within a gap between two probes');
  t.is(outageVerdict(entry([null, null, null]), twenty)?.seen?.startsWith('median no end'), true);
  const busy = entry([812, 805, 820]);
  t.is(
    outageVerdict({ ...busy, outages: busy.outages.map((each) => ({ ...each, busyRuns: 2 })) }, twenty)?.verdict,
    'inconclusive',
  );
});

test('too few runs say nothing, and how many would', (t) => {
  const compared = compareWithBaseline(entry([9000]), twenty, 'b.jsonl');
  t.deepEqual(
    compared.verdicts.map(({ text }) => text),
    ['every client is answered as in the last run of b.jsonl'],
  );
  t.deepEqual(compared.tooFew, [{ step: '1, fail server-a', earlier: 20, needed: 99 }]);
  t.is(
    baselineText(compared, 'b.jsonl'),
    'b.jsonl: compared with 20 earlier tests\n  step 1, fail server-a: too few runs to tell, 20 earlier of 99 that are needed; fewer with a greater --runs',
  );
});

test('with several steps each is held to a stricter level', (t) => {
  const two = (a: readonly number[], b: readonly number[]): BaselineEntry =>
    entry([], {
      outages: [
        { step: '1, fail a', outagesMs: [...a], gapMs: 1, busyRuns: 0 },
        { step: '2, fail b', outagesMs: [...b], gapMs: 1, busyRuns: 0 },
      ],
    });
  // 1 of 120: below 1 % alone, above what two steps have each; 1 of 165 as well, and 1 of 286 is below.
  const runs = (count: number) => Array.from({ length: count }, (_, nth) => two([100 + nth], [100 + nth]));
  const worse = (count: number) =>
    compareWithBaseline(two([500, 501, 502], [100, 101, 102]), runs(count), 'b').verdicts.filter(
      ({ verdict }) => verdict === 'fail',
    ).length;
  t.is(worse(8), 0);
  t.is(worse(10), 1);
});

test('another machine, runtime or version is not compared, and counted; the last run says who must answer', (t) => {
  const others = [
    entry([1], { machine: 'another' }),
    entry([1], { runtime: 'docker' }),
    entry([1], { versions: ['nearcast 2', 'Node 22'] }),
    entry([1], { topology: 'three' }),
  ];
  const alone = compareWithBaseline(entry([9000]), others, 'b.jsonl');
  t.deepEqual(alone, { verdicts: [], entries: 0, leftOut: 3, tooFew: [] });
  t.is(
    baselineText(alone, 'b.jsonl'),
    'b.jsonl: nothing to compare with yet; 3 of another machine, runtime or version left out',
  );
  const moved = compareWithBaseline(entry([1], { answers: [{ ...answer, instance: 'server-b' }] }), twenty, 'b.jsonl');
  t.deepEqual(moved.verdicts[0], {
    text: 'every client is answered as in the last run of b.jsonl',
    verdict: 'fail',
    seen: 'client1 at 192.0.2.53: server-a -> server-b',
  });
});

test('a file grows by whole lines, also after a run that was ended while it wrote', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nc-baseline-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const file = join(folder, 'b.jsonl');
  const warnings: string[] = [];
  const output = { warn: (text: string) => void warnings.push(text) } as unknown as Output;
  const add = async (outageMs: number): Promise<number> => {
    const baseline = await Baseline.open(file, output);
    const { entries } = baseline.compare(entry([outageMs]));
    await baseline.append();
    return entries;
  };
  t.is(await add(1), 0);
  t.is(await add(2), 1);
  const whole = readFileSync(file, 'utf8');
  writeFileSync(file, whole.slice(0, -20));
  t.is(await add(3), 1, 'what was torn off does not count');
  t.deepEqual(warnings, [`${file}: line 2 was not written to its end, and is left out`]);
  t.is(await add(4), 2);
  await Promise.all([5, 6, 7].map(add));
  const { entries, torn } = readBaseline(readFileSync(file, 'utf8'), file);
  t.deepEqual([entries.length, torn], [6, [2]]);
  t.throws(() => readBaseline('{"at": 1}\n', file), { message: `${file}:1 is no line of a baseline` });
});
