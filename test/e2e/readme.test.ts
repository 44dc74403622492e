import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { list, ask } from '../support/documents.js';
import { whereEngine } from '../support/engine.js';
import { run } from '../support/lab-cli.js';
import { onlyBlock, shellLines } from '../support/readme.js';
import { assertNothingLeft, checkout, sandboxForFile } from '../support/sandbox.js';

const sandbox = sandboxForFile({ atEnd: () => run(sandbox, ['down', '--all']) });
const copy = join(sandbox.folder, 'checkout');

/** As the checkout is, with its times, so that it counts as installed and built. */
test.before('a copy of the checkout', () => {
  for (const name of [
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'README.md',
    'src',
    'dist',
    'topologies',
    'images',
    'docs',
  ]) {
    cpSync(join(checkout, name), join(copy, name), { recursive: true, preserveTimestamps: true });
  }
  symlinkSync(join(checkout, 'node_modules'), join(copy, 'node_modules'));
});

async function follow(t: ExecutionContext, lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    const { status, stdout, stderr } = await run(sandbox, ['-c', line], {
      command: ['sh'],
      cwd: copy,
      deadlineMs: 170_000,
    });
    t.is(status, 0, `${line}\n${stdout}${stderr}`);
    t.notRegex(stderr, /installing npm dependencies|defect of nearcast/, line);
    if (/^npm run -s lab -- .*--json$/.test(line)) t.notThrows(() => void JSON.parse(stdout), line);
  }
  t.deepEqual(
    await ask(t, sandbox, list, ['list']),
    { labs: [] },
    'whoever follows it to the end has taken everything down',
  );
  await assertNothingLeft(t, sandbox);
}

test.serial('every command of the README works, in the order in which it is read', async (t) => {
  t.timeout(170_000);
  const lines = shellLines(join(copy, 'README.md'));
  t.true(lines.length > 20, 'the commands were found');
  for (const verb of ['up figure3', 'restore', 'fail', 'who', 'dig', 'inspect', 'vtysh', 'down', 'validate']) {
    t.true(
      lines.some((line) => line.includes(verb)),
      verb,
    );
  }
  await follow(t, lines);
});

test.serial('the test file of the README is one that AVA runs', async (t) => {
  const block = onlyBlock(join(copy, 'README.md'), 'ts ava');
  t.true(block.trim().split('\n').length <= 10, block);
  mkdirSync(join(copy, 'test'), { recursive: true });
  writeFileSync(join(copy, 'test', 'failover.test.ts'), block);
  const { status, stdout, stderr } = await run(
    sandbox,
    ['node_modules/ava/entrypoints/cli.mjs', 'test/failover.test.ts'],
    { command: [process.execPath], cwd: copy, deadlineMs: 100_000 },
  );
  t.is(status, 0, stdout + stderr);
  t.regex(stdout, /1 test passed/);
  await assertNothingLeft(t, sandbox);
});

whereEngine(() => {
  test.serial('every docker command of the README works, in the order in which it is read', async (t) => {
    t.timeout(170_000);
    // Several suites may run on one engine: only the names differ from what a reader types.
    const lines = shellLines(join(copy, 'README.md'), 'sh docker').map((line) =>
      line.replaceAll('nearcast-figure3', `${sandbox.prefix}-figure3`),
    );
    t.true(lines.length >= 9, 'the commands were found');
    await follow(t, lines);
  });
});
