import test from 'ava';
import fc from 'fast-check';
import type { Edge, RoutingGraph } from '../../../src/forecast/graph.js';
import { shortestPaths } from '../../../src/forecast/shortest-paths.js';

type Line = readonly [from: string, to: string, cost: number];

/** Lines in one direction; the interface of each is called after its nodes and its position. */
function graphOf(lines: readonly Line[], transit: readonly string[]): RoutingGraph {
  const edges = new Map<string, Edge[]>();
  lines.forEach(([from, to, cost], position) => {
    edges.set(from, [...(edges.get(from) ?? []), { to, cost, interface: `${from}-${to}-${position}` }]);
  });
  return { edges, transit: new Set(transit) };
}

function shown(graph: RoutingGraph, source: string): Readonly<Record<string, readonly [number, ...string[]]>> {
  return Object.fromEntries(
    [...shortestPaths(graph, source)].map(([node, { cost, firstWays }]) => [
      node,
      [cost, ...[...firstWays].map((way) => way.split(' by ')[1] ?? '').sort()],
    ]),
  );
}

test('the cheapest way wins, however many hops it has', (t) => {
  const graph = graphOf(
    [
      ['a', 'c', 5],
      ['a', 'b', 1],
      ['b', 'c', 3],
    ],
    ['a', 'b', 'c'],
  );
  t.deepEqual(shown(graph, 'a'), { a: [0], b: [1, 'a-b-1'], c: [4, 'a-b-1'] });
});

test('ways of equal cost are all kept, and so are their first interfaces further on', (t) => {
  const graph = graphOf(
    [
      ['a', 'b', 1],
      ['a', 'c', 1],
      ['b', 'd', 2],
      ['c', 'd', 2],
      ['d', 'e', 1],
      ['a', 'd', 3],
    ],
    ['a', 'b', 'c', 'd', 'e'],
  );
  t.deepEqual(shown(graph, 'a')['d'], [3, 'a-b-0', 'a-c-1', 'a-d-5']);
  t.deepEqual(shown(graph, 'a')['e'], [4, 'a-b-0', 'a-c-1', 'a-d-5']);
});

test('parallel links of equal cost are two ways', (t) => {
  const graph = graphOf(
    [
      ['a', 'b', 1],
      ['a', 'b', 1],
      ['a', 'b', 2],
    ],
    ['a', 'b'],
  );
  t.deepEqual(shown(graph, 'a')['b'], [1, 'a-b-0', 'a-b-1']);
});

test('the ways are known apart for each neighbor at the far end, and for each link to a neighbor', (t) => {
  const graph = graphOf(
    [
      ['a', 'b', 1],
      ['a', 'b', 1],
      ['a', 'c', 1],
      ['b', 'd', 1],
      ['c', 'd', 1],
      ['d', 'e', 1],
    ],
    ['a', 'b', 'c', 'd'],
  );
  const apart = (node: string): unknown =>
    shortestPaths(graph, 'a')
      .get(node)
      ?.byParent.map((ways) =>
        [...ways]
          .map((one) => one.split('-').at(-1))
          .sort()
          .join(' '),
      )
      .sort();
  t.deepEqual(apart('b'), ['0', '1']);
  t.deepEqual(apart('d'), ['0 1', '2']);
  t.deepEqual(apart('e'), ['0 1 2']);
});

test('a host is reached, but nothing beyond it; it can itself begin a way', (t) => {
  const lines: readonly Line[] = [
    ['a', 'host', 1],
    ['host', 'b', 1],
    ['a', 'b', 10],
    ['host', 'a', 1],
  ];
  const graph = graphOf(lines, ['a', 'b']);
  t.deepEqual(shown(graph, 'a'), { a: [0], host: [1, 'a-host-0'], b: [10, 'a-b-2'] });
  t.deepEqual(shown(graph, 'host'), { host: [0], a: [1, 'host-a-3'], b: [1, 'host-b-1'] });
});

test('what cannot be reached is not there', (t) => {
  const graph = graphOf(
    [
      ['a', 'b', 1],
      ['c', 'a', 1],
    ],
    ['a', 'b', 'c'],
  );
  t.deepEqual(Object.keys(shown(graph, 'a')), ['a', 'b']);
  t.deepEqual(shown(graph, 'unheard-of'), { 'unheard-of': [0] });
});

/** Bellman and Ford's way: every line again and again until nothing gets cheaper; then the ways that cost just that. */
function naivePaths(lines: readonly Line[], transit: ReadonlySet<string>, source: string): ReturnType<typeof shown> {
  const usable = lines.flatMap(([from, to, cost], position) =>
    from === source || transit.has(from) ? [{ from, to, cost, name: `${from}-${to}-${position}` }] : [],
  );
  const costs = new Map([[source, 0]]);
  const costAt = (node: string): number => costs.get(node) ?? Infinity;
  for (let round = 0; round < lines.length; round++) {
    for (const { from, to, cost } of usable) {
      if (costAt(from) + cost < costAt(to)) costs.set(to, costAt(from) + cost);
    }
  }
  const nearestFirst = [...costs].sort(([, a], [, b]) => a - b);
  const firsts = new Map<string, readonly string[]>();
  for (const [node, least] of nearestFirst) {
    const last = usable.filter(({ from, to, cost }) => to === node && costAt(from) + cost === least);
    const found = last.flatMap(({ from, name }) => (from === source ? [name] : (firsts.get(from) ?? [])));
    firsts.set(node, [...new Set(found)].sort());
  }
  return Object.fromEntries(nearestFirst.map(([node, cost]) => [node, [cost, ...(firsts.get(node) ?? [])]]));
}

test('any graph gives the costs and first interfaces that the naive way gives', (t) => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
  const line = fc.tuple(name, name, fc.integer({ min: 1, max: 4 })).filter(([from, to]) => from !== to);
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 24 }),
      fc.subarray(['a', 'b', 'c', 'd', 'e', 'f', 'g']),
      (lines, transit) => {
        t.deepEqual(shown(graphOf(lines, transit), 'a'), naivePaths(lines, new Set(transit), 'a'));
      },
    ),
    { numRuns: 300 },
  );
});
