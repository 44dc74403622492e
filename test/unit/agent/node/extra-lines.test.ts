import test from 'ava';
import { refusalIn } from '../../../../src/agent/node/extra-lines.js';

/** What vtysh of FRR 10 says around what mgmtd says. */
const loading = (...said: readonly string[]): string =>
  ['[64|mgmtd] sending configuration', '[66|ripd] done', ...said, '', '[64|mgmtd] done', ''].join('\n');

const notes = '% Configuration applied with notes:';

test('lines that mgmtd has already are not refused', (t) => {
  t.is(refusalIn(loading()), undefined);
  t.is(refusalIn(loading(notes, 'No changes found to be committed!')), undefined);
  t.is(refusalIn(loading(notes, 'STATICD: 50% of it', 'RIPD: 100%')), undefined);
});

test('a refusal is found beside what mgmtd notes', (t) => {
  const refusal = 'line 2: % Unknown command[4]:  no such words';
  t.is(refusalIn(loading(notes, 'No changes found to be committed!', refusal)), refusal);
  t.is(refusalIn(loading(refusal, notes, 'No changes found to be committed!')), refusal);
  t.is(refusalIn(loading('% Configuration failed.', '', 'Validation failed')), '% Configuration failed.');
});
