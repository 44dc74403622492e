import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { diffPlans } from '../../../src/predict/diff.js';
import { diffText } from '../../../src/report/predict/diff-text.js';
import { planOf, twoEqualWays, twoGateways } from '../plan/plan-of.js';

const textOf = (before: string, after: string): readonly string[] =>
  stripVTControlCharacters(diffText(diffPlans(planOf(before), planOf(after)))).split('\n');

test('nobody moves between a file and itself, nor where a cost changes that nobody pays', (t) => {
  t.deepEqual(textOf(twoEqualWays, twoEqualWays), ['nobody moves: 1 client']);
  t.deepEqual(diffPlans(planOf(twoGateways), planOf(twoGateways.replace('cost: 10', 'cost: 20'))).moves, []);
});

test('who moves is named with the node where the ways part, and what it chose there', (t) => {
  const dearer = twoEqualWays.replace('[router1, router3]', '{endpoints: [router1, router3], cost: 5}');
  t.deepEqual(textOf(twoEqualWays, dearer), [
    'client1  192.0.2.53  server-a 50%, server-b 50% -> server-a',
    '  router1 chose server-a (cost 2), server-b (cost 2), and chooses server-a (cost 2); no longer server-b (cost 6)',
    'client1  2001:db8:53::53  server-a 50%, server-b 50% -> server-a',
    '  router1 chose server-a (cost 2), server-b (cost 2), and chooses server-a (cost 2); no longer server-b (cost 6)',
    '1 of 1 client moves',
  ]);
  t.deepEqual(
    textOf(dearer, dearer.replace('[router2, server-a]', '{endpoints: [router2, server-a], cost: 30}'))[1],
    '  router1 chose server-a (cost 2), and chooses server-b (cost 6); no longer server-a (cost 31)',
  );
});

test('another first router, and an address that is gone, are reasons too', (t) => {
  t.is(
    textOf(twoGateways, twoGateways.replace('cost: 10', 'cost: 1'))[1],
    '  its first router was router2, and is router1',
  );
  t.deepEqual(textOf(twoEqualWays, twoEqualWays.replace(', "2001:db8:53::53"', '')), [
    'client1  2001:db8:53::53  server-a 50%, server-b 50% -> no such address',
    '  the service has the address in one of the files only',
    '1 of 1 client moves',
  ]);
});

test('clients that are new or gone do not move', (t) => {
  const more = twoEqualWays
    .replace('nodes:', 'nodes:\n  client2: {kind: host}')
    .replace('links:', 'links:\n  - [client2, router2]');
  t.deepEqual(textOf(twoEqualWays, more), ['new: client2', 'nobody moves: 1 client']);
  t.deepEqual(textOf(more, twoEqualWays), ['gone: client2', 'nobody moves: 1 client']);
});
