import test from 'ava';
import fc from 'fast-check';
import { clockOf, clocksApartMs, clockUntil, timed } from '../../../src/runtime/agent-clock.js';
import type { Agent } from '../../../src/runtime/runtime.js';

test('of several round trips the shortest tells the offset, within half of it', async (t) => {
  const aheadMs = 5_000;
  const waits = [20, 0, 20, 20, 20];
  let asked = 0;
  let hereMs = 1_000;
  const agent = {
    call() {
      hereMs += 1;
      const nowMs = hereMs + aheadMs;
      // Late on the way back only: the estimate of such a trip is off by half of it.
      hereMs += waits[asked++] ?? 20;
      return Promise.resolve({ nowMs, stealMs: 0, cpuPressureMs: null });
    },
  } as unknown as Agent;
  const { offsetMs, errorMs } = await timed(agent, () => hereMs).clock();
  t.is(asked, 5);
  t.is(errorMs, 0.5);
  t.is(offsetMs, -aheadMs - 0.5);
});

const trip = fc.record({
  waitMs: fc.nat(50),
  thereMs: fc.double({ min: 0, max: 400, noNaN: true }),
  backMs: fc.double({ min: 0, max: 400, noNaN: true }),
});

test('whatever the two ways take, the true offset is within the bounds, and no trip alone bounds it better', (t) => {
  fc.assert(
    fc.property(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.array(trip, { minLength: 1, maxLength: 6 }),
      (offsetMs, waits) => {
        let hereMs = 0;
        const trips = waits.map(({ waitMs, thereMs, backMs }) => {
          const askedAtMs = (hereMs += waitMs);
          const agentMs = askedAtMs + thereMs - offsetMs;
          return { askedAtMs, agentMs, answeredAtMs: (hereMs += thereMs + backMs) };
        });
        const clock = clockOf(trips);
        t.true(Math.abs(clock.offsetMs - offsetMs) <= clock.errorMs + 1e-6);
        for (const { askedAtMs, answeredAtMs } of trips) t.true(clock.errorMs <= (answeredAtMs - askedAtMs) / 2 + 1e-6);
      },
    ),
    { seed: 18, numRuns: 200 },
  );
});

test('trips that are slow in opposite directions bound the offset together', (t) => {
  const there = { askedAtMs: 0, agentMs: 109, answeredAtMs: 10 };
  const back = { askedAtMs: 20, agentMs: 121, answeredAtMs: 30 };
  t.deepEqual(clockOf([there, back]), { offsetMs: -100, errorMs: 1 });
});

test('where a clock was set between two trips, the shorter one counts', (t) => {
  const before = { askedAtMs: 0, agentMs: 0.5, answeredAtMs: 1 };
  const after = { askedAtMs: 10, agentMs: 5_010, answeredAtMs: 20 };
  t.deepEqual(clockOf([after, before]), { offsetMs: 0, errorMs: 0.5 });
});

test('an offset that was used is wrong by what it was, or by how far the clock has drifted since', (t) => {
  t.deepEqual(clockUntil({ offsetMs: 100, errorMs: 1 }, { offsetMs: 104, errorMs: 2 }), { offsetMs: 100, errorMs: 6 });
  t.deepEqual(clockUntil({ offsetMs: 100, errorMs: 5 }, { offsetMs: 101, errorMs: 1 }), { offsetMs: 100, errorMs: 5 });
});

test('of a time between two machines, the two greatest errors count; of one clock none does', (t) => {
  const clocks = [0.2, 3, 0.5].map((errorMs) => ({ offsetMs: 0, errorMs }));
  t.is(clocksApartMs(clocks), 3.5);
  t.is(clocksApartMs(clocks.slice(0, 1)), 0);
});
