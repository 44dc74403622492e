import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { dig, readDig } from '../support/dig.js';
import { ask, catchments, changesOf, doctor, down, exec, list, who } from '../support/documents.js';
import { step, up } from '../support/step-documents.js';
import { processesOf } from '../support/host.js';
import { ok, run, type RunOptions } from '../support/lab-cli.js';
import { assertNothingLeft, checkout, giveTo, isRoot, sandboxForFile, strangerId } from '../support/sandbox.js';

// Root tries it as a user without an entry in the password file; an ordinary user can only be itself.
const sandbox = sandboxForFile({
  uid: isRoot ? strangerId : undefined,
  atEnd: () => run(sandbox, ['down', '--all'], options),
});
const installed = join(sandbox.folder, 'installed');
const options: RunOptions = {
  command: [process.execPath, join(installed, 'dist', 'bin.js')],
  cwd: sandbox.folder,
  deadlineMs: 120_000,
};

/** An installation of the user's own: the checkout may be where they cannot read. */
test.before('nearcast is installed for the user', async () => {
  mkdirSync(join(installed, 'node_modules'), { recursive: true });
  for (const name of ['package.json', 'dist', 'topologies', 'node_modules/koffi', 'node_modules/@koromix']) {
    if (existsSync(join(checkout, name))) cpSync(join(checkout, name), join(installed, name), { recursive: true });
  }
  if (sandbox.uid !== undefined) await giveTo(sandbox.uid, installed);
});

test.serial('the user is no root', async (t) => {
  const id = Number(await ok(t, sandbox, ['-u'], { ...options, command: ['id'] }));
  t.not(id, 0);
});

test.serial('up obtains FRRouting in the cache folder of the user, and tells the story', async (t) => {
  t.timeout(150_000);
  const story = await ask(t, sandbox, up, ['up', 'figure3'], { options });
  t.deepEqual(
    story.expectations.map(({ verdict }) => verdict),
    ['pass', 'pass'],
  );
  t.deepEqual(catchments(story.answers), {
    'client1 192.0.2.53': 'server-a at 1 over router1 > server-a',
    'client1 2001:db8:53::53': 'server-a at 1 over router1 > server-a',
  });
  t.deepEqual(
    changesOf(story.steps[0]).map(({ before, after }) => [before, after]),
    [
      ['server-a', 'server-b'],
      ['server-a', 'server-b'],
    ],
  );
  t.deepEqual(
    (await ask(t, sandbox, list, ['list'], { options })).labs.map(({ lab }) => lab),
    ['figure3'],
  );

  const names = new Set(processesOf(sandbox.states).map(({ name }) => name));
  t.true(
    ['zebra', 'ospfd', 'ospf6d'].every((name) => names.has(name)),
    [...names].join(' '),
  );
});

test.serial('restore, who, fail, exec, dig and vtysh', async (t) => {
  const answering = async () =>
    (await ask(t, sandbox, who, ['who'], { options })).answers.map(({ instance }) => instance);
  t.deepEqual(await answering(), ['server-b', 'server-b']);
  t.true((await ask(t, sandbox, step, ['restore', 'server-a'], { options })).settled);
  t.deepEqual(await answering(), ['server-a', 'server-a']);
  for (const target of ['router1/server-a', 'service@server-a', 'router1:eth3', 'server-a']) {
    t.true((await ask(t, sandbox, step, ['fail', target], { options })).settled, target);
    t.deepEqual(await answering(), ['server-b', 'server-b'], target);
    t.true((await ask(t, sandbox, step, ['restore', target], { options })).settled, target);
    t.deepEqual(await answering(), ['server-a', 'server-a'], target);
  }
  t.like(await ask(t, sandbox, exec, ['exec', 'router1', 'hostname'], { options }), {
    exitCode: 0,
    stdout: 'router1\n',
  });
  for (const words of [['@192.0.2.53'], ['+tcp', '@2001:db8:53::53']]) {
    const output = await dig(t, sandbox, 'client1', ['+nsid', ...words, 'id.server', 'CH', 'TXT'], options);
    t.deepEqual(readDig(output), { name: 'server-a', nsid: 'server-a' }, output);
  }
  t.regex(await ok(t, sandbox, ['vtysh', 'router1', '-c', 'show ip ospf neighbor'], options), /Full/);
  t.regex(await ok(t, sandbox, ['vtysh', 'router2', '-c', 'show ipv6 ospf6 neighbor'], options), /Full/);
});

