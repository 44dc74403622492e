import { join } from 'node:path';
import test from 'ava';
import { whereEngine } from '../../support/engine.js';
import { copyToFollow } from '../../support/follow-page.js';
import { run } from '../../support/lab-cli.js';
import { shellLines } from '../../support/readme.js';
import { sandboxForFile } from '../../support/sandbox.js';

whereEngine(() => {
  const sandbox = sandboxForFile({ atEnd: () => run(sandbox, ['down', '--all']) });
  const { copy, follow } = copyToFollow(sandbox);

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
