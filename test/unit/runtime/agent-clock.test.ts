import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { timed } from '../../../src/runtime/agent-clock.js';
import type { Agent } from '../../../src/runtime/runtime.js';

test('of several round trips the shortest tells the offset, within half of it', async (t) => {
  const aheadMs = 5_000;
  const waits = [20, 0, 20, 20, 20];
  let asked = 0;
  const agent = {
    async call() {
      const nowMs = performance.now() + aheadMs;
      // Late on the way back only: the estimate of such a trip is off by half of it.
      await delay(waits[asked++] ?? 20);
      return { nowMs, stealMs: 0, cpuPressureMs: null };
    },
  } as unknown as Agent;
  const { offsetMs, errorMs } = await timed(agent).clock();
  t.is(asked, 5);
  t.true(Math.abs(offsetMs + aheadMs) <= errorMs, `${String(offsetMs)} +- ${String(errorMs)}`);
  t.true(errorMs < 10, String(errorMs));
});
