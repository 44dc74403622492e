import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { withLock } from '../../../src/checkout/lock.mjs';
import { identifyThisProcess, judgeLiveness, parseStartTime } from '../../../src/support/process-identity.mjs';

const holder = { pid: 42, startTime: '1000', pidNamespace: '7' };

function lockPath(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'nearcast-lock-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  return join(folder, 'lock');
}

test('a process lives while its number and start time are the same', (t) => {
  t.is(judgeLiveness(holder, { running: true, startTime: '1000', pidNamespace: '7' }), 'alive');
  t.is(judgeLiveness(holder, { running: false, startTime: undefined, pidNamespace: '7' }), 'dead');
  t.is(judgeLiveness(holder, { running: true, startTime: '2000', pidNamespace: '7' }), 'dead');
  t.is(judgeLiveness(holder, { running: true, startTime: undefined, pidNamespace: '7' }), 'alive');
});

test('a process of another PID namespace cannot be judged', (t) => {
  t.is(judgeLiveness(holder, { running: false, startTime: undefined, pidNamespace: '8' }), 'unknown');
});

test('the start time is found behind a name with blanks and brackets', (t) => {
  t.is(parseStartTime('42 (a) b (c)) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 1000 20 21'), '1000');
});

test('one at a time, and the lock is gone afterwards', async (t) => {
  const path = lockPath(t);
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    inside += 1;
    most = Math.max(most, inside);
    await delay(20);
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 4 }, () => withLock(path, { deadlineMs: 10_000 }, work)));
  t.is(most, 1);
  t.deepEqual(readdirSync(join(path, '..')), []);
});

test('a dead holder is replaced at once', async (t) => {
  const path = lockPath(t);
  const { pidNamespace } = identifyThisProcess();
  // Process 1 did not start at tick "never".
  writeFileSync(path, JSON.stringify({ pid: 1, startTime: 'never', pidNamespace, token: 'dead' }));
  const ran = await withLock(path, { deadlineMs: 0 }, () => Promise.resolve(readFileSync(path, 'utf8')));
  t.regex(ran, new RegExp(`"pid":${process.pid}`));
  t.deepEqual(readdirSync(join(path, '..')), []);
});

test('a living holder is waited for, announced once, and named when it takes too long', async (t) => {
  const path = lockPath(t);
  writeFileSync(path, JSON.stringify({ ...identifyThisProcess(), token: 'other' }));
  const waited: number[] = [];
  const attempt = withLock(path, { deadlineMs: 250, onWait: ({ pid }) => waited.push(pid) }, () => Promise.resolve());
  await t.throwsAsync(attempt, { message: new RegExp(`process ${process.pid} .*remove ${path}`) });
  t.deepEqual(waited, [process.pid]);
  t.regex(readFileSync(path, 'utf8'), /"token":"other"/);
});

test('waiting ends when it is aborted', async (t) => {
  const path = lockPath(t);
  writeFileSync(path, JSON.stringify({ ...identifyThisProcess(), token: 'other' }));
  const signal = AbortSignal.timeout(50);
  await t.throwsAsync(
    withLock(path, { deadlineMs: 60_000, signal }, () => Promise.resolve()),
    { name: 'AbortError' },
  );
});
