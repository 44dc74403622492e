import test from 'ava';
import fc from 'fast-check';
import { Division } from '../../../src/placement/partition/division.js';
import type { Part, Weighted } from '../../../src/placement/partition/model.js';
import { partition } from '../../../src/placement/partition/partition.js';
import { cutOf, evenParts, graphOf, sizesOf } from './graphs.js';

const ring = (count: number): Weighted =>
  graphOf(
    count,
    Array.from({ length: count }, (_, index) => [index, (index + 1) % count] as const),
  );

test('a ring is cut as often as it has parts', (t) => {
  for (const [count, parts] of [
    [10, 3],
    [30, 3],
    [400, 8],
  ] as const)
    t.is(cutOf(ring(count), partition(ring(count), evenParts(parts, count))), parts, `${String(count)} vertices`);
});

test('a square grid is cut into four squares', (t) => {
  const at = (x: number, y: number): number => 12 * y + x;
  const cells = Array.from({ length: 144 }, (_, index) => [index % 12, Math.floor(index / 12)] as const);
  const pairs = cells.flatMap(([x, y]) => [
    ...(x < 11 ? [[at(x, y), at(x + 1, y)] as const] : []),
    ...(y < 11 ? [[at(x, y), at(x, y + 1)] as const] : []),
  ]);
  const grid = graphOf(144, pairs);
  const partOf = partition(grid, evenParts(4, 144));
  t.is(cutOf(grid, partOf), 24);
  t.deepEqual(sizesOf(partOf, 4), [36, 36, 36, 36]);
});

test('groups that single edges join are divided between the groups', (t) => {
  const groups = 4;
  const pairs = Array.from({ length: groups }, (_, group) => {
    const members = Array.from({ length: 6 }, (__, index) => 6 * group + index);
    return [
      ...members.flatMap((a) => members.filter((b) => b > a).map((b) => [a, b] as const)),
      [6 * group, (6 * group + 6) % 24] as const,
    ];
  }).flat();
  t.is(cutOf(graphOf(24, pairs), partition(graphOf(24, pairs), evenParts(4, 24))), 4);
});

test('a part that holds more gets more', (t) => {
  const parts = [30, 10].map((loadTarget): Part => ({
    loadTarget,
    loadLeast: loadTarget - 1,
    loadLimit: loadTarget + 1,
    sizeLimit: 1e9,
  }));
  t.deepEqual(sizesOf(partition(ring(40), parts), 2), [30, 10]);
});

test('what has no room goes elsewhere, whatever the load is', (t) => {
  const parts = [
    { loadTarget: 20, loadLeast: 18, loadLimit: 22, sizeLimit: 8 },
    { loadTarget: 20, loadLeast: 18, loadLimit: 22, sizeLimit: 1e9 },
  ];
  t.deepEqual(sizesOf(partition(ring(40), parts), 2), [8, 32]);
});

const anyGraph = fc.integer({ min: 3, max: 9 }).chain((count) =>
  fc.record({
    count: fc.constant(count),
    pairs: fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 2 * count }),
    allowed: fc.array(fc.constantFrom(undefined, undefined, undefined, [0], [1]), {
      minLength: count,
      maxLength: count,
    }),
  }),
);

test('small graphs: nobody is where it may not be, and no division is much better', (t) => {
  fc.assert(
    fc.property(anyGraph, ({ count, pairs, allowed }) => {
      const plain = graphOf(
        count,
        pairs.filter(([a, b]) => a !== b),
      );
      const graph = {
        ...plain,
        vertices: plain.vertices.map((vertex, index) => ({ ...vertex, allowed: allowed[index] })),
      };
      const parts = evenParts(2, count, 0.4);
      const partOf = partition(graph, parts);
      const mayBe = (division: readonly number[]): boolean =>
        division.every((part, vertex) => (allowed[vertex] as readonly number[] | undefined)?.includes(part) ?? true);
      const all = Array.from({ length: 2 ** count }, (_, bits) =>
        plain.vertices.map((__, vertex) => (bits >> vertex) & 1),
      );
      const costOf = (division: readonly number[]): number => new Division(graph, parts, division).cost;
      const least = Math.min(...all.filter(mayBe).map(costOf));
      return mayBe(partOf) && costOf(partOf) <= least + 1;
    }),
    { numRuns: 150, seed: 18 },
  );
  t.pass();
});
