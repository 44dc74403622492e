import test from 'ava';
import type { Answer } from '../../../src/assert/answers.js';
import { judgeSnapshot, movesBetween, readSnapshot, snapshotOf } from '../../../src/assert/snapshot.js';

function answer(client: string, instance: string | null, address = '192.0.2.53'): Answer {
  return { client, service: 'dns', address, instance, cost: 1, path: [], rttMs: 0.5 };
}

const before = snapshotOf('lab', [
  answer('client2', 'server-b'),
  answer('client1', 'server-a'),
  answer('client3', null),
]);

test('a snapshot keeps what stays the same from run to run, in an order of its own', (t) => {
  t.deepEqual(
    before.answers.map(({ client, instance }) => [client, instance]),
    [
      ['client1', 'server-a'],
      ['client2', 'server-b'],
      ['client3', null],
    ],
  );
  t.deepEqual(
    snapshotOf('lab', [answer('client1', 'server-a'), answer('client3', null), answer('client2', 'server-b')]),
    before,
  );
  t.deepEqual(readSnapshot(JSON.stringify(before), 'map.json'), before);
});

test('who moved, from where to where; who is new, and who is gone', (t) => {
  const after = snapshotOf('lab', [
    answer('client1', 'server-c'),
    answer('client2', null),
    answer('client4', 'server-a'),
  ]);
  t.deepEqual(movesBetween(before, after), [
    { client: 'client1', address: '192.0.2.53', from: 'server-a', to: 'server-c' },
    { client: 'client2', address: '192.0.2.53', from: 'server-b', to: null },
    { client: 'client3', address: '192.0.2.53', from: null, to: undefined },
    { client: 'client4', address: '192.0.2.53', from: undefined, to: 'server-a' },
  ]);
  t.deepEqual(judgeSnapshot(before, after, 'map.json'), {
    text: 'every client is answered as in map.json',
    verdict: 'fail',
    seen: 'client1 at 192.0.2.53: server-a -> server-c, client2 at 192.0.2.53: server-b -> nobody, client3 at 192.0.2.53: nobody -> not there, client4 at 192.0.2.53: not there -> server-a',
  });
  t.like(judgeSnapshot(before, before, 'map.json'), { verdict: 'pass' });
});

for (const text of ['', '[]', '{"topology": "lab"}', '{"topology": "lab", "answers": [{"client": 1}]}']) {
  test(`no snapshot: ${JSON.stringify(text)}`, (t) => {
    t.throws(() => readSnapshot(text, 'map.json'), { code: 'USAGE', message: /map\.json is not a snapshot/ });
  });
}
