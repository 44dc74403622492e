import test from 'ava';
import { timed } from '../../../src/runtime/agent-clock.js';
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
