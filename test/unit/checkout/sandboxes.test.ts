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
  mkdirSync(left);
  for (const folder of [ended, left])
    writeFileSync(
      join(tests, 'sandboxes', folder === left ? 'nc-left' : 'nc-ended'),
      JSON.stringify({ folder, env: { NEARCAST_STATE_DIR: join(folder, 's') } }),
    );

  endSandboxes(root, tests);

  t.is(readFileSync(asked, 'utf8'), `down --all of ${join(left, 's')}\n`);
  t.false(existsSync(left));
});
