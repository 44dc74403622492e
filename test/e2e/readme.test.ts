import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { copyToFollow } from '../support/follow-page.js';
import { run } from '../support/lab-cli.js';
import { onlyBlock, shellLines } from '../support/readme.js';
import { assertNothingLeft, checkout, sandboxForFile } from '../support/sandbox.js';

const sandbox = sandboxForFile({ atEnd: () => run(sandbox, ['down', '--all']) });
const { copy, follow } = copyToFollow(sandbox);
const README = 'README.md';

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
