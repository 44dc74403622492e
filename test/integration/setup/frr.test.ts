import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { build } from 'esbuild';
import { execa } from 'execa';
import type { FrrInstallation } from '../../../src/setup/frr.js';
import { privateCopyFolder } from '../../../src/setup/frr.js';
import { findProgram } from '../../../src/setup/machine.js';
import type { ServerInstallation, ServerName } from '../../../src/setup/servers.js';

/** An ordinary user without an entry in the password file. */
const strangerId = 65_432;

interface Caller {
  readonly title: string;
  readonly uid: number | undefined;
}
/** As root, both kinds of users are tried; an ordinary user can only be itself. */
const callers: readonly Caller[] =
  process.getuid?.() === 0
    ? [
        { title: 'root', uid: undefined },
        { title: 'a user without a password entry', uid: strangerId },
      ]
    : [{ title: 'this ordinary user', uid: undefined }];
const [anyone = { title: '', uid: undefined }] = callers;

const entry = `
  import { ensureFrr } from './src/setup/frr.ts';
  import { ensureServer, locateServer } from './src/setup/servers.ts';
  import { describeCopyProgress } from './src/setup/progress.ts';
  const stopping = new AbortController();
  process.on('SIGINT', () => stopping.abort());
  const onProgress = (event) => console.error(describeCopyProgress(event));
  try {
    const options = { onProgress, signal: stopping.signal };
    const [, , product] = process.argv;
    if (product !== 'frr') await ensureServer(product, options);
    console.log(JSON.stringify(product === 'frr' ? await ensureFrr(options) : locateServer(product)));
  } catch ({ code, message, hint }) {
    console.log(JSON.stringify({ code, message, hint }));
    process.exitCode = 1;
  }
`;

interface Home {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where private copies and drafts are. */
  readonly place: string;
}

