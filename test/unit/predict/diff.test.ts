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
    '  the client asks this address in the old file only',
    '1 of 1 client moves',
  ]);
});

test('a service with another name, and the same addresses, moves nobody', (t) => {
  t.deepEqual(textOf(twoEqualWays, twoEqualWays.replace('  service:', '  dns:')), ['nobody moves: 1 client']);
});

test('clients that are new or gone do not move', (t) => {
  const more = twoEqualWays
    .replace('nodes:', 'nodes:\n  client2: {kind: host}')
    .replace('links:', 'links:\n  - [client2, router2]');
  t.deepEqual(textOf(twoEqualWays, more), [
    'client2 is a new client, in the second file only',
    'nobody moves: 1 client',
  ]);
  t.deepEqual(textOf(more, twoEqualWays), [
    'client2 is no client any more, in the second file',
    'nobody moves: 1 client',
  ]);
});

const twoSystems = `
name: two-systems
nodes:
  client1: {kind: host}
  core: {kind: router, asn: 65001}
  east: {kind: router, asn: 65002}
  west: {kind: router, asn: 65003}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, core]
  - {endpoints: [core, east], policy: {east: {bandwidth: 300mbit}}}
  - {endpoints: [core, west], policy: {west: {bandwidth: 100mbit}}}
  - [east, server-a]
  - [west, server-b]
bgp: {multipath: any-as}
anycast:
  service: {addresses: [192.0.2.53], instances: [server-a, server-b]}
`;

test('where only the shares change, the bandwidths say why; where all is equal, the router-ids do', (t) => {
  t.deepEqual(textOf(twoSystems, twoSystems.replace('300mbit', '100mbit')), [
    'client1  192.0.2.53  server-a 75%, server-b 25% -> server-a 50%, server-b 50%',
    '  core chose east (AS path 65002, bandwidth 300mbit), west (AS path 65003, bandwidth 100mbit), and chooses east (AS path 65002, bandwidth 100mbit), west (AS path 65003, bandwidth 100mbit)',
    '1 of 1 client moves',
  ]);
  t.regex(
    textOf(twoSystems, twoSystems.replace('any-as', 'none'))[1] ?? '',
    /and chooses east \(AS path 65002, router-id [\d.]+\); no longer west \(AS path 65003, router-id [\d.]+\)$/,
  );
});

test('where a router farther on shares otherwise, it is the one that is named', (t) => {
  const behind = (topology: string): string =>
    topology
      .replace('[client1, core]', '[client1, edge]\n  - [edge, core]')
      .replace('  core:', '  edge: {kind: router, asn: 65000}\n  core:');
  t.regex(
    textOf(behind(twoSystems), behind(twoSystems.replace('300mbit', '100mbit')))[1] ?? '',
    /^ {2}core chose east/,
  );
});
