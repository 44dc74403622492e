import test from 'ava';
import type { FlowSeen } from '../../../src/protocol/observations.js';
import { overAsked, overFlows } from '../../../src/measure/over-flows.js';

const question = { client: 'client1', service: 'dns', address: '192.0.2.53', family: 'ipv4' } as const;
const quiet: FlowSeen = {
  client: 'client1',
  service: 'dns',
  address: '192.0.2.53',
  sourcePort: 40_000,
  before: 'server-a',
  after: 'server-a',
  switchMs: null,
  outageMs: 0,
  lost: 0,
  sent: 100,
  maxSendGapMs: 1,
  fates: {},
  wrong: 0,
  duplicates: 0,
  steadySinceMs: 0,
  watchedMs: 100,
  phases: null,
  isCollateral: false,
};
const out: FlowSeen = { ...quiet, sourcePort: 40_001, outageMs: 3700, lost: 80, duplicates: 1, maxSendGapMs: 4 };
const moved: FlowSeen = { ...quiet, sourcePort: 40_002, after: 'server-b', switchMs: 3, isCollateral: true };
const cut: FlowSeen = { ...quiet, sourcePort: 40_003, after: null, outageMs: null, lost: 90 };
const numbers = { ways: 2, risk: 1e-7 };

test('flows are told by the one that fared worst, with how many felt it', (t) => {
  const seen = overFlows(numbers, [quiet, out, moved, quiet]);
  t.like(seen, {
    outageMs: 3700,
    lost: 80,
    before: 'server-a',
    after: 'server-a',
    duplicates: 1,
    maxSendGapMs: 4,
    isCollateral: true,
  });
  t.like(seen.flows, { probed: 4, felt: 2, ways: 2, risk: 1e-7 });
  t.deepEqual(seen.flows?.after, [
    { instance: 'server-a', flows: 3 },
    { instance: 'server-b', flows: 1 },
  ]);
  t.like(
    overFlows(numbers, [out, cut, quiet]),
    { after: null, outageMs: null, lost: 90 },
    'nothing is worse than no answer',
  );
  t.like(overFlows(numbers, [quiet, moved]), { after: 'server-b' });
});

test('where there is one way, one flow is told as ever', (t) => {
  const { sourcePort: _, ...told } = out;
  t.deepEqual(overFlows({ ways: 0, risk: 0 }, [out]), told);
});

test('who answers over equal ways is told by instance and way, nobody last', (t) => {
  const flow = (instance: string | null, ...path: string[]) => ({
    sourcePort: 1,
    instance,
    rttMs: 1,
    path,
    cost: path.length,
  });
  const seen = overAsked({ question, ...numbers }, [
    flow(null),
    flow('server-b', 'r2'),
    flow('server-a', 'r1', 'r3'),
    flow('server-b', 'r2'),
    flow('server-a', 'r1', 'r2'),
  ]);
  t.like(seen, { client: 'client1', instance: 'server-a', path: ['r1', 'r2'], cost: 2 });
  t.like(seen.flows, {
    asked: 5,
    answers: [
      { instance: 'server-a', flows: 2 },
      { instance: 'server-b', flows: 2 },
      { instance: null, flows: 1 },
    ],
  });
  t.deepEqual(
    seen.flows?.paths.map(({ instance, path, flows }) => [instance, path.join(), flows]),
    [
      ['server-a', 'r1,r2', 1],
      ['server-a', 'r1,r3', 1],
      ['server-b', 'r2', 2],
      [null, '', 1],
    ],
  );
});
