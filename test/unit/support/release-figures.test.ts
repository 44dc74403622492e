import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { figuresTable, releaseFigures, retryingTests } from '../../support/release-figures.js';
import { checkout } from '../../support/sandbox.js';

const figures = releaseFigures();

test('the figures of the README are those that the benchmark measured', (t) => {
  const readme = readFileSync(join(checkout, 'README.md'), 'utf8');
  t.true(
    readme.includes(`\n\n${figuresTable(figures)}\n\n`),
    'npm run bench -- only=mutations, underLoad or coverage writes both',
  );
});

test('every pitfall of the list is one of those that were played', (t) => {
  const list = readFileSync(join(checkout, 'docs', 'pitfalls.md'), 'utf8');
  const numbers = [...list.matchAll(/^\| (\d+) \|/gm)].map(([, number]) => Number(number));
  t.deepEqual(
    numbers,
    Array.from({ length: figures.pitfalls.of }, (_, index) => index + 1),
  );
});

test('no test tries again what has failed', (t) => {
  t.deepEqual(retryingTests(), []);
  t.is(figures.retries, 0);
});
