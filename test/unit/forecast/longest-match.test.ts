import test from 'ava';
import { longestMatch, prefixesAround } from '../../../src/forecast/longest-match.js';

const table = new Map([
  ['0.0.0.0/0', 'all'],
  ['192.0.2.0/24', 'covering'],
  ['192.0.2.53/32', 'host'],
  ['::/0', 'all of IPv6'],
  ['2001:db8:53::/48', 'covering IPv6'],
]);
const match = (address: string): string | undefined => longestMatch(table, prefixesAround(address));

test('of the prefixes around an address the longest is used, of its own family only', (t) => {
  t.is(match('192.0.2.53'), 'host');
  t.is(match('192.0.2.54'), 'covering');
  t.is(match('198.51.100.1'), 'all');
  t.is(match('2001:db8:53::53'), 'covering IPv6');
  t.is(match('2001:db8:54::53'), 'all of IPv6');
});

test('without a prefix around it, and without an address, there is none', (t) => {
  t.is(longestMatch(new Map([['192.0.2.0/24', 1]]), prefixesAround('192.0.3.0')), undefined);
  t.is(match('192.0.2'), undefined);
  t.is(prefixesAround('10.0.0.1').length, 33);
});
