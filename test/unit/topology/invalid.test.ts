import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { attachTo } from '../../../src/topology/attach.js';
import { readTopology } from '../../../src/topology/read.js';
import { formatProblem } from '../../../src/topology/topology-error.js';

/*
 * Every test/invalid/<case>.yml has its problems, as a user sees them behind their codes, in <case>.txt beside it.
 * NEARCAST_SHOW=1 logs what is said now, for a new case or after an intended change.
 */
const folder = new URL('../../invalid/', import.meta.url);
const names = readdirSync(folder);
const casesWith = (ending: string): readonly string[] =>
  names.filter((name) => name.endsWith(ending)).map((name) => name.slice(0, -ending.length));

function problemsOfCase(name: string): string {
  const file = `${name}.yml`;
  const url = new URL(file, folder);
  const reading = readTopology(readFileSync(url, 'utf8'), file, attachTo(fileURLToPath(url)));
  const problems = 'problems' in reading ? reading.problems : [];
  return problems.map((problem) => `${problem.code} ${formatProblem(problem)}\n`).join('');
}

test('every invalid file has its expected problems beside it, and the other way round', (t) => {
  t.deepEqual(casesWith('.txt'), casesWith('.yml'));
});

for (const name of casesWith('.yml')) {
  test(`invalid: ${name}`, (t) => {
    const said = problemsOfCase(name);
    if (process.env['NEARCAST_SHOW'] !== undefined) t.log(said);
    t.not(said, '');
    t.is(said, readFileSync(new URL(`${name}.txt`, folder), 'utf8'));
  });
}

test('every problem code has a case, but for those of files that are no text, of notes, of files and networks that are too large, and of submissions', (t) => {
  const source = readFileSync(new URL('../../../src/topology/model/problem.ts', import.meta.url), 'utf8');
  const codes = Array.from(source.matchAll(/\| '([A-Z_]+)'/g), (match) => match[1] ?? '');
  const covered = new Set(
    casesWith('.yml').flatMap((name) => Array.from(problemsOfCase(name).matchAll(/^[A-Z_]+/gm), String)),
  );
  t.deepEqual(
    codes.filter((code) => !covered.has(code)),
    ['NOT_TEXT', 'FILE_TOO_LARGE', 'IGNORED', 'PROPOSED', 'TOO_MANY', 'UNTRUSTED'],
  );
});
