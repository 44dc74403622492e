import test from 'ava';
import { TimeOrder, type Timed } from '../../../../src/agent/capture/time-order.js';
import { randomFrom } from '../../../support/random.js';

const at = (...times: readonly number[]): readonly Timed[] => times.map((time) => ({ timestampNs: BigInt(time) }));
const times = (timed: readonly Timed[]): readonly number[] => timed.map(({ timestampNs }) => Number(timestampNs));

test('the newest wait one turn for what is older', (t) => {
  const order = new TimeOrder();
  t.deepEqual(times(order.turn(at(1, 9, 3))), []);
  t.deepEqual(times(order.turn(at(11, 8, 10))), [1, 3, 8, 9]);
  t.deepEqual(times(order.held), [10, 11]);
  t.deepEqual(times(order.turn([])), [10, 11]);
  t.deepEqual(times(order.turn([])), []);
});

test('a clock that was set back holds nothing up', (t) => {
  const order = new TimeOrder();
  order.turn(at(1000, 1001));
  t.deepEqual(times(order.turn(at(5, 6))), [5, 6, 1000, 1001]);
  t.deepEqual(times(order.turn(at(7))), []);
  t.deepEqual(times(order.turn([])), [7]);
});

test('queues that are emptied one after the other become one, in order, and nothing is lost', (t) => {
  const random = randomFrom(3);
  const all = Array.from({ length: 3000 }, (_, time) => time);
  const queues: number[][] = [[], [], []];
  for (const time of all) queues[Math.floor(random() * queues.length)]?.push(time);
  const order = new TimeOrder();
  const out: number[] = [];
  for (let now = 0; now <= 3000; now += 10) {
    // While the first ones are emptied, more comes to all of them.
    const fresh = queues.flatMap((queue, place) =>
      queue.splice(0, queue.filter((time) => time < now + 3 * place).length),
    );
    out.push(...times(order.turn(at(...fresh))));
  }
  out.push(...times(order.held));
  t.deepEqual(out, all);
});
