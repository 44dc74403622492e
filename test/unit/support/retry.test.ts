import test from 'ava';
import { retryTransient } from '../../../src/support/retry.js';

const isTransient = ({ message }: Error): boolean => message === 'busy';

/** Fails with each of these in turn, then succeeds with the number of attempts. */
function failing(...messages: readonly string[]): () => Promise<number> {
  let attempts = 0;
  return () => {
    const message = messages[attempts++];
    return message === undefined ? Promise.resolve(attempts) : Promise.reject(new Error(message));
  };
}

test('what failed for a moment is tried again, and each wait is announced', async (t) => {
  const told: string[] = [];
  const attempts = await retryTransient(failing('busy', 'busy'), {
    isTransient,
    firstWaitMs: 1,
    onRetry: ({ message }) => told.push(message),
  });
  t.is(attempts, 3);
  t.deepEqual(told, ['busy', 'busy']);
});

test('what will not pass is thrown at once', async (t) => {
  const work = failing('wrong');
  await t.throwsAsync(retryTransient(work, { isTransient, firstWaitMs: 60_000 }), { message: 'wrong' });
  t.is(await work(), 2, 'one attempt');
});

test('after the last attempt its error is thrown, and no further wait announced', async (t) => {
  let told = 0;
  const work = failing('busy', 'busy', 'busy');
  await t.throwsAsync(retryTransient(work, { isTransient, firstWaitMs: 1, retries: 1, onRetry: () => told++ }), {
    message: 'busy',
  });
  t.is(told, 1);
  t.is(await work().catch(() => -1), -1, 'two attempts, so the third still fails');
});

test('an abort ends the wait', async (t) => {
  const abort = new AbortController();
  const work = retryTransient(failing('busy'), {
    isTransient,
    firstWaitMs: 60_000,
    signal: abort.signal,
    onRetry: () => {
      setImmediate(() => {
        abort.abort(new Error('enough'));
      });
    },
  });
  await t.throwsAsync(work, { message: 'enough' });
});
