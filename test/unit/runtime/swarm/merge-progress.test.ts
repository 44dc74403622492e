import test from 'ava';
import type { Progress } from '../../../../src/protocol/messages.js';
import { mergeProgress } from '../../../../src/runtime/swarm/conductor/merge-progress.js';

test('what two machines report of a deployment is told as the sum of both', (t) => {
  const told: Progress[] = [];
  const [one, two] = mergeProgress([3, 2], (progress) => told.push(progress));
  const lacking = { kind: 'choice', node: 'router1' } as const;

  one?.({ phase: 'containers', done: 1, total: 3 });
  two?.({ phase: 'containers', done: 2, total: 2 });
  // The second machine is not so far: its nodes count as not done.
  one?.({ phase: 'converging', done: 1, total: 2, lacking });
  two?.({ phase: 'converging', done: 1, total: 1 });
  one?.({ phase: 'converging', done: 2, total: 2 });

  t.deepEqual(told, [
    { phase: 'containers', done: 1, total: 5 },
    { phase: 'containers', done: 3, total: 5 },
    { phase: 'converging', done: 1, total: 4, lacking },
    { phase: 'converging', done: 2, total: 3, lacking },
    { phase: 'converging', done: 3, total: 3 },
  ]);
});
