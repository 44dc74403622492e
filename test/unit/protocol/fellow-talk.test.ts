import test from 'ava';
import { FellowTalk, type FellowMessage } from '../../../src/protocol/fellow-talk.js';

function message(number: number, atMs: number, more: Partial<FellowMessage> = {}): FellowMessage {
  return { number, atMs, announced: [], kept: [], arrived: {}, attacked: [], ...more };
}

const counted = (atInstances: number, isHolding = false): Partial<FellowMessage> => ({
  arrived: { dns: { atInstances, atSinkholes: 7, isHolding } },
});

test('a message that was overtaken says nothing, and after a silence the next one counts', (t) => {
  const talk = new FellowTalk();
  t.true(talk.hear(message(3, 0, { announced: ['dns@server-a'] })));
  t.false(talk.hear(message(2, 0)));
  t.deepEqual(talk.last?.announced, ['dns@server-a']);
  talk.lose();
  t.is(talk.last, undefined);
  t.true(talk.hear(message(2, 0)));
});

test('rates are those of the clock that counted, however messages are spread', (t) => {
  const talk = new FellowTalk();
  t.false(talk.hasCounted('dns'));
  talk.hear(message(0, 1000, counted(50)));
  t.deepEqual(talk.ratesOf('dns'), { atInstances: 0, atSinkholes: 0, isHolding: false }, 'since when is not known yet');
  t.false(talk.hasCounted('dns'));
  talk.hear(message(1, 1100, counted(60)));
  talk.hear(message(2, 1200, counted(90, true)));
  t.true(talk.hasCounted('dns'));
  t.deepEqual(talk.ratesOf('dns'), { atInstances: 200, atSinkholes: 0, isHolding: true });
  t.is(talk.ratesOf('dns').atInstances, 0, 'nothing new');
});

test('an agent that was started again is heard at once, though it counts from the beginning', (t) => {
  const talk = new FellowTalk();
  t.true(talk.hear(message(500, 60_000, { announced: ['dns@server-a'] })));
  t.true(talk.hear(message(0, 900)));
  t.deepEqual(talk.last?.announced, []);
  t.false(talk.hear(message(0, 900)));
});
