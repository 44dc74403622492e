import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { list, ask } from '../support/documents.js';
import { whereEngine } from '../support/engine.js';
import { run } from '../support/lab-cli.js';
import { LOSES_A_FLAG, layQuickNpm, pathWithQuickNpm } from '../support/quick-npm.js';
import { onlyBlock, shellLines } from '../support/readme.js';
import { assertNothingLeft, checkout, sandboxForFile } from '../support/sandbox.js';

const sandbox = sandboxForFile({ atEnd: () => run(sandbox, ['down', '--all']) });
const copy = join(sandbox.folder, 'checkout');
const README = 'README.md';
const bin = join(sandbox.folder, 'bin');

/** As the checkout is, with its times, so that it counts as installed and built. */
test.before('a copy of the checkout', () => {
  for (const name of [
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'ava.config.mjs',
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
  layQuickNpm(bin);
});

/** What the README says is run by npm itself; what the docs say, as npm would. */
async function follow(t: ExecutionContext, page: string, lines: readonly string[]): Promise<void> {
  t.deepEqual(
    lines.filter((line) => LOSES_A_FLAG.test(line)),
    [],
  );
  for (const line of lines) {
    const { status, stdout, stderr } = await run(sandbox, ['-c', line], {
      command: ['sh'],
      cwd: copy,
      env: page === README ? {} : { PATH: pathWithQuickNpm(bin) },
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

const docs = join(checkout, 'docs');
/** The README and every page of docs/ that shows commands: each brings its own labs up, and takes them down. */
const pages = [README, ...readdirSync(docs).map((name) => join('docs', name))].filter(
  (page) => page.endsWith('.md') && shellLines(join(checkout, page)).length > 0,
);

test('commands are found on every page that has some, and every verb among them', (t) => {
  const count = (page: string): number => shellLines(join(checkout, page)).length;
  t.true(count('README.md') > 20);
  t.true(count(join('docs', 'tour.md')) > 30);
  for (const page of ['bgp', 'capture', 'ci', 'grading', 'json', 'probes', 'reports'])
    t.true(pages.includes(join('docs', `${page}.md`)), page);
  const lines = pages.flatMap((page) => shellLines(join(checkout, page)));
  t.true(lines.length > 90);
  for (const verb of [
    ...[
      'up figure3',
      'restore',
      'fail',
      'who',
      'probe',
      'dig',
      'inspect',
      'vtysh',
      'capture',
      'list',
      'down',
      'validate',
    ],
    ...['topologies', 'doctor', 'test', 'grade', 'up bgp-triangle', '--json', '--snapshot', '--against', '--name'],
  ]) {
    t.true(
      lines.some((line) => line.includes(verb)),
      verb,
    );
  }
});

for (const page of pages) {
  test.serial(`every command of ${page} works, in the order in which it is read`, async (t) => {
    t.timeout(170_000);
    await follow(t, page, shellLines(join(copy, page)));
  });
}

test.serial('the test file of docs/library.md is one that AVA runs', async (t) => {
  const block = onlyBlock(join(copy, 'docs', 'library.md'), 'ts ava');
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
  test.serial('every docker command of docs/docker.md works, in the order in which it is read', async (t) => {
    t.timeout(170_000);
    // Several suites may run on one engine: only the names differ from what a reader types.
    const lines = shellLines(join(copy, 'docs', 'docker.md'), 'sh docker').map((line) =>
      line.replaceAll('nearcast-figure3', `${sandbox.prefix}-figure3`),
    );
    t.true(lines.length >= 9, 'the commands were found');
    await follow(t, 'docs/docker.md', lines);
  });
});
