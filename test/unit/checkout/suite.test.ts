import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { execa } from 'execa';
import { checkout } from '../../support/sandbox.js';

/** Says how nice it is, and passes or not. */
const check = (status: number, says = ''): string =>
  `console.log('nice ' + require('node:os').getPriority() + '${says}'); process.exitCode = ${String(status)};`;

/** A checkout whose programs say what they are to say. */
function makeCheckout(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'nc-suite-'));
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return folder;
}

const programs = {
  'test/one.test.ts': '',
  'node_modules/typescript/bin/tsc': check(0),
  'node_modules/eslint/bin/eslint.js': check(1, ', src/x.ts is wrong'),
  'node_modules/prettier/bin/prettier.cjs': check(0),
  'node_modules/knip/bin/knip.js': check(0),
  'node_modules/ava/entrypoints/cli.mjs': "console.log('TAP version 13\\nok 1 - one › works\\n1..1');",
};

async function runSuiteIn(folder: string): Promise<{ status: number | undefined; lines: readonly string[] }> {
  const suite = pathToFileURL(join(checkout, 'src', 'checkout', 'suite.mjs')).href;
  const script = `const { runSuite } = await import(${JSON.stringify(suite)});
process.exitCode = await runSuite(${JSON.stringify(folder)}, [], new AbortController().signal);`;
  const { exitCode, stdout } = await execa(process.execPath, ['--input-type=module', '-e', script], { reject: false });
  return { status: exitCode, lines: stdout.split('\n') };
}

test('checks run in idle time beside the tests; what one of them found stands at the end, and fails the run', async (t) => {
  const folder = makeCheckout(programs);
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  const { status, lines } = await runSuiteIn(folder);
  t.is(status, 1);
  t.is(lines.filter((line) => line.startsWith('nice 19')).length, 6, 'five checks, and once more the one that failed');
  t.deepEqual(lines.slice(-4), [
    'Failed: lint (eslint)',
    'lint (eslint): failed',
    'nice 19, src/x.ts is wrong',
    '5 passed, 1 failed',
  ]);
});
