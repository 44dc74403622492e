import test from 'ava';
import fc from 'fast-check';
import { isShares, readClients, readExpectations } from '../../../../src/topology/file/expectations.js';
import { patternProblem, readPattern, readShare } from '../../../../src/topology/model/written-values.js';
import type { FileExpectations } from '../../../../src/topology/file/schema.js';
import type { Expectations } from '../../../../src/topology/model/step.js';

const read = (expect: Readonly<Record<string, unknown>>): Expectations =>
  readExpectations(expect as FileExpectations, ['client1', 'client2']);
const one = { label: 'client1', names: ['client1'] };

test('where nothing is said, nothing is expected, within ten seconds and at a confidence of 99%', (t) => {
  const { limits, ...rest } = read({});
  t.deepEqual(rest, {
    answers: [],
    byClient: { path: [], cost: [], rtt: [], minRtt: [], fate: [], status: [], output: [], replies: [] },
    routes: [],
    withinMs: 10_000,
    stableMs: undefined,
    confidence: 0.99,
  });
  t.true(Object.values(limits).every((limit) => limit.length === 0));
});

test('clients are one, several, or all of them', (t) => {
  t.deepEqual(readClients('client1', ['client1', 'client2']), one);
  t.deepEqual(readClients('client2+client1', []), { label: 'client2+client1', names: ['client2', 'client1'] });
  t.deepEqual(readClients('all', ['client1', 'client2']), { label: 'all', names: ['client1', 'client2'] });
});

test('an answer is an instance, one of a list, a share of the flows, or one of these by service', (t) => {
  t.deepEqual(read({ client1: 'server-a' }).answers, [
    { clients: one, to: undefined, answer: { kind: 'instances', instances: ['server-a'] } },
  ]);
  t.deepEqual(read({ client1: ['server-a', 'nobody'] }).answers, [
    { clients: one, to: undefined, answer: { kind: 'instances', instances: ['server-a', 'nobody'] } },
  ]);
  t.deepEqual(read({ client1: { 'server-a': '75% +- 5%', 'server-b': '0%' } }).answers, [
    {
      clients: one,
      to: undefined,
      answer: {
        kind: 'shares',
        shares: [
          { instance: 'server-a', share: 0.75, tolerance: 0.05 },
          { instance: 'server-b', share: 0, tolerance: 0 },
        ],
      },
    },
  ]);
  t.deepEqual(
    read({
      client1: { dns: 'server-a', web: { 'server-b': '100%' }, '2001:DB8:0::53': 'server-b' },
    }).answers.map(({ to, answer }) => [to, answer]),
    [
      ['dns', { kind: 'instances', instances: ['server-a'] }],
      ['web', { kind: 'shares', shares: [{ instance: 'server-b', share: 1, tolerance: 0 }] }],
      ['2001:db8::53', { kind: 'instances', instances: ['server-b'] }],
    ],
  );
});

test('reserved words are no clients', (t) => {
  const all = read({
    within: '2s',
    stable: '500ms',
    outage: '0ms',
    lost: 1,
    duplicates: 2,
    brokenFlows: 3,
    moved: ['client1'],
    collateral: 4,
    confidence: '95%',
  });
  t.deepEqual(all.answers, []);
  t.like(all, {
    withinMs: 2000,
    stableMs: 500,
    confidence: 0.95,
    limits: {
      outage: [{ to: undefined, bound: 0 }],
      lost: [{ to: undefined, bound: 1 }],
      duplicates: [{ to: undefined, bound: 2 }],
      brokenFlows: [{ to: undefined, bound: 3 }],
      moved: [{ to: undefined, bound: ['client1'] }],
      collateral: [{ to: undefined, bound: 4 }],
    },
  });
});

test('what is said by client is read for each', (t) => {
  t.like(
    read({
      path: { client1: ['router1'] },
      cost: { client1: 0 },
      rtt: { client1: '20ms' },
      fate: { client1: 'loop' },
      status: { client1: 200 },
      output: { client1: 'x' },
    }),
    {
      byClient: {
        path: [{ clients: one, expected: ['router1'] }],
        cost: [{ clients: one, expected: 0 }],
        rtt: [{ clients: one, expected: 20 }],
        fate: [{ clients: one, expected: 'loop' }],
        status: [{ clients: one, expected: 200 }],
        output: [{ clients: one, expected: 'x' }],
      },
    },
  );
});

