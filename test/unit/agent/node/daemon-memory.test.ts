import { execFileSync } from 'node:child_process';
import test from 'ava';
import { limitMemory } from '../../../../src/init/daemon-words.js';

/** What the C library of a daemon is told of memory, where its shell was told something else. */
function toldOf(daemon: string): readonly string[] {
  const env = { PATH: process.env['PATH'], MALLOC_MMAP_THRESHOLD_: '1' };
  const printed = execFileSync('sh', ['-euc', `${limitMemory('$0')}; env`, daemon], { encoding: 'utf8', env });
  return printed.split('\n').filter((line) => line.startsWith('MALLOC_'));
}

test('a zebra gives back what waited for the kernel; no other daemon has its setting', (t) => {
  t.deepEqual(toldOf('zebra'), ['MALLOC_MMAP_THRESHOLD_=2048']);
  for (const daemon of ['ospfd', 'bgpd', 'mgmtd']) t.deepEqual(toldOf(daemon), [], daemon);
});
