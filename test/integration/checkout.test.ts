import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { entrySources } from '../../src/checkout/build.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const strangerId = 65_432;

const bin = `import { answer } from './index.js';
console.log(JSON.stringify({ words: process.argv.slice(2), answer, noColor: process.env['NO_COLOR'] }));
process.exitCode = 7;
`;

/** Plays npm: installs by linking, says so, and can be told to hang half-way. */
const npmStandIn = `
const { cpSync, mkdirSync, symlinkSync, existsSync, writeFileSync, rmSync } = require('node:fs');
console.log('npm was here: ' + process.argv[2]);
rmSync('node_modules', { recursive: true, force: true });
mkdirSync('node_modules');
writeFileSync('npm-started', '');
const finish = () => {
  for (const name of ['esbuild', '@esbuild']) symlinkSync(process.env.REAL_MODULES + '/' + name, 'node_modules/' + name);
  cpSync(process.env.REAL_MODULES + '/.package-lock.json', 'node_modules/.package-lock.json');
};
if (existsSync('hang')) setInterval(() => {}, 1000); else setTimeout(finish, 300);
`;

/** A checkout with the real way in and the smallest sources; with dependencies, unless they are to be installed. */
function makeCheckout(t: ExecutionContext, { installed = true } = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'nearcast-checkout-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  chmodSync(folder, 0o755);
  for (const name of [
    'nearcast',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'src/checkout.mjs',
    'src/checkout',
    'src/support/process-identity.mjs',
    'src/start',
  ]) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  for (const source of entrySources) {
    mkdirSync(dirname(join(folder, source)), { recursive: true });
    writeFileSync(join(folder, source), 'export {};\n');
  }
  writeFileSync(join(folder, 'src', 'bin.ts'), bin);
  writeFileSync(join(folder, 'src', 'index.ts'), 'export const answer: number = 1;\n');
  mkdirSync(join(folder, 'npm'));
  // Node takes npm-cli.js for CommonJS only where the nearest package.json does not say "module".
  writeFileSync(join(folder, 'npm', 'package.json'), '{}');
  writeFileSync(join(folder, 'npm', 'npm-cli.js'), npmStandIn);
  if (installed) {
    mkdirSync(join(folder, 'node_modules'));
    for (const name of ['esbuild', '@esbuild', '.package-lock.json']) {
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
    }
  }
  return folder;
}

interface StartOptions {
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

function start(
  folder: string,
  words: readonly string[],
  { command = [process.execPath], env = {} }: StartOptions = {},
) {
  const [program = '', ...args] = [...command, join(folder, 'src', 'checkout.mjs'), ...words];
  const npm = { npm_execpath: join(folder, 'npm', 'npm-cli.js'), REAL_MODULES: join(root, 'node_modules') };
  const base = { PATH: process.env['PATH'] ?? '', NODE_OPTIONS: '', ...npm };
  return execa(program, args, { reject: false, extendEnv: false, env: { ...base, ...env } } as const);
}

function stampTime(folder: string): number {
  return statSync(join(folder, 'dist', '.stamp.json')).mtimeMs;
}

test('a lab starts in the same process, with its words and its status, and nothing else on its output', async (t) => {
  const folder = makeCheckout(t);
  const { stdout, stderr, exitCode } = await start(folder, ['lab', 'up', 'figure3', '--json']);
  t.deepEqual(JSON.parse(stdout), { words: ['up', 'figure3', '--json'], answer: 1 });
  t.is(stderr, '');
  t.is(exitCode, 7);
  t.is(statSync(join(folder, 'dist', 'bin.js')).mode & 0o777, 0o755);
});

test('the script of the checkout does the same from any folder, by any name, and no flag is lost', async (t) => {
  const folder = makeCheckout(t);
  symlinkSync(join(folder, 'nearcast'), join(folder, 'nc'));
  const { stdout, stderr, exitCode } = await execa(join(folder, 'nc'), ['up', '--json'], {
    cwd: tmpdir(),
    reject: false,
    env: { NODE_OPTIONS: '', npm_lifecycle_event: 'lab', npm_config_json: 'true' },
  });
  t.deepEqual(JSON.parse(stdout), { words: ['up', '--json'], answer: 1 });
  t.is(stderr, '');
  t.is(exitCode, 7);
});

test('what was compiled is kept for the next start, and never taken for another program', async (t) => {
  const folder = makeCheckout(t);
  const write = (word: string): void => {
    writeFileSync(
      join(folder, 'src', 'bin.ts'),
      `declare const keepCode: (verb: string) => void;
      console.log('${word}');
      keepCode(process.argv[2] ?? '');`,
    );
  };
  const dist = join(folder, 'dist');
  const kept = (): readonly string[] => readdirSync(dist).filter((name) => name.includes('.kept'));
  const heading = (): string => readFileSync(join(dist, kept()[0] ?? ''), 'latin1').split('\n')[0] ?? '';
  const says = async (verb: string): Promise<string> => (await start(folder, ['lab', verb])).stdout;
  write('one');
  t.is(await says('up'), 'one');
  t.is(kept().length, 1);
  t.regex(heading(), /,"up"\]$/);
  const { mtimeMs } = statSync(join(dist, kept()[0] ?? ''));
  t.is(await says('up'), 'one');
  t.is(statSync(join(dist, kept()[0] ?? '')).mtimeMs, mtimeMs, 'a verb adds to it once');
  t.is(await says('who'), 'one');
  t.regex(heading(), /,"up","who"\]$/);

