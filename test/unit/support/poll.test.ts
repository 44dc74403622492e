import test from 'ava';
import { pollUntil } from '../../../src/support/poll.js';

/** A thing that is looked at: 1, 2, 3, ... */
function counter(): () => number {
  let looks = 0;
  return () => ++looks;
}

test('what holds at the first look needs no wait', async (t) => {
  const polled = await pollUntil(counter(), (seen) => seen === 1, { everyMs: 60_000, deadlineMs: 60_000 });
  t.like(polled, { held: true, last: 1 });
  t.true(polled.elapsedMs < 10_000);
});

test('it is looked at until it holds', async (t) => {
  const look = counter();
  const polled = await pollUntil(
    () => Promise.resolve(look()),
    (seen) => seen === 4,
    { everyMs: 1, deadlineMs: 60_000 },
  );
  t.like(polled, { held: true, last: 4 });
});

test('at the deadline it says what was seen last', async (t) => {
  const look = counter();
  const polled = await pollUntil(look, () => false, { everyMs: 1, deadlineMs: 20 });
  t.false(polled.held);
  t.is(polled.last, look() - 1);
  t.true(polled.elapsedMs >= 20);
});

test('without any time it is still looked at once', async (t) => {
  t.like(await pollUntil(counter(), () => false, { everyMs: 1, deadlineMs: 0 }), { held: false, last: 1 });
});

test('a look that fails is an error at once', async (t) => {
  const look = (): number => {
    throw new Error('blind');
  };
  await t.throwsAsync(
    pollUntil(look, () => true, { everyMs: 1, deadlineMs: 1000 }),
    { message: 'blind' },
  );
});

test('an abort ends the wait, and no look follows it', async (t) => {
  const abort = new AbortController();
  const look = counter();
  const polling = pollUntil(look, () => false, { everyMs: 60_000, deadlineMs: 60_000, signal: abort.signal });
  abort.abort(new Error('enough'));
  const error = await t.throwsAsync(polling);
  t.true(error.message === 'enough' || error.name === 'AbortError');
  t.is(look(), 2, 'the one look of before');
  await t.throwsAsync(
    pollUntil(look, () => true, { everyMs: 1, deadlineMs: 1, signal: abort.signal }),
    { message: 'enough' },
  );
  t.is(look(), 3, 'no look at all');
});
