import test from 'ava';
import { unpredicted } from '../../../src/assert/judge-predictions.js';
import type { Answer } from '../../../src/assert/answers.js';
import { healthy } from '../../../src/forecast/condition.js';
import { predict } from '../../../src/predict/prediction.js';
import { planOf, twoEqualWays } from '../plan/plan-of.js';

const answer = (address: string, instance: string | null, more: readonly (string | null)[] = []): Answer => ({
  client: 'client1',
  service: 'service',
  address,
  instance,
  cost: null,
  path: [],
  rttMs: null,
  ...(more.length === 0
    ? {}
    : {
        flows: {
          asked: 1 + more.length,
          ways: 2,
          risk: 0,
          answers: [instance, ...more].map((name) => ({ instance: name, flows: 1 })),
          paths: [],
        },
      }),
});

const differing = (text: string, ...answers: readonly Answer[]): readonly string[] => {
  const plan = planOf(text);
  return unpredicted(predict(plan, healthy).predictions, answers, plan).map(
    ({ prediction, seen }) => `${prediction.address}: ${seen.map(String).join()}`,
  );
};

const onlyA = twoEqualWays.replace('[router1, router3]', '{endpoints: [router1, router3], cost: 5}');

test('an answer by any instance of a tie is as predicted, by another one it is not', (t) => {
  t.deepEqual(differing(twoEqualWays, answer('192.0.2.53', 'server-b')), []);
  t.deepEqual(differing(onlyA, answer('192.0.2.53', 'server-a'), answer('2001:db8:53::53', 'server-a')), []);
  t.deepEqual(differing(onlyA, answer('192.0.2.53', 'server-b'), answer('2001:db8:53::53', 'server-a')), [
    '192.0.2.53: server-b',
  ]);
  t.deepEqual(differing(onlyA, answer('192.0.2.53', 'server-a', ['server-b', null])), ['192.0.2.53: server-b,null']);
});

test('no answer is a difference, unless none was predicted, or links lose packets', (t) => {
  t.deepEqual(differing(onlyA, answer('192.0.2.53', null)), ['192.0.2.53: null']);
  const lossy = onlyA.replace('[router2, server-a]', '{endpoints: [router2, server-a], loss: 10%}');
  t.deepEqual(differing(lossy, answer('192.0.2.53', null)), []);
  t.deepEqual(differing(lossy, answer('192.0.2.53', 'server-b')), ['192.0.2.53: server-b']);
});
