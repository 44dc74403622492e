import test from 'ava';
import type { KernelRoute } from '../../../../src/agent/lab/kernel-routes.js';
import { differences } from '../../../../src/agent/routing/convergence.js';
import { whatIsLacking } from '../../../../src/report/words/lacking.js';
import type { Routes } from '../../../../src/forecast/forecast-model.js';
import { way, type Way } from '../../../../src/plan/way.js';

const first = way('eth1', 'router1');
const second = way('eth2', 'router1');
const third = way('eth3', 'router2');
/** What two neighbors at the far end lead to, one of which is reached by two links. */
const expected: Routes = new Map(
  ['192.0.2.53/32', '2001:db8:53::53/128'].map((prefix) => [
    prefix,
    { ways: new Set([first, second, third]), least: [new Set([first, second]), new Set([third])] },
  ]),
);

const inWords = (found: ReturnType<typeof differences>): readonly string[] =>
  found.map((difference) => whatIsLacking({ kind: 'route', node: 'router9', ...difference }));
const by = (ways: readonly Way[], dead: readonly Way[] = []): KernelRoute => ({
  ways: new Set(ways),
  dead: new Set(dead),
});
const with4And6 = (ways4: readonly Way[], ways6: readonly Way[] = ways4): ReadonlyMap<string, KernelRoute> =>
  new Map([
    ['192.0.2.53/32', by(ways4)],
    ['2001:db8:53::53/128', by(ways6)],
  ]);
const told = (installed: ReadonlyMap<string, KernelRoute>, losesWays = false): readonly string[] =>
  inWords(differences(expected, [], installed, losesWays));

test('a kernel is right when it has every equal way, two links to one neighbor as two, and no other', (t) => {
  t.deepEqual(told(with4And6([third, second, first])), []);
  t.deepEqual(told(with4And6([first, third], [first, second, third])), [
    'route to 192.0.2.53/32 leads to router1 by eth1 and router2 by eth3, not yet to router1 by eth2',
  ]);
  t.deepEqual(told(with4And6([first, second, third, way('eth4', 'router3')], [first, second, third])), [
    'route to 192.0.2.53/32 still leads to router3 by eth4',
  ]);
  t.deepEqual(told(new Map()), ['no route to 192.0.2.53/32', 'no route to 2001:db8:53::53/128']);
});

test('a next hop whose link is down is no way: it is lacking where it should lead, and to be gone where it should not', (t) => {
  const all = by([first, second, third]);
  const with4 = (route: KernelRoute): readonly string[] =>
    told(new Map([...with4And6([first, second, third]), ['192.0.2.53/32', route]]));
  t.deepEqual(with4(all), []);
  t.deepEqual(with4(by([first, third], [second])), [
    'route to 192.0.2.53/32 leads to router1 by eth1 and router2 by eth3, not yet to router1 by eth2',
  ]);
  t.deepEqual(with4(by([], [first, second, third])), ['no route to 192.0.2.53/32']);
  t.deepEqual(with4(by([first, second, third], [way('eth4', 'router3')])), [
    'route to 192.0.2.53/32 still names router3 by eth4, which no packet takes: the link is down',
  ]);
});

test('where OSPFv3 loses equal ways, one by each neighbor at the far end is enough, for IPv6 alone', (t) => {
  t.deepEqual(told(with4And6([first, second, third], [second, third]), true), []);
  t.is(told(with4And6([first, second, third], [first, second]), true).length, 1, 'none by the second neighbor');
  t.is(told(with4And6([first, third], [first, third]), true).length, 1, 'IPv4 lacks one');
});

test('what nobody can be reached at is not to be routed', (t) => {
  t.deepEqual(inWords(differences(new Map(), ['192.0.2.53/32'], with4And6([first]), false)), [
    'still has a route to 192.0.2.53/32',
  ]);
});
