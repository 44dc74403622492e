import test from 'ava';
import { leastUnnoticedMs, ospfTimers, stepDeadlineMs } from '../../../src/plan/timers.js';

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

test('OSPF notices silence after the dead interval, but for a hello, with the timers of lab and link', (t) => {
  const least = (speakers: number, helloMs?: number, deadMs = 4000): readonly number[] =>
    (['ipv4', 'ipv6'] as const).map((family) =>
      leastUnnoticedMs(
        { hello: helloMs === undefined ? undefined : { helloMs, deadMs } },
        ospfTimers(speakers),
        family,
      ),
    );
  t.deepEqual(least(5), [900, 3000]);
  t.deepEqual(least(20), [800, 3000]);
  t.deepEqual(least(80), [18_000, 18_000]);
  t.deepEqual(least(5, 250, 1000), [750, 1000], 'OSPFv3 has no hello below a second, nor a dead interval below two');
  t.deepEqual(least(5, 10_000, 40_000), [30_000, 30_000]);
});
