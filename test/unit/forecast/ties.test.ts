import test from 'ava';
import { tiesOf } from '../../../src/forecast/remarks/ties.js';
import { topologyOf, twoEqualWays, twoGateways } from '../plan/plan-of.js';

const remarks = (text: string): readonly string[] => tiesOf(topologyOf(text)).map(({ message }) => message);
const tie = 'client client1 may be answered by server-a or server-b: costs tie';

test('an instance that is expected over a tie is remarked upon; all that may answer, and shares, are not', (t) => {
  t.deepEqual(remarks(`${twoEqualWays}expect: {client1: server-a}\n`), [tie]);
  t.deepEqual(remarks(`${twoEqualWays}expect: {all: {service: server-b}}\n`), [tie]);
  t.deepEqual(remarks(twoEqualWays), []);
  t.deepEqual(remarks(`${twoEqualWays}expect: {client1: [server-a, server-b]}\n`), []);
  t.deepEqual(remarks(`${twoEqualWays}expect: {client1: {server-a: 50% +- 10%, server-b: 50% +- 10%}}\n`), []);
  t.deepEqual(remarks(`${twoGateways}expect: {client1: server-b}\n`), [], 'one instance is nearer');
});
