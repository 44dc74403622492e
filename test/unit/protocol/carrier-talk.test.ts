import test from 'ava';
import fc from 'fast-check';
import { CarrierTalk, type CarrierMessage } from '../../../src/protocol/carrier-talk.js';

test('each side learns which ends are up at the other, and says so until it is confirmed', (t) => {
  const [one, other] = [new CarrierTalk('one'), new CarrierTalk('other')];
  t.true(one.note(3, true));
  t.false(one.note(3, true));
  t.true(one.isUnheard);
  t.deepEqual(other.hear(one.message()), { changed: [[3, true]], isNew: true });
  one.hear(other.message());
  t.false(one.isUnheard);
  one.note(3, false);
  t.deepEqual(other.hear(one.message()).changed, [[3, false]]);
});

test('a message that was overtaken changes nothing', (t) => {
  const [one, other] = [new CarrierTalk('one'), new CarrierTalk('other')];
  one.note(1, true);
  const late = one.message();
  one.note(1, false);
  other.hear(one.message());
  t.deepEqual(other.hear(late), { changed: [], isNew: false });
});

test('the ends of a machine that is lost are down until it is heard again', (t) => {
  const [one, other] = [new CarrierTalk('one'), new CarrierTalk('other')];
  one.note(1, true);
  other.hear(one.message());
  t.deepEqual(other.lose(), [[1, false]]);
  t.deepEqual(other.lose(), []);
  t.deepEqual(other.hear(one.message()).changed, [[1, true]]);
});

test('whatever is lost or overtaken, both sides agree once a last message of each has arrived', (t) => {
  const change = fc.record({ side: fc.nat(1), link: fc.nat(4), isUp: fc.boolean() });
  const delivery = fc.record({ side: fc.nat(1), message: fc.nat(30) });
  fc.assert(
    fc.property(fc.array(fc.oneof(change, delivery), { maxLength: 60 }), (happenings) => {
      const sides = [new CarrierTalk('one'), new CarrierTalk('other')] as const;
      const sent: readonly [CarrierMessage[], CarrierMessage[]] = [[sides[0].message()], [sides[1].message()]];
      const seen = [new Set<number>(), new Set<number>()] as const;
      const truth = [new Set<number>(), new Set<number>()] as const;
      const deliver = (from: 0 | 1, message = sides[from].message()): void => {
        const to = from === 0 ? 1 : 0;
        for (const [link, isUp] of sides[to].hear(message).changed) {
          if (isUp) seen[to].add(link);
          else seen[to].delete(link);
        }
      };
      for (const each of happenings) {
        const side = each.side === 0 ? 0 : 1;
        if ('link' in each) {
          sides[side].note(each.link, each.isUp);
          if (each.isUp) truth[side].add(each.link);
          else truth[side].delete(each.link);
          sent[side].push(sides[side].message());
        } else deliver(side, sent[side][each.message % sent[side].length]);
      }
      for (let round = 0; round < 2; round++) {
        deliver(0);
        deliver(1);
      }
      t.deepEqual([...seen[1]].sort(), [...truth[0]].sort());
      t.deepEqual([...seen[0]].sort(), [...truth[1]].sort());
      t.false(sides[0].isUnheard || sides[1].isUnheard);
    }),
  );
  t.pass();
});

test('one that begins anew is heard at once, and hears again what the other has said', (t) => {
  const [one, other] = [new CarrierTalk('one'), new CarrierTalk('other')];
  for (const isUp of [true, false, true]) one.note(1, isUp);
  other.note(2, true);
  other.hear(one.message());
  one.hear(other.message());
  other.hear(one.message());
  t.false(other.isUnheard);
  const again = new CarrierTalk('one, again');
  t.deepEqual(other.hear(again.message()).changed, [[1, false]]);
  t.true(other.isUnheard);
  t.deepEqual(again.hear(other.message()).changed, [[2, true]]);
});
