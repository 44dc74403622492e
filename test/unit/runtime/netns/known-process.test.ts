import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { findHolder, holds, identify, isStopped, relationTo } from '../../../../src/runtime/netns/known-process.js';
import { pollUntil } from '../../../../src/support/poll.js';

test('a process is of a lab if it holds its folder; one that does not is foreign, one that ended is gone', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nc-'));
  const descriptor = openSync(folder, 'r');
  const words = ['-c', 'read -r line; exit', 'word-of-a-holder'];
  const [holder, other] = [
    spawn('sh', words, { stdio: ['pipe', 'ignore', 'ignore', descriptor] }),
    spawn('sh', words, { stdio: 'pipe' }),
  ];
  closeSync(descriptor);
  const [its, others] = [identify(holder.pid ?? 0), identify(other.pid ?? 0)];
  if (its === undefined || others === undefined) return t.fail('they run');
  t.is(relationTo(folder, its), 'of the lab');
  t.is(relationTo(folder, others), 'foreign');
  t.is(relationTo(folder, { ...its, startTime: its.startTime + 1 }), 'gone', 'a later process of the same number');
  t.is(findHolder(folder, 'word-of-a-holder')?.pid, its.pid);
  t.is(findHolder(folder, 'another-word'), undefined);
  t.false(holds(its.pid, tmpdir()));
  t.false(isStopped(its.pid));
  holder.kill('SIGSTOP');
  t.true((await pollUntil(() => isStopped(its.pid), Boolean, { everyMs: 5, deadlineMs: 5000 })).held);
  const ended = Promise.all([once(holder, 'exit'), once(other, 'exit')]);
  for (const child of [holder, other]) child.kill('SIGKILL');
  await ended;
  t.is(relationTo(folder, its), 'gone');
  rmSync(folder, { recursive: true });
});