  write('two');
  t.is(await says('who'), 'two', 'as long as the one before');
  t.regex(heading(), /^\["[^"]+","who"\]$/);
  const { size } = statSync(join(dist, kept()[0] ?? ''));
  for (const damaged of ['', 'no heading', `${heading()}\nno code`]) {
    writeFileSync(join(dist, kept()[0] ?? ''), damaged);
    t.is(await says('who'), 'two');
    t.is(statSync(join(dist, kept()[0] ?? '')).size, size, 'it is written anew');
  }
  t.is(kept().length, 1);
});

test('it is built again when a source changes, and only then', async (t) => {
  const folder = makeCheckout(t);
  const source = join(folder, 'src', 'index.ts');
  await start(folder, ['lab']);
  const built = stampTime(folder);
  await start(folder, ['lab']);
  t.is(stampTime(folder), built, 'a second start writes nothing');

  const bundle = statSync(join(folder, 'dist', 'bin.js')).mtimeMs;
  utimesSync(source, new Date(), new Date());
  await start(folder, ['lab']);
  t.is(statSync(join(folder, 'dist', 'bin.js')).mtimeMs, bundle, 'another time with the same content is no change');

  writeFileSync(source, 'export const answer: number = 2;\n');
  const { stdout } = await start(folder, ['lab']);
  t.is((JSON.parse(stdout) as { answer: number }).answer, 2);
});

test('sources that do not build are refused, and the last build stays whole', async (t) => {
  const folder = makeCheckout(t);
  await start(folder, ['build']);
  const before = readdirSync(join(folder, 'dist')).sort();
  writeFileSync(join(folder, 'src', 'index.ts'), 'export const answer = ;\n');
  const { exitCode, stderr, stdout } = await start(folder, ['lab']);
  t.is(exitCode, 3);
  t.is(stdout, '');
  t.regex(stderr, /src\/index\.ts:1:22/);
  t.regex(stderr, /nearcast: the build failed/);
  t.deepEqual(readdirSync(join(folder, 'dist')).sort(), before);
});

