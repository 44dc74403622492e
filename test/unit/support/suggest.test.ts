import test from 'ava';
import { didYouMean, listWords, nearest } from '../../../src/support/suggest.js';

test('the nearest word is the one with the fewest slips', (t) => {
  t.is(nearest('cots', ['cost', 'mtu', 'prefix']), 'cost', 'two letters swapped are one slip');
  t.is(nearest('sever-a', ['server-b', 'server-a']), 'server-a');
  t.is(nearest('ROUTER1', ['router2', 'router1']), 'router1', 'letter case costs nothing');
  t.is(nearest('figure9', ['figure1', 'figure2']), 'figure1', 'the first of equals');
});

test('a word that is not near to anything gets no suggestion', (t) => {
  t.is(nearest('delay', ['cost', 'mtu']), undefined);
  t.is(nearest('a', ['b']), undefined, 'a single letter is nothing to go by');
  t.is(nearest('', ['a', 'ab']), undefined);
  t.is(nearest('x'.repeat(100_000), ['x'.repeat(100_000)]), undefined);
});

test('a hint names the nearest word, or what there is', (t) => {
  t.is(didYouMean('hots', ['host', 'router'], 'kinds'), 'did you mean "host"?');
  t.is(didYouMean('firewall', ['host', 'router'], 'kinds'), 'the kinds here are: host, router');
  t.is(didYouMean('x', [], 'services'), 'there are no services here');
  t.is(listWords(['a', 'b', 'c', 'd'], 2), 'a, b and 2 more');
});
