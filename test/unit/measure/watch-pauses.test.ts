import test from 'ava';
import { WatchPauses } from '../../../src/measure/watch-pauses.js';

test('what a watcher waited for by its timer is counted from a moment on, without what the machine added', (t) => {
  const pauses = new WatchPauses();
  pauses.paused(0, 500, 500);
  pauses.answered();
  pauses.paused(1000, 480, 1500);
  pauses.paused(1600, 450, 2400);
  t.is(pauses.timersSince(900), 0, 'it has not withdrawn');
  pauses.withdraws(2500);
  pauses.paused(2500, 500, 3000);
  t.is(pauses.timersSince(900), 480 + 450);
  t.is(pauses.timersSince(1100), 450, 'a pause that had begun before may have been nearly over');
  t.is(pauses.timersSince(2600), 0, 'it had withdrawn before');
});
