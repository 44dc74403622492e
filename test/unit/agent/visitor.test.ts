import test from 'ava';
import { Visitor } from '../../../src/agent/visitor.js';

test('a visitor interrupts the step that it names, also before it is asked for', (t) => {
  const visitor = new Visitor();
  const first = visitor.signalOf(1);
  visitor.interrupt(1);
  visitor.interrupt(3);
  t.deepEqual(
    [first, visitor.signalOf(2), visitor.signalOf(3)].map(({ aborted }) => aborted),
    [true, false, true],
  );
});

test('one that leaves ends every step, named or not', (t) => {
  const visitor = new Visitor();
  const signals = [visitor.signalOf(1), visitor.signalOf(undefined)];
  visitor.leave();
  t.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, true],
  );
  t.true(visitor.signalOf(2).aborted);
});