/** A home of the caller's own, with the bundled program in it: the caller may not be able to read the checkout. */
async function makeHome(t: ExecutionContext, { uid }: Caller): Promise<Home> {
  const folder = mkdtempSync(join(tmpdir(), 'nearcast-frr-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  await build({
    absWorkingDir: fileURLToPath(new URL('../../..', import.meta.url)),
    stdin: { contents: entry, resolveDir: '.', loader: 'ts' },
    outfile: join(folder, 'obtain.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  chmodSync(folder, 0o755);
  const home = join(folder, 'home');
  mkdirSync(home);
  if (uid !== undefined) chownSync(home, uid, uid);
  return {
    folder,
    env: { HOME: home, NEARCAST_FRR: 'private', NEARCAST_NSD: 'private', NEARCAST_UNBOUND: 'private' },
    place: join(home, '.cache', 'nearcast'),
  };
}

function asCaller({ uid }: Caller, argv: readonly string[]): readonly string[] {
  if (uid === undefined) return argv;
  return ['setpriv', '--reuid', String(uid), '--regid', String(uid), '--clear-groups', '--', ...argv];
}

function obtain(
  caller: Caller,
  { folder, env }: Home,
  more: Record<string, string> = {},
  product: 'frr' | ServerName = 'frr',
) {
  const [program = '', ...args] = asCaller(caller, [process.execPath, join(folder, 'obtain.mjs'), product]);
  const path = process.env['PATH'] ?? '';
  return execa(program, args, {
    reject: false,
    extendEnv: false,
    env: { PATH: path, ...env, ...more },
    cwd: folder,
  } as const);
}

/** Names, sizes and times of everything below the machine's package folders and settings. */
function fingerprintHost(): string {
  const hash = createHash('sha256');
  for (const folder of ['/etc', '/var/lib/dpkg', '/var/lib/apt', '/var/cache/apt', '/usr/lib', '/usr/sbin']) {
    if (!existsSync(folder)) continue;
    for (const name of ['.', ...listReadable(folder)]) {
      const { size, mtimeMs } = lstatSync(join(folder, name));
      hash.update(`${folder} ${name} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

function listReadable(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(({ name }) => {
    // One level down is enough to see a file come or go; folders show it in their own time.
    const path = join(folder, name);
    return [name, ...(lstatSync(path).isDirectory() ? safeList(path).map((inner) => join(name, inner)) : [])];
  });
}

function safeList(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

for (const caller of callers) {
  test.serial(`FRR is obtained privately by ${caller.title}, and the machine is not touched`, async (t) => {
    const home = await makeHome(t, caller);
    const before = fingerprintHost();
    const first = await obtain(caller, home);
    t.is(first.exitCode, 0, first.stdout + first.stderr);
    t.is(fingerprintHost(), before);
    t.regex(first.stderr, /downloading frr \S+ \[\d/);
    t.regex(first.stderr, /verified by apt/);

    const frr = JSON.parse(first.stdout) as FrrInstallation;
    t.is(frr.source, 'private');
    t.true(frr.daemonsDir.startsWith(home.place));
    const env = { LD_LIBRARY_PATH: frr.libraryPath ?? '' };
    const [binDir = ''] = frr.binDirs;
    for (const argv of [
      [join(frr.daemonsDir, 'zebra'), '--version'],
      [join(frr.daemonsDir, 'bgpd'), '--version'],
      [frr.vtysh, '--help'],
      // It comes along only if the machine has none.
      [findProgram('dig', process.env) ?? join(binDir, 'dig'), '-v'],
    ]) {
      const [program = '', ...args] = asCaller(caller, argv);
      const { stdout, stderr } = await execa(program, args, { env });
      t.regex(stdout + stderr, /version|usage|DiG/i);
    }

    const second = await obtain(caller, home);
    t.is(second.stdout, first.stdout);
    t.is(second.stderr, '', 'the second run pays nothing');
    t.is(readdirSync(home.place).length, 1, 'no draft is left');
  });
}

for (const [caller, server, title] of [
  ...callers.map((each) => [each, 'nsd', 'NSD'] as const),
  [anyone, 'unbound', 'Unbound'] as const,
]) {
  test.serial(`${title} is obtained privately by ${caller.title}, and found at once the second time`, async (t) => {
    const home = await makeHome(t, caller);
    const before = fingerprintHost();
    const first = await obtain(caller, home, {}, server);
    t.is(first.exitCode, 0, first.stdout + first.stderr);
    t.is(fingerprintHost(), before);
    t.regex(
      first.stderr,
      new RegExp(`No ${title} on this machine[^]*downloading ${server} \\S+ \\[\\d[^]*${title} \\d\\S* is ready`),
    );
    const { source, programs, libraryPath } = JSON.parse(first.stdout) as ServerInstallation;
    const [program = ''] = programs;
    t.is(source, 'private');
    t.true(program.startsWith(home.place));
    const [command = '', ...words] = asCaller(caller, [program, server === 'nsd' ? '-v' : '-V']);
    const { stdout, stderr } = await execa(command, words, { env: { LD_LIBRARY_PATH: libraryPath ?? '' } });
    t.regex(stdout + stderr, /^(?:NSD v|V)ersion \d/);

    const second = await obtain(caller, home, {}, server);
    t.is(second.stdout, first.stdout);
    t.is(second.stderr, '', 'the second run pays nothing');
    t.is(readdirSync(home.place).length, 1, 'no draft is left');
  });
}

test.serial('without a network NSD is refused under its own name', async (t) => {
  const home = await makeHome(t, anyone);
  const settings = join(home.folder, 'apt.conf');
  writeFileSync(settings, 'Acquire::http::Proxy "http://127.0.0.1:9";\nAcquire::https::Proxy "http://127.0.0.1:9";\n');
  const { stdout, exitCode } = await obtain(anyone, home, { APT_CONFIG: settings }, 'nsd');
  t.is(exitCode, 1);
  const { code, message, hint } = JSON.parse(stdout) as { code: string; message: string; hint: string };
  t.is(code, 'SERVER_UNAVAILABLE');
  t.regex(message, /^apt could not download NSD:\n[^]*127\.0\.0\.1/);
  t.regex(hint, /apt-get install nsd/);
  t.deepEqual(readdirSync(home.place), []);
});

test.serial('two at once both end with the same whole copy, in place of a damaged one', async (t) => {
  const home = await makeHome(t, anyone);
  const damaged = privateCopyFolder(home.env);
  mkdirSync(join(damaged, 'usr'), { recursive: true });
  writeFileSync(join(damaged, 'usr', 'rest'), 'of an earlier copy');
  const [one, other] = await Promise.all([obtain(anyone, home), obtain(anyone, home)]);
  t.is(one.exitCode, 0, one.stdout + one.stderr);
  t.is(other.exitCode, 0, other.stdout + other.stderr);
  t.is(one.stdout, other.stdout);
  t.false(existsSync(join(damaged, 'usr', 'rest')));
  t.is(readdirSync(dirname(damaged)).length, 1);
});

test.serial('interrupted, nothing is left; killed, the next run clears up', async (t) => {
  const home = await makeHome(t, anyone);
  const interrupt = async (signal: 'SIGINT' | 'SIGKILL') => {
    const running = obtain(anyone, home);
    for await (const line of running.iterable({ from: 'stderr' }))
      if (line.startsWith('downloading')) running.kill(signal);
    return running;
  };
  const interrupted = await interrupt('SIGINT');
  t.is((JSON.parse(interrupted.stdout) as { code: string }).code, 'INTERRUPTED');
  t.deepEqual(readdirSync(home.place), []);

  await interrupt('SIGKILL');
  t.is(readdirSync(home.place).length, 1, 'the draft of the killed process');
  const next = await obtain(anyone, home);
  t.is(next.exitCode, 0, next.stdout + next.stderr);
  t.deepEqual(readdirSync(home.place), [privateCopyFolder(home.env).split('/').at(-1) ?? '']);
});

test.serial("without a network the refusal carries apt's own reason", async (t) => {
  const home = await makeHome(t, anyone);
  const settings = join(home.folder, 'apt.conf');
  writeFileSync(settings, 'Acquire::http::Proxy "http://127.0.0.1:9";\nAcquire::https::Proxy "http://127.0.0.1:9";\n');
  const { stdout, exitCode } = await obtain(anyone, home, { APT_CONFIG: settings });
  t.is(exitCode, 1);
  const { code, message, hint } = JSON.parse(stdout) as { code: string; message: string; hint: string };
  t.is(code, 'FRR_UNAVAILABLE');
  t.regex(message, /127\.0\.0\.1/);
  t.regex(hint, /online/);
  t.deepEqual(readdirSync(home.place), []);
});

test.serial('a cache that cannot be made is a refusal with a way out', async (t) => {
  const home = await makeHome(t, anyone);
  writeFileSync(join(home.folder, 'file'), '');
  const { stdout } = await obtain(anyone, home, { NEARCAST_CACHE_DIR: join(home.folder, 'file') });
  const { code, hint } = JSON.parse(stdout) as { code: string; hint: string };
  t.is(code, 'FRR_UNAVAILABLE');
  t.regex(hint, /NEARCAST_CACHE_DIR/);
});
