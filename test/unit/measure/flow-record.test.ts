import test from 'ava';
import fc from 'fast-check';
import { flowRecord, type ProbeSeen } from '../../../src/measure/flow-record.js';

const question = { client: 'client1', service: 'dns', address: '192.0.2.53', family: 'ipv4' } as const;
const answered = (sentAtMs: number, instance: string, rttMs = 0.5): ProbeSeen => ({
  sentAtMs,
  instance,
  rttMs,
  fate: 'answered',
  duplicates: 0,
});
const lost = (sentAtMs: number, fate: ProbeSeen['fate'] = 'silent'): ProbeSeen => ({
  sentAtMs,
  instance: null,
  rttMs: NaN,
  fate,
  duplicates: 0,
});

test('probes of one fate, and of one instance, are one run, from the first that was sent to the last', (t) => {
  const record = flowRecord(question, 40_001, [
    answered(0, 'server-a'),
    answered(1, 'server-a'),
    lost(2),
    lost(3, 'loop'),
    lost(4, 'loop'),
    answered(5, 'server-b'),
  ]);
  t.deepEqual(record, {
    client: 'client1',
    service: 'dns',
    address: '192.0.2.53',
    sourcePort: 40_001,
    runs: [
      { fate: 'answered', instance: 'server-a', fromMs: 0, toMs: 1, probes: 2 },
      { fate: 'silent', instance: null, fromMs: 2, toMs: 2, probes: 1 },
      { fate: 'loop', instance: null, fromMs: 3, toMs: 4, probes: 2 },
      { fate: 'answered', instance: 'server-b', fromMs: 5, toMs: 5, probes: 1 },
    ],
    sentAtMs: [0, 1, 2, 3, 4, 5],
    rttMs: [0.5, 0.5, null, null, null, 0.5],
  });
});

test('a flow without probes has no runs', (t) => {
  t.like(flowRecord(question, 40_001, []), { runs: [], sentAtMs: [], rttMs: [] });
});

test('runs have every probe once, neighbors differ, and all of it can be written as JSON', (t) => {
  const probe = fc.oneof(
    fc.constantFrom('server-a', 'server-b').map((instance) => answered(0, instance)),
    fc.constantFrom('silent', 'loop', 'refused', 'unreachable').map((fate) => lost(0, fate as ProbeSeen['fate'])),
  );
  fc.assert(
    fc.property(fc.array(probe, { maxLength: 50 }), (probes) => {
      const record = flowRecord(
        question,
        1,
        probes.map((each, i) => ({ ...each, sentAtMs: i })),
      );
      t.deepEqual(
        record.runs.flatMap(({ fate, instance, probes: many }) => Array.from({ length: many }, () => [fate, instance])),
        probes.map(({ fate, instance }) => [fate, instance]),
      );
      t.true(
        record.runs.every(
          (run, i) => run.fate !== record.runs[i + 1]?.fate || run.instance !== record.runs[i + 1]?.instance,
        ),
      );
      t.deepEqual(JSON.parse(JSON.stringify(record)), record);
    }),
  );
});
