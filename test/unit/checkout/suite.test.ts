import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { execa } from 'execa';
import { checkout } from '../../support/sandbox.js';

/** Says how nice it is, and passes or not. */
const check = (status: number, says = ''): string =>
  `console.log('nice ' + require('node:os').getPriority() + '${says}'); process.exitCode = ${String(status)};`;

const poll = `const { readFileSync, readdirSync, writeFileSync } = require('node:fs');
const until = async (isSo) => {
  for (const end = Date.now() + 20_000; !isSo() && Date.now() < end; ) await new Promise((resolve) => setTimeout(resolve, 20));
};
const niceness = () => / nice (.*)/.exec(readFileSync('/proc/self/autogroup', 'utf8'))[1];`;

/** Says which niceness its session has at first, and from when on it has another. */
const hurriedCheck = `${poll}
until(() => niceness() === '19').then(() => {
  const first = niceness();
  writeFileSync(process.pid + '.idle', '');
  return until(() => niceness() === '0').then(() => console.log('session ' + first + ', then ' + niceness()));
});`;

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
  const script = `import { runSuite } from ${JSON.stringify(suite)};
const status = runSuite(${JSON.stringify(folder)}, [], new AbortController().signal);
status.then((exitCode) => (process.exitCode = exitCode));`;
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

// Without them there is nothing to set: the run says that it was not tested.
const whereSessionsAreWeighed = existsSync('/proc/self/autogroup') ? test : test.skip;

whereSessionsAreWeighed('checks that still run when the tests have ended wait for nobody else any more', async (t) => {
  const paths = ['typescript/bin/tsc', 'eslint/bin/eslint.js', 'prettier/bin/prettier.cjs', 'knip/bin/knip.js'];
  const folder = makeCheckout({
    'test/one.test.ts': '',
    ...Object.fromEntries(paths.map((path) => [`node_modules/${path}`, hurriedCheck])),
    'node_modules/ava/entrypoints/cli.mjs': `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
${poll}
until(() => readdirSync('.').filter((name) => name.endsWith('.idle')).length === 5).then(() => {
  console.log('TAP version 13\\nok 1 - one › works\\n1..1');
});`,
  });
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  const { status, lines } = await runSuiteIn(folder);
  t.is(lines.filter((line) => line === 'session 19, then 0').length, 5, lines.join('\n'));
  t.is(status, 0);
});
