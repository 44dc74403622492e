import test from 'ava';
import { AwakeTime } from '../../../src/measure/awake-time.js';

test('of a long pause between two looks no more counts than was agreed', (t) => {
  const awake = new AwakeTime(5);
  for (const nowMs of [1000, 1001, 1003]) awake.look(nowMs);
  t.is(awake.ms, 3);
  awake.look(1400);
  t.is(awake.ms, 8);
  awake.look(1405);
  t.is(awake.ms, 13);
});
