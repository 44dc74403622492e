import { setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import { inParallel } from '../../../src/support/in-parallel.js';

test('results come in the order of the items, whichever is ready first', async (t) => {
  const results = await inParallel([3, 1, 2], 3, async (item, index) => {
    for (let turns = 0; turns < item; turns++) await turn();
    return `${index}: ${item}`;
  });
  t.deepEqual(results, ['0: 3', '1: 1', '2: 2']);
  t.deepEqual(await inParallel([], 3, () => Promise.resolve(1)), []);
});

test('no more than the limit run at a time, and as many do', async (t) => {
  let running = 0;
  let most = 0;
  await inParallel(Array.from({ length: 10 }), 3, async () => {
    most = Math.max(most, ++running);
    await turn();
    running--;
  });
  t.is(most, 3);
  t.is(running, 0);
});

test('the first failure is thrown, and nothing more is begun', async (t) => {
  const begun: number[] = [];
  const work = async (item: number): Promise<void> => {
    begun.push(item);
    await turn();
    if (item === 2) throw new Error('two');
    await turn();
  };
  await t.throwsAsync(inParallel([1, 2, 3, 4, 5, 6], 2, work), { message: 'two' });
  for (let turns = 0; turns < 10; turns++) await turn();
  t.deepEqual(begun, [1, 2]);
});

test("a second failure, of what was still running, is nobody's surprise", async (t) => {
  const fail = async (item: number): Promise<void> => {
    for (let turns = 0; turns < item; turns++) await turn();
    throw new Error(`item ${item}`);
  };
  await t.throwsAsync(inParallel([1, 3], 2, fail), { message: 'item 1' });
  for (let turns = 0; turns < 10; turns++) await turn();
});
