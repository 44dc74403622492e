import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { ask, catchments, list, who } from '../support/documents.js';
import { npmCommand, run, type RunOptions } from '../support/lab-cli.js';
import { assertNothingLeft, checkout, giveTo, isRoot, sandboxForFile, strangerId } from '../support/sandbox.js';

const DEADLINE_MS = 170_000;

// Root tries it as a user without an entry in the password file; an ordinary user can only be itself.
const sandbox = sandboxForFile({
  uid: isRoot ? strangerId : undefined,
  fetches: true,
  atEnd: async () => run(sandbox, ['down', '--all'], { ...(await options()), command: npmCommand }),
});
const clone = join(sandbox.folder, 'clone');
const npmCache = join(sandbox.folder, 'npm');
const cache = join(sandbox.folder, 'cache');

test.before('a clean clone of what is committed, empty caches', async () => {
  await execa('git', ['clone', '--quiet', '--no-hardlinks', checkout, clone], { timeout: 60_000 });
  for (const folder of [npmCache, cache]) mkdirSync(folder);
  if (sandbox.uid === undefined) return;
  for (const folder of [clone, npmCache, cache]) await giveTo(sandbox.uid, folder);
  chmodSync(clone, 0o755);
});

/** As whoever runs the suite gets packages, so does the user: from the same registry, but with a cache of its own. */
async function options(): Promise<RunOptions> {
  const { stdout } = await execa('npm', ['config', 'get', 'registry'], { cwd: checkout, timeout: 60_000 });
  const env = {
    NEARCAST_CACHE_DIR: cache,
    npm_config_cache: npmCache,
    npm_config_registry: stdout.trim(),
    npm_config_update_notifier: 'false',
  };
  return { cwd: clone, env, deadlineMs: DEADLINE_MS, command: ['npm', 'run', 'lab'] };
}

test.serial(
  'on a clean clone, npm run lab up figure3 installs, builds, obtains FRRouting and tells the story',
  async (t) => {
    t.timeout(DEADLINE_MS + 10_000);
    const { status, stdout, stderr } = await run(sandbox, ['up', 'figure3'], await options());
    t.is(status, 0, `${stdout}${stderr}`);
    t.regex(stderr, /installing npm dependencies/);
    t.regex(
      stdout,
      /figure3 is up after[^]*server-a loses power[^]*server-a -> server-b[^]*npm run lab restore server-a/,
    );
  },
);

test.serial('the second command installs, downloads and builds nothing', async (t) => {
  const built = statSync(join(clone, 'dist', '.stamp.json')).mtimeMs;
  const installed = statSync(join(clone, 'node_modules')).mtimeMs;
  const copies = readdirSync(join(cache, 'nearcast'));
  const { status, stdout, stderr } = await run(sandbox, ['who'], await options());
  t.is(status, 0, stderr);
  t.is(stderr, '');
  t.regex(stdout, /client1 +192\.0\.2\.53 +server-b[^]*client1 +2001:db8:53::53 +server-b/);
  t.is(statSync(join(clone, 'dist', '.stamp.json')).mtimeMs, built);
  t.is(statSync(join(clone, 'node_modules')).mtimeMs, installed);
  t.deepEqual(readdirSync(join(cache, 'nearcast')), copies);
});

test.serial('restore, JSON and down work as on any checkout', async (t) => {
  const npm = { ...(await options()), command: npmCommand };
  t.is((await run(sandbox, ['restore', 'server-a'], npm)).status, 0);
  const { answers } = await ask(t, sandbox, who, ['who'], { options: npm });
  t.deepEqual(Object.values(catchments(answers)), Array(2).fill('server-a at 1 over router1 > server-a'));
  const { status, stdout } = await run(sandbox, ['down'], await options());
  t.is(status, 0);
  t.regex(stdout, /removed figure3/);
  t.deepEqual(await ask(t, sandbox, list, ['list'], { options: npm }), { labs: [] });
  const { stdout: changed } = await execa('git', ['-c', `safe.directory=${clone}`, 'status', '--porcelain'], {
    cwd: clone,
    timeout: 60_000,
  });
  t.is(changed, '', 'the clone is as it was committed');
  await assertNothingLeft(t, sandbox);
});
