import test from 'ava';
import { fitted, hanging, shortened } from '../../../src/support/printable.js';

test('a word that is longer than a line stays whole, and so does a drawing', (t) => {
  t.is(fitted('see /a/very/long/path/to/some/file now', 12), 'see\n  /a/very/long/path/to/some/file\n  now');
  t.is(fitted('    /a/very/long/path', 12), '    /a/very/long/path', 'there is no better place for it');
  t.is(fitted('router1 ────────── server-a', 12), 'router1 ────────── server-a');
});

test('what stands in a column of its own goes on there', (t) => {
  t.is(hanging('one two three', 4, 11), 'one two\n    three');
});

test('a line that must be one ends after a word', (t) => {
  t.is(shortened('one two three', 10), 'one two…');
  t.is(shortened('one two three', 13), 'one two three');
});
