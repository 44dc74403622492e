import test from 'ava';
import { ospfTimers } from '../../../src/plan/timers.js';

test('OSPFv3 acknowledges after up to 3 s: large labs send nothing again before that, small ones do not wait', (t) => {
  t.is(ospfTimers(5).retransmitIntervalS, 1);
  t.is(ospfTimers(79).retransmitIntervalS, 1);
  for (const speakers of [80, 500]) t.true(ospfTimers(speakers).retransmitIntervalS > 3);
});
