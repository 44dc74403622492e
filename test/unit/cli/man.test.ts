import { readFileSync } from 'node:fs';
import test from 'ava';
import { main } from '../../../src/cli/main.js';
import { captured } from './run-main.js';

const page = new URL('../../../docs/nearcast.1', import.meta.url);

test.serial('the packed manual page says what --help says', async (t) => {
  const { result, stdout } = await captured(() => main(['man']));
  t.is(result, 0);
  t.is(stdout, readFileSync(page, 'utf8'), 'write it again:  npm run -s lab man > docs/nearcast.1');
  for (const verb of ['up', 'fail', 'import', 'predict', 'view'])
    t.true(stdout.includes(`\n.SS\n.B nearcast ${verb}\n`), verb);
  t.regex(stdout, /^\.B \\-\\-runtime <runtime>$/m);
});
