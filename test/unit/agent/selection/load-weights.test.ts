import test from 'ava';
import { LoadWeights } from '../../../../src/agent/selection/load-weights.js';

const names = ['server-a', 'server-b', 'server-c'];

/**
 * What comes of it when a router shares so many requests a second by the weights, and each instance has some from
 * elsewhere. The part of each instance, step by step.
 */
function play(
  weights: LoadWeights,
  steps: number,
  shared: number,
  own: readonly number[],
): readonly (readonly number[])[] {
  return Array.from({ length: steps }, () => {
    const sum = names.reduce((total, name) => total + weights.weightOf(name), 0);
    const parts = names.map((name) => weights.weightOf(name) / sum);
    names.forEach((name, index) => {
      weights.report(name, shared * (parts[index] ?? 0) + (own[index] ?? 0));
    });
    weights.step(names);
    return parts;
  });
}

test('equal loads stay equal: nothing is moved', (t) => {
  const parts = play(new LoadWeights(), 100, 3000, [100, 100, 100]);
  t.true(parts.every((each) => each.every((part) => part === 1 / 3)));
});

test('an instance that has other work gets less, within five seconds, and as much as the others soon after', (t) => {
  const weights = new LoadWeights();
  play(weights, 20, 100, [0, 0, 0]);
  const busy = play(weights, 25, 100, [0, 0, 2000]);
  t.true((busy.at(-1)?.[2] ?? 1) < 0.1, String(busy.at(-1)));
  const idle = play(weights, 50, 100, [0, 0, 0]);
  t.true((idle.at(-1)?.[2] ?? 0) > 0.28, String(idle.at(-1)));
});

test('where what is shared is most of the load, it comes to rest, and does not swing', (t) => {
  const weights = new LoadWeights();
  const parts = play(weights, 150, 3000, [0, 0, 1000]).map((each) => each[2] ?? 0);
  const atRest = parts.slice(100);
  t.true(Math.max(...atRest) - Math.min(...atRest) < 0.05, atRest.join(' '));
  // 4000 for three: 1333 each, so 333 of the 3000 would make all equal; forgetting keeps it a little above.
  t.true((atRest.at(-1) ?? 0) > 0.08 && (atRest.at(-1) ?? 1) < 0.22, String(atRest.at(-1)));
  t.true(
    parts.every((part, index) => Math.abs(part - (parts[index - 1] ?? part)) < 0.12),
    'by small steps',
  );
});

test('who was idle last is not sent everything', (t) => {
  const weights = new LoadWeights();
  const parts = play(weights, 100, 3000, [1000, 1000, 0]);
  t.true(
    parts.every((each) => (each[2] ?? 1) < 0.7),
    String(Math.max(...parts.map((each) => each[2] ?? 0))),
  );
});
