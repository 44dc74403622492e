import test from 'ava';
import { AttackWatch, type AttackNews, type CountedPackets } from '../../../src/measure/attack-watch.js';

const atSinkholes = (count: number): CountedPackets => ({ atInstances: 0, atSinkholes: count });
const atInstances = (count: number): CountedPackets => ({ atInstances: count, atSinkholes: 0 });

/**
 * What a watch over 300 packets/s for 300 ms says of packets that were counted every tenth of a second; in an attack
 * they come to the sinkholes.
 */
function said(counts: readonly number[], busyAt: (look: number) => boolean = () => false): readonly string[] {
  const watch = new AttackWatch(300, 300, 0);
  const tell = (news: AttackNews | undefined, look: number): readonly string[] =>
    news === undefined
      ? []
      : [`${String(look)}: ${news.kind}, ${String(news.packetsPerSecond)}/s for ${String(news.lastingMs)} ms`];
  return counts.flatMap((count, index) => {
    const counted = watch.isAttack ? atSinkholes(count) : atInstances(count);
    return tell(watch.look(100 * (index + 1), counted, { isBusy: busyAt(index + 1) }), index + 1);
  });
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
  t.deepEqual(said([100, 100, 100, 31, 0, 0, 31, 0, 0]), [begin]);
  t.deepEqual(
    said([100, 100, 100, 100, 0, 0, 0, 0, 0], (look) => look <= 6),
    [begin, '9: ends, 0/s for 300 ms'],
  );
});

test('a late look counts by the time that has passed, and two looks at once change nothing', (t) => {
  const watch = new AttackWatch(300, 300, 0);
  t.is(watch.look(1000, atInstances(290)), undefined);
  t.is(watch.look(1000, atInstances(500)), undefined);
  t.deepEqual(watch.look(2000, atInstances(600)), { kind: 'begins', lastingMs: 1000, packetsPerSecond: 600 });
  t.true(watch.isAttack);
});

test('while an attack is on its way to the sinkholes its end waits, but not for ever', (t) => {
  const watch = new AttackWatch(300, 300, 0);
  const ends = (each: readonly CountedPackets[], fromMs: number): number | undefined => {
    const index = each.findIndex((count, at) => watch.look(fromMs + 100 * at, count)?.kind === 'ends');
    return index === -1 ? undefined : fromMs + 100 * index;
  };
  t.like(watch.look(300, atInstances(300)), { kind: 'begins' });
  // One packet of a probe is not the attack; an instance that still gets it is.
  t.is(ends([atSinkholes(0), atSinkholes(1), ...Array<CountedPackets>(7).fill(atSinkholes(0))], 400), undefined);
  t.is(ends([...Array<CountedPackets>(5).fill(atInstances(50)), atSinkholes(50)], 1300), undefined);
  t.is(ends(Array<CountedPackets>(5).fill(atSinkholes(0)), 1900), 2100);

  t.like(watch.look(3000, atInstances(900)), { kind: 'begins' });
  t.is(ends(Array<CountedPackets>(60).fill(atSinkholes(0)), 3100), 8200);
});

test('a machine that ran neither the watch nor the attacker does not end the attack', (t) => {
  const watch = new AttackWatch(300, 300, 0);
  t.like(watch.look(300, atInstances(200)), { kind: 'begins' });
  t.is(watch.look(400, atSinkholes(60)), undefined);
  // 900 ms late, and the flood makes up for 50 ms of it.
  t.is(watch.look(1400, atSinkholes(40), { pausedMs: 900 }), undefined);
  t.is(watch.look(2400, atSinkholes(0), { pausedMs: 900 }), undefined);
  t.is(watch.look(3400, atSinkholes(0), { pausedMs: 950 }), undefined);
  t.is(watch.look(3500, atSinkholes(60)), undefined);
  // Really over: a late machine takes longer to notice it.
  t.is(watch.look(4500, atSinkholes(0), { pausedMs: 900 }), undefined);
  t.is(watch.look(5500, atSinkholes(0), { pausedMs: 900 }), undefined);
  t.like(watch.look(6500, atSinkholes(0), { pausedMs: 900 }), { kind: 'ends', lastingMs: 300, packetsPerSecond: 0 });
});