test('a built checkout works for somebody who cannot write to it, even with other file times', async (t) => {
  const folder = makeCheckout(t);
  await start(folder, ['build']);
  utimesSync(join(folder, 'src', 'index.ts'), 1, 1);
  const isRoot = process.getuid?.() === 0;
  const stranger = [
    'setpriv',
    '--reuid',
    `${strangerId}`,
    '--regid',
    `${strangerId}`,
    '--clear-groups',
    process.execPath,
  ];
  if (!isRoot) for (const name of ['dist', 'node_modules']) chmodSync(join(folder, name), 0o555);
  const options = isRoot ? { command: stranger } : {};
  const { exitCode, stdout, stderr } = await start(folder, ['lab', 'list'], options);
  t.is(exitCode, 7, stderr);
  t.deepEqual((JSON.parse(stdout) as { words: string[] }).words, ['list']);

  writeFileSync(join(folder, 'src', 'index.ts'), 'export const answer: number = 3;\n');
  const stale = await start(folder, ['lab', 'list'], options);
  t.is(stale.exitCode, 3);
  t.regex(stale.stderr, /you cannot write to it/);
  if (!isRoot) for (const name of ['dist', 'node_modules']) chmodSync(join(folder, name), 0o755);
});

test('several at once on a fresh clone install and build once', async (t) => {
  const folder = makeCheckout(t, { installed: false });
  const all = await Promise.all(Array.from({ length: 3 }, () => start(folder, ['lab', 'list'])));
  for (const { exitCode, stdout, stderr } of all) {
    t.is(exitCode, 7, stderr);
    t.deepEqual((JSON.parse(stdout) as { words: string[] }).words, ['list']);
  }
  t.is(all.filter(({ stderr }) => stderr.includes('npm was here: ci')).length, 1);
  t.deepEqual(
    readdirSync(join(folder, 'dist')).filter((name) => /lock|draft/.test(name)),
    [],
  );
});

test('an interrupted installation is no installation', async (t) => {
  const folder = makeCheckout(t, { installed: false });
  writeFileSync(join(folder, 'hang'), '');
  const running = start(folder, ['lab', 'list']);
  const deadline = Date.now() + 20_000;
  while (!existsSync(join(folder, 'npm-started')) && Date.now() < deadline)
    await new Promise((done) => setTimeout(done, 20));
  running.kill('SIGINT');
  const { exitCode, stdout, stderr } = await running;
  t.is(exitCode, 130, stderr);
  t.is(stdout, '');
  t.deepEqual(readdirSync(join(folder, 'dist')), []);

  rmSync(join(folder, 'hang'));
  const next = await start(folder, ['lab', 'list']);
  t.is(next.exitCode, 7, next.stderr);
  t.regex(next.stderr, /npm was here: ci/);
  const third = await start(folder, ['lab', 'list']);
  t.is(third.stderr, '');
});

test('another package-lock.json means another installation', async (t) => {
  const folder = makeCheckout(t);
  await start(folder, ['lab']);
  writeFileSync(join(folder, 'package-lock.json'), '{"packages": {}}');
  const { stderr } = await start(folder, ['lab']);
  t.regex(stderr, /npm was here: ci/);
});

test('flags that npm kept are refused before anything is done', async (t) => {
  const folder = makeCheckout(t, { installed: false });
  const env = { npm_lifecycle_event: 'lab', npm_config_json: 'true' };
  const { exitCode, stderr, stdout } = await start(folder, ['lab', 'list'], { env });
  t.is(exitCode, 2);
  t.is(stdout, '');
  t.regex(stderr, /npm run lab -- list --json/);
  t.false(existsSync(join(folder, 'node_modules')));
});

test('a suite that cannot start counts as one that failed', async (t) => {
  const folder = makeCheckout(t);
  writeFileSync(join(folder, 'src', 'index.ts'), 'export const answer = ;\n');
  const { exitCode, stdout } = await start(folder, ['test']);
  t.is(exitCode, 3);
  t.is(stdout.split('\n').at(-1), '0 passed, 1 failed');
});

test('an unknown command is refused with the known ones', async (t) => {
  const { exitCode, stderr } = await start(makeCheckout(t), ['tset']);
  t.is(exitCode, 2);
  t.regex(stderr, /lab\|test\|bench\|build/);
});
