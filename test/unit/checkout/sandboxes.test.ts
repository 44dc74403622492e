import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { endSandboxes } from '../../../src/checkout/sandboxes.mjs';

test('the labs of a test file that did not come to its end are taken down, and its folder goes', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'nearcast-sandboxes-'));
  t.teardown(() => {
    rmSync(root, { recursive: true, force: true });
  });
  const asked = join(root, 'asked');
  mkdirSync(join(root, 'dist'));
  writeFileSync(
    join(root, 'dist', 'bin.js'),
    `require('node:fs').appendFileSync(${JSON.stringify(asked)}, process.argv.slice(2).join(' ') + ' of ' + process.env.NEARCAST_STATE_DIR + '\\n');`,
  );
  const tests = join(root, '.tests-1');
  mkdirSync(join(tests, 'sandboxes'), { recursive: true });
  const ended = join(root, 'nc-ended');
  const left = join(root, 'nc-left');
  for (const states of ['s', 's-guide', 'home']) mkdirSync(join(left, states), { recursive: true });
  for (const folder of [ended, left])
    writeFileSync(
      join(tests, 'sandboxes', folder === left ? 'nc-left' : 'nc-ended'),
      JSON.stringify({ folder, env: {} }),
    );

  endSandboxes(root, tests);

  t.deepEqual(readFileSync(asked, 'utf8').trim().split('\n').toSorted(), [
    `down --all of ${join(left, 's')}`,
    `down --all of ${join(left, 's-guide')}`,
  ]);
  t.false(existsSync(left));
});
