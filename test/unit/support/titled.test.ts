import test from 'ava';
import { titled } from '../../support/titled.js';

test('titles begin with the words of their file, for every modifier; hooks without a title stay as they are', (t) => {
  const seen: unknown[] = [];
  const note = (...given: readonly unknown[]): void => void seen.push(given[0]);
  const work = (): void => undefined;
  const words = titled(Object.assign(note, { serial: Object.assign(note.bind(undefined), { skip: note }) }), 'file › ');
  words('one', work);
  words.serial('two', work);
  words.serial.skip('three', work);
  words(work);
  t.deepEqual(seen, ['file › one', 'file › two', 'file › three', work]);
});
