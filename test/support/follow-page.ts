import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { ask, list } from './documents.js';
import { run } from './lab-cli.js';
import { LOSES_A_FLAG, layQuickNpm, pathWithQuickNpm } from './quick-npm.js';
import { assertNothingLeft, checkout, type Sandbox } from './sandbox.js';

interface CopyToFollow {
  /** The folder of the copy. */
  readonly copy: string;
  /** Types the lines of a page one after the other, as a reader would. */
  readonly follow: (t: ExecutionContext, page: string, lines: readonly string[]) => Promise<void>;
}

/** Makes a copy of the checkout before the tests of a file begin, in which pages can be followed. */
export function copyToFollow(sandbox: Sandbox): CopyToFollow {
  const copy = join(sandbox.folder, 'checkout');
  const bin = join(sandbox.folder, 'bin');
  // As the checkout is, with its times, so that it counts as installed and built.
  test.before('a copy of the checkout', () => {
    for (const name of [
      'package.json',
      'package-lock.json',
      'tsconfig.json',
      'ava.config.mjs',
      'README.md',
      'nearcast',
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
  const follow = async (t: ExecutionContext, page: string, lines: readonly string[]): Promise<void> => {
    t.deepEqual(
      lines.filter((line) => LOSES_A_FLAG.test(line)),
      [],
    );
    for (const line of lines) {
      const { status, stdout, stderr } = await run(sandbox, ['-c', line], {
        command: ['sh'],
        cwd: copy,
        env: page === 'README.md' ? {} : { PATH: pathWithQuickNpm(bin) },
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
  };
  return { copy, follow };
}
