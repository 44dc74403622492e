import test from 'ava';
import { impairmentProblems, readImpairment } from '../../../../src/topology/file/impairment.js';

test('an impairment is read with its units', (t) => {
  t.deepEqual(
    readImpairment({
      delay: '10ms',
      jitter: '1.5ms',
      loss: '1%',
      duplicate: '0.1%',
      reorder: '25%',
      corrupt: '100%',
      rate: '1.5mbit',
    }),
    {
      delayMs: 10,
      jitterMs: 1.5,
      loss: 0.01,
      duplicate: 0.001,
      reorder: 0.25,
      corrupt: 1,
      rateBps: 1_500_000,
    },
  );
  t.is(readImpairment({}), undefined);
});

test('what cannot be is named by its key', (t) => {
  const keys = (written: Parameters<typeof impairmentProblems>[0]) => impairmentProblems(written).map(({ key }) => key);
  t.deepEqual(
    keys({ delay: '10', jitter: 'x', loss: '1', duplicate: '-1%', reorder: '101%', corrupt: 'all', rate: '1k' }),
    ['delay', 'jitter', 'loss', 'duplicate', 'reorder', 'corrupt', 'rate'],
  );
  t.deepEqual(keys({ jitter: '1ms' }), ['jitter'], 'a packet cannot arrive before it was sent');
  t.deepEqual(keys({ reorder: '1%' }), ['reorder'], 'nothing overtakes what does not wait');
  t.deepEqual(keys({ delay: '10ms', jitter: '10ms', reorder: '1%', rate: '8kbit' }), []);
});
