import test from 'ava';
import { ospfTimers, stepDeadlineMs } from '../../../src/plan/timers.js';

test('OSPFv3 acknowledges after up to 3 s: large labs send nothing again before that, small ones do not wait', (t) => {
  t.is(ospfTimers(5).retransmitIntervalS, 1);
  t.is(ospfTimers(79).retransmitIntervalS, 1);
  for (const speakers of [80, 500]) t.true(ospfTimers(speakers).retransmitIntervalS > 3);
});

test('a step of a large lab may last until OSPF notices a silent neighbor, and all routers have calculated', (t) => {
  t.is(stepDeadlineMs(79), 10_000);
  t.true(stepDeadlineMs(80) > 1000 * ospfTimers(80).deadIntervalS + 10_000);
  t.is(stepDeadlineMs(507) - stepDeadlineMs(107), 20_000);
});