test('what is said by client, and what a step may cost, is of every service or of some', (t) => {
  const all = read({
    path: { client1: { dns: ['router1'], '192.0.2.80': ['router2'] } },
    cost: { client1: 3, client2: { dns: 0, web: 1 } },
    fate: { all: { dns: 'silent' } },
    outage: { dns: '10ms', web: '2s' },
    moved: { dns: ['client1'], web: 0 },
  });
  t.deepEqual(
    all.byClient.path.map(({ to, expected }) => [to, expected]),
    [
      ['dns', ['router1']],
      ['192.0.2.80', ['router2']],
    ],
  );
  t.deepEqual(
    all.byClient.cost.map(({ clients, to, expected }) => [clients.label, to, expected]),
    [
      ['client1', undefined, 3],
      ['client2', 'dns', 0],
      ['client2', 'web', 1],
    ],
  );
  t.like(all.byClient.fate, [{ to: 'dns', expected: 'silent' }]);
  t.deepEqual(all.limits.outage, [
    { to: 'dns', bound: 10 },
    { to: 'web', bound: 2000 },
  ]);
  t.deepEqual(all.limits.moved, [
    { to: 'dns', bound: ['client1'] },
    { to: 'web', bound: 0 },
  ]);
});

test('a route leads by one neighbor, by several, or nowhere', (t) => {
  t.deepEqual(
    read({
      rib: { router1: { dns: 'router2' } },
      fib: { router1: { '192.0.2.0/24': ['router2', 'router3'], dns: 'none' } },
    }).routes,
    [
      { table: 'rib', router: 'router1', to: 'dns', via: ['router2'] },
      { table: 'fib', router: 'router1', to: '192.0.2.0/24', via: ['router2', 'router3'] },
      { table: 'fib', router: 'router1', to: 'dns', via: [] },
    ],
  );
});

test('a share is a percentage, with a tolerance in three spellings', (t) => {
  for (const text of ['50% +- 5%', '50%+-5%', '50% ± 5%', '50% +/- 5%'])
    t.deepEqual(readShare(text), { share: 0.5, tolerance: 0.05 }, text);
  t.deepEqual(readShare('37.5% +- 0.5%'), { share: 0.375, tolerance: 0.005 });
  for (const text of ['', '50', '50 %', '-5%', '101%', '50% +- 101%', '50% +-', '50% +- 5', '1e1%', '50%5%', '٥٠%'])
    t.is(readShare(text), undefined, text);
});

test('every share that is written is read as what it says', (t) => {
  const percents = fc.integer({ min: 0, max: 100 });
  fc.assert(
    fc.property(percents, percents, (share, tolerance) => {
      t.deepEqual(readShare(`${String(share)}% +- ${String(tolerance)}%`), {
        share: share / 100,
        tolerance: tolerance / 100,
      });
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      const { share = 0, tolerance = 0 } = readShare(text) ?? {};
      t.true(share >= 0 && share <= 1 && tolerance >= 0 && tolerance <= 1);
    }),
  );
});

test('a map is of shares when all of its values have a percent sign', (t) => {
  t.true(isShares({ 'server-a': '50% +- 5%', 'server-b': 'half%' }));
  t.false(isShares({ dns: 'server-a' }));
  t.false(isShares({ 'server-a': '50%', dns: 'server-b' }));
  t.false(isShares({ dns: { 'server-a': '50%' } }));
  t.false(isShares({}));
});

test('between slashes stands a regular expression, and everything else is plain text', (t) => {
  t.deepEqual(readPattern('/^a$/'), /^a$/m);
  for (const text of ['a', '/a', 'a/', '/', '//', '']) t.is(readPattern(text), undefined, text);
  t.is(patternProblem('/(/'), 'unterminated group');
  t.is(patternProblem('/^a$/'), undefined);
  t.is(patternProblem('(('), undefined);
  fc.assert(
    fc.property(fc.string(), (text) => {
      t.notThrows(() => patternProblem(`/${text}/`));
    }),
  );
});
