import test from 'ava';
import { fileMutations } from '../../mutations/in-files.js';
import { saidOfFile } from '../../mutations/judge-file.js';

for (const { pitfall, what, sound, mutated, cause } of fileMutations) {
  test(`pitfall ${String(pitfall)} is refused, with its cause: ${what}`, (t) => {
    t.is(saidOfFile(sound), '');
    t.regex(saidOfFile(mutated), cause);
  });
}
