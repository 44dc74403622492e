import test from 'ava';
import { AttackWatch, type AttackNews } from '../../../src/measure/attack-watch.js';

/** What a watch over 300 packets/s for 300 ms says of packets that were counted every tenth of a second. */
function said(counts: readonly number[], busyAt: (look: number) => boolean = () => false): readonly string[] {
  const watch = new AttackWatch(300, 300, 0);
  const tell = (news: AttackNews | undefined, look: number): readonly string[] =>
    news === undefined
      ? []
      : [`${String(look)}: ${news.kind}, ${String(news.packetsPerSecond)}/s for ${String(news.lastingMs)} ms`];
  return counts.flatMap((count, index) => tell(watch.look(100 * (index + 1), count, busyAt(index + 1)), index + 1));
}

test('an attack begins when the rate was over the threshold for its time without a break, and ends likewise', (t) => {
  t.deepEqual(said([0, 100, 90, 110, 100, 100, 3, 2, 1, 0]), [
    '4: begins, 1000/s for 300 ms',
    '9: ends, 20/s for 300 ms',
  ]);
});

test('the threshold itself is no attack, nor is more for a shorter time', (t) => {
  t.deepEqual(said([30, 30, 30, 30, 30]), []);
  t.deepEqual(said([100, 100, 0, 100, 100, 30, 100, 100]), []);
});

test('a lull is no end, and a sinkhole that holds connections is under attack', (t) => {
  const begin = '3: begins, 1000/s for 300 ms';
  t.deepEqual(said([100, 100, 100, 0, 0, 31, 0, 0]), [begin]);
  t.deepEqual(
    said([100, 100, 100, 0, 0, 0, 0, 0, 0], (look) => look <= 6),
    [begin, '9: ends, 0/s for 300 ms'],
  );
});

test('a late look counts by the time that has passed, and two looks at once change nothing', (t) => {
  const watch = new AttackWatch(300, 300, 0);
  t.is(watch.look(1000, 290), undefined);
  t.is(watch.look(1000, 500), undefined);
  t.deepEqual(watch.look(2000, 600), { kind: 'begins', lastingMs: 1000, packetsPerSecond: 600 });
  t.true(watch.isAttack);
});
