import test from 'ava';
import { Ticker } from '../../../../src/agent/system/ticker.js';
import { pollUntil } from '../../../../src/support/poll.js';

const TICKS = 20;

test('a ticker calls back until it is closed', async (t) => {
  let calls = 0;
  const ticker = new Ticker(1, () => {
    calls += 1;
    if (calls === TICKS) ticker.close();
  });
  let callsOfOther = 0;
  const other = new Ticker(0.5, () => (callsOfOther += 1));
  t.teardown(() => {
    other.close();
  });
  const { held } = await pollUntil(
    () => calls,
    (count) => count === TICKS,
    { everyMs: 1, deadlineMs: 5000 },
  );
  t.true(held);
  const seen = callsOfOther;
  await pollUntil(
    () => callsOfOther,
    (count) => count >= seen + 4 * TICKS,
    { everyMs: 1, deadlineMs: 5000 },
  );
  t.is(calls, TICKS);
});