test.serial(
  'programs of a node are found and run wherever the caller stands, and whatever may not be entered',
  async (t) => {
    // Root's own for a stranger; for whoever is no root, one that not even its owner may enter.
    const closed = join(sandbox.folder, 'closed');
    mkdirSync(closed, { mode: isRoot ? 0o700 : 0o000 });
    const env = { PATH: `${closed}:/usr/bin:/bin` };
    const calling = (...words: readonly string[]) => run(sandbox, ['exec', 'client1', ...words], { ...options, env });
    t.is((await calling('no-such-program')).status, 127, 'a folder that may not be searched hides nothing');
    t.is((await calling('ip', '-V')).status, 0);
    t.is((await calling('tc', '-V')).status, 0, "everybody is root in a node: administrators' programs are at hand");

    const [node = '', ...words] = options.command ?? [];
    const standing = async (script: string, folder: string): Promise<string> =>
      ok(t, sandbox, ['exec', 'client1', 'pwd'], { ...options, command: ['sh', '-c', script, folder, node, ...words] });
    const ofVarTmp = mkdtempSync('/var/tmp/nc-');
    t.teardown(() => {
      rmSync(ofVarTmp, { recursive: true, force: true });
    });
    chmodSync(ofVarTmp, 0o755);
    const open = join(sandbox.folder, 'open');
    t.is(await standing('mkdir "$0" && cd "$0" && exec "$@"', open), `${open}\n`);
    t.is(await standing('mkdir "$0" && cd "$0" && rmdir "$0" && exec "$@"', join(sandbox.folder, 'removed')), '/\n');
    t.is(await standing('mkdir "$0" && cd "$0" && chmod 000 . && exec "$@"', join(sandbox.folder, 'shut')), '/\n');
    t.is(await standing('cd "$0" && exec "$@"', ofVarTmp), '/\n', 'a node has a /var/tmp of its own');
  },
);

test.serial('from a folder that was removed every verb does what it does elsewhere, or says why not', async (t) => {
  const removed = join(sandbox.folder, 'gone');
  const [node = '', ...words] = options.command ?? [];
  const command = ['sh', '-c', 'mkdir "$0" && cd "$0" && rmdir "$0" && exec "$@"', removed, node, ...words];
  for (const [status, ...verb] of [
    [0, 'who'],
    [0, 'vtysh', 'router1', '-c', 'show version'],
    [0, 'doctor'],
    [0, 'capture', 'client1', '--for', '10ms', '--output', join(sandbox.folder, 'client1.pcapng')],
    [2, 'capture', 'client1', '--for', '10ms'],
    [2, 'who', '--snapshot', 'map.json'],
    [2, 'test', 'figure2', '--junit', 'report.xml'],
    [2, 'validate', 'mine.yml'],
  ] as const) {
    const ran = await run(sandbox, verb, { ...options, command });
    t.is(ran.status, status, `${verb.join(' ')}\n${ran.stderr}`);
    t.notRegex(ran.stderr, /defect of nearcast/, verb.join(' '));
  }
});

test.serial('doctor finds the machine fit, and the second up downloads nothing', async (t) => {
  t.true((await ask(t, sandbox, doctor, ['doctor'], { options })).fit);
  const { status, stderr } = await run(sandbox, ['up', 'figure2'], options);
  t.is(status, 0, stderr);
  t.notRegex(stderr, /download|FRR/i);
  const { removed } = await ask(t, sandbox, down, ['down', '--all'], { options });
  t.deepEqual([...removed].sort(), ['figure2', 'figure3']);
  await assertNothingLeft(t, sandbox);
});
