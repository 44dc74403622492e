import test from 'ava';
import { judgeRoute } from '../../../src/assert/judge-routes.js';
import type { RouteReading } from '../../../src/protocol/observations.js';
import type { RouteExpectation } from '../../../src/topology/model/step.js';
import { expecting } from './expecting.js';

const v4 = '192.0.2.53/32';
const v6 = '2001:db8:53::53/128';
const read = (prefix: string, ...via: readonly string[]): RouteReading => ({
  table: 'fib',
  router: 'router1',
  prefix,
  via,
});

function route(fib: Readonly<Record<string, unknown>>): RouteExpectation {
  const [first] = expecting({ fib: { router1: fib } }).routes;
  if (first === undefined) throw new Error('no route');
  return first;
}

test('a route is right when every address is led to by the neighbor that is expected', (t) => {
  const text = 'router1 routes dns via router2 in its FIB';
  t.deepEqual(judgeRoute(route({ dns: 'router2' }), [v4, v6], [read(v4, 'router2'), read(v6, 'router2')]), {
    text,
    verdict: 'pass',
  });
  t.deepEqual(judgeRoute(route({ dns: 'router2' }), [v4, v6], [read(v4, 'router2'), read(v6, 'router3')]), {
    text,
    verdict: 'fail',
    seen: `${v6} via router3`,
  });
  t.deepEqual(judgeRoute(route({ dns: 'router2' }), [v4], [], 'after fail x, '), {
    text: `after fail x, ${text}`,
    verdict: 'fail',
    seen: `${v4} nowhere`,
  });
});

test('of several next hops all must be there, in any order, and no others', (t) => {
  const two = route({ dns: ['router2', 'router3'] });
  t.like(judgeRoute(two, [v4], [read(v4, 'router3', 'router2')]), {
    text: 'router1 routes dns via router2 and router3 in its FIB',
    verdict: 'pass',
  });
  t.like(judgeRoute(two, [v4], [read(v4, 'router2')]), { verdict: 'fail', seen: `${v4} via router2` });
  t.like(judgeRoute(two, [v4], [read(v4, 'router2', 'router3', 'router4')]), { verdict: 'fail' });
});

test('over parallel links a neighbor stands there twice, and is one', (t) => {
  t.like(judgeRoute(route({ dns: 'router2' }), [v4], [read(v4, 'router2', 'router2')]), { verdict: 'pass' });
  t.like(judgeRoute(route({ dns: ['router2', 'router2'] }), [v4], [read(v4, 'router2', 'router3')]), {
    verdict: 'fail',
  });
});

test('no route is expected, and told, as such', (t) => {
  t.deepEqual(judgeRoute(route({ dns: 'none' }), [v4], [read(v4)]), {
    text: 'router1 has no route to dns in its FIB',
    verdict: 'pass',
  });
  t.like(judgeRoute(route({ dns: 'none' }), [v4], [read(v4, 'router2')]), {
    verdict: 'fail',
    seen: `${v4} via router2`,
  });
});

test('a reading of another table, router or prefix says nothing', (t) => {
  const others: readonly RouteReading[] = [
    { ...read(v4, 'router2'), table: 'rib' },
    { ...read(v4, 'router2'), router: 'router2' },
    read(v6, 'router2'),
  ];
  t.like(judgeRoute(route({ dns: 'router2' }), [v4], others), { verdict: 'fail', seen: `${v4} nowhere` });
});

test('a table that could not be read is no table without routes', (t) => {
  const unread = { ...read(v4), unread: 'zebra on router1 does not answer' };
  t.deepEqual(judgeRoute(route({ dns: 'none' }), [v4], [unread]), {
    text: 'router1 has no route to dns in its FIB',
    verdict: 'fail',
    seen: `${v4} unknown: zebra on router1 does not answer`,
  });
  t.is(judgeRoute(route({ dns: 'none' }), [v4], [read(v4)]).verdict, 'pass');
});
