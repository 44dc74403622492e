import test from 'ava';
import { durationOf, wholeNumberOf } from '../../../src/cli/flags.js';
import { LabError } from '../../../src/errors.js';

test('a flag that is not given has no value', (t) => {
  t.is(durationOf('for', undefined), undefined);
  t.is(wholeNumberOf('count', undefined, { most: 9, example: 2 }), undefined);
});

test('a time is in milliseconds, and what a timer cannot take is refused, with an example', (t) => {
  t.is(durationOf('for', '1.5s'), 1500);
  for (const text of ['', '0s', '-1s', 'soon', '1000h']) {
    const error = t.throws(() => durationOf('for', text), { instanceOf: LabError, code: 'USAGE' }, text);
    t.is(error.hint, 'write it as in --for 10s');
  }
  t.is(
    t.throws(() => durationOf('for', '20'), { instanceOf: LabError, code: 'USAGE' }).hint,
    'write it with its unit: --for 20ms or --for 20s',
  );
});

test('a whole number has limits, which the hint has', (t) => {
  const limits = { least: 2, most: 9, example: 4 };
  t.is(wholeNumberOf('count', '2', limits), 2);
  t.is(wholeNumberOf('count', '09', limits), 9);
  for (const text of ['', '1', '10', '-3', '2.5', '1e0', 'two']) {
    const error = t.throws(() => wholeNumberOf('count', text, limits), { instanceOf: LabError, code: 'USAGE' }, text);
    t.is(error.hint, 'write a whole number from 2 to 9, as in --count 4');
  }
});
