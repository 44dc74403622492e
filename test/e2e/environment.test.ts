import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { locateFrr } from '../../src/setup/frr.js';
import { pollUntil } from '../../src/support/poll.js';
import { ask, list } from '../support/documents.js';
import { processesOf } from '../support/host.js';
import { ok, run, start, type Ran, type RunOptions } from '../support/lab-cli.js';
import { assertNothingLeft, checkout, giveTo, isRoot, kill, sandboxForFile, strangerId } from '../support/sandbox.js';

// Limits of a user hold for no root: root tries all of it as a user whom nobody else is, an ordinary user as itself.
const uid = isRoot ? strangerId + 1 : undefined;
const sandbox = sandboxForFile({ uid, atEnd: () => run(sandbox, ['down', '--all'], options) });
const installed = join(sandbox.folder, 'installed');
const bin = [process.execPath, join(installed, 'dist', 'bin.js')];
const options: RunOptions = { command: bin, cwd: sandbox.folder };

test.before('nearcast and FRRouting are there for the user', async () => {
  mkdirSync(join(installed, 'node_modules'), { recursive: true });
  for (const name of ['package.json', 'dist', 'topologies', 'node_modules/koffi', 'node_modules/@koromix']) {
    if (existsSync(join(checkout, name))) cpSync(join(checkout, name), join(installed, name), { recursive: true });
  }
  const frr = locateFrr();
  if (frr?.source === 'private') {
    const copy = frr.daemonsDir.replace(/\/usr\/lib\/frr$/, '');
    cpSync(copy, join(sandbox.folder, 'home', '.cache', 'nearcast', copy.slice(dirname(copy).length + 1)), {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
  if (uid !== undefined) await giveTo(uid, sandbox.folder);
});

test.afterEach.always('the labs go', () => run(sandbox, ['down', '--all'], options));

/** Runs nearcast in the environment that shell words make; the words of the command line are arguments of the shell. */
function under(shellWords: string, words: readonly string[], more: RunOptions = {}): Promise<Ran> {
  return run(sandbox, words, {
    ...options,
    ...more,
    command: ['bash', '-c', `${shellWords}; exec "$@"`, 'bash', ...bin],
  });
}

async function assertRefused(t: ExecutionContext, ran: Promise<Ran>, status: number, said: RegExp): Promise<void> {
  const { status: ended, stderr } = await ran;
  t.is(ended, status, stderr);
  t.regex(stderr, said);
  t.notRegex(stderr, /defect of nearcast|\n +at /);
}

for (const files of [24, 48, 64]) {
  test.serial(`${String(files)} open files: refused before a lab is made`, async (t) => {
    await assertRefused(
      t,
      under(`ulimit -n ${String(files)}`, ['up', 'figure2']),
      3,
      /open files|no more files may be open[^]*ulimit -n/,
    );
    await assertNothingLeft(t, sandbox);
  });
}

test.serial('a soft limit on open files is raised as far as the hard one goes', async (t) => {
  const { status, stderr } = await under('ulimit -S -n 32', ['up', 'figure2']);
  t.is(status, 0, stderr);
});

test.serial('processes near their limit: refused before a lab is made, however few are left', async (t) => {
  // The kernel counts what a user runs, in each user namespace (user_namespaces(7)): here nobody else's come and go.
  const alone = ['unshare', '--user', '--map-current-user', '--pid', '--fork', '--mount-proc', '--'];
  const limited = (limit: number): Promise<Ran> =>
    run(sandbox, ['up', 'figure2'], {
      ...options,
      command: [...alone, 'bash', '-c', `ulimit -u ${String(limit)}; exec "$@"`, 'bash', ...bin],
    });
  for (const limit of [16, 40])
    await assertRefused(
      t,
      limited(limit),
      3,
      /needs \d+ processes; the limit of a user here is \d+, and \d+ run already[^]*ulimit -u/,
    );
  // So many are enough by the least that is needed, and too few all the same.
  await assertRefused(t, limited(75), 3, /no more processes may be started here[^]*ulimit -u/);
  await assertNothingLeft(t, sandbox);
});

test.serial('standard output that takes no more: all is done, and status 3 says that nobody was told', async (t) => {
  for (const words of [['validate', 'figure2'], ['list', '--json'], ['--help']]) {
    await assertRefused(
      t,
      under('exec > /dev/full', words),
      3,
      /standard output could not be written: .*no space left/,
    );
  }
  t.is((await under('exec > /dev/full 2>&1', ['upp'])).status, 2, 'what was wrong before is told by the status');
  t.is((await under('exec 2> /dev/full', ['list'])).status, 0);
  await assertRefused(t, under('exec > /dev/full', ['up', 'figure2']), 3, /standard output could not be written/);
  t.deepEqual(
    (await ask(t, sandbox, list, ['list'], { options })).labs.map(({ lab, phase }) => [lab, phase]),
    [['figure2', 'up']],
  );
  const { stdout } = await run(sandbox, ['who'], {
    ...options,
    command: ['bash', '-c', '"$@" | head -1; echo "${PIPESTATUS[0]}"', 'bash', ...bin],
  });
  t.regex(stdout, /^CLIENT.*\n0\n$/, 'who has seen enough ends nothing');
});

test.serial('a full disk under snapshots and captures is told, and nothing else is lost', async (t) => {
  await ok(t, sandbox, ['up', 'figure2'], options);
  const { status, stdout, stderr } = await run(sandbox, ['who', '--snapshot', '/dev/full'], options);
  t.is(status, 3);
  t.regex(stdout, /server-a/);
  t.regex(stderr, /^\/dev\/full could not be written: ENOSPC/);
  await assertRefused(
    t,
    run(sandbox, ['capture', 'router1', '--for', '300ms', '--output', '/dev/full'], options),
    3,
    /\/dev\/full could not be written to its end: ENOSPC/,
  );
  await ok(t, sandbox, ['who'], options);
});

test.serial('a full disk under the state folder: refused by name, and nothing is left', async (t) => {
  // A small disk in a mount namespace of its own, filled to its end.
  const script =
    'mount -t tmpfs -o size=16k,mode=0755 none "$1"; shift; head -c 1M /dev/zero > "$1/fill"; shift; exec "$@"';
  const disk = join(sandbox.folder, 'disk');
  mkdirSync(disk);
  if (uid !== undefined) await giveTo(uid, disk);
  const states = join(disk, 's');
  const command = [
    'unshare',
    '--user',
    '--map-root-user',
    '--mount',
    '--',
    'bash',
    '-c',
    script,
    'bash',
    disk,
    disk,
    ...bin,
  ];
  const { status, stderr } = await run(sandbox, ['up', 'figure2'], {
    ...options,
    command,
    env: { NEARCAST_STATE_DIR: states },
  });
  t.is(status, 3, stderr);
  t.regex(stderr, /state folder .*cannot be created|cannot be written: ENOSPC/);
  t.notRegex(stderr, /defect of nearcast/);
  rmSync(disk, { recursive: true });
});

test.serial('a state folder of 160 characters works: sockets have shorter paths, folders need not', async (t) => {
  const env = { NEARCAST_STATE_DIR: join(sandbox.folder, 'x'.repeat(160)) };
  await ok(t, sandbox, ['up', 'figure2'], { ...options, env });
  t.regex(await ok(t, sandbox, ['who'], { ...options, env }), /server-a/);
  await ok(t, sandbox, ['down'], { ...options, env });
  t.false(existsSync(env.NEARCAST_STATE_DIR));
});

test.serial('a PATH that leads to no program, and a umask that takes everything, are no hindrance', async (t) => {
  const empty = join(sandbox.folder, 'empty');
  mkdirSync(empty);
  for (const words of [['up', 'figure2'], ['exec', 'client1', 'true'], ['fail', 'server-a'], ['down']]) {
    const { status, stderr } = await under(`PATH=${empty}`, words);
    t.is(status, 0, stderr);
  }
  t.is((await under('umask 0777', ['up', 'figure2'])).status, 0);
  t.is((await under('umask 0777', ['who'])).status, 0);
  t.is((await under('umask 0777', ['down'])).status, 0);
  await assertNothingLeft(t, sandbox);
});

test.serial('from a folder that was removed, labs can be asked and removed', async (t) => {
  await ok(t, sandbox, ['up', 'figure2'], options);
  const gone = 'mkdir gone && cd gone && rmdir ../gone';
  for (const words of [['who'], ['inspect'], ['exec', 'client1', 'true']]) {
    const { status, stderr } = await under(gone, words);
    t.is(status, 0, stderr);
  }
  await assertRefused(t, under(gone, ['capture', 'router1', '--for', '1s']), 2, /router1\.pcapng cannot be written/);
  await assertRefused(t, under(gone, ['up', './mine.yml']), 2, /there is no topology "\.\/mine\.yml"/);
  await assertRefused(
    t,
    under(gone, ['up', 'figure2'], { env: { NEARCAST_STATE_DIR: 's' } }),
    3,
    /current folder, which was removed/,
  );
  t.is((await under(gone, ['down'])).status, 0);
});

test.serial('an agent that was stopped is told as such, with what lets it go on', async (t) => {
  await ok(t, sandbox, ['up', 'figure2'], options);
  const agent = processesOf(sandbox.states).find(({ command }) => /^\S*node\S* \S*agent\.js$/.test(command))?.pid ?? 0;
  kill(agent, 'SIGSTOP');
  const verbs = [
    ['who'],
    ['inspect'],
    ['exec', 'client1', 'true'],
    ['fail', 'server-a'],
    ['vtysh', 'router1', '-c', 'show version'],
    ['capture', 'router1', '--for', '1s'],
  ];
  await Promise.all(
    verbs.map((words) =>
      assertRefused(
        t,
        run(sandbox, words, options),
        3,
        new RegExp(
          `process ${String(agent)}, is stopped and does not answer[^]*kill -CONT ${String(agent)}[^]*nearcast down figure2`,
        ),
      ),
    ),
  );
  kill(agent, 'SIGCONT');
  t.regex(await ok(t, sandbox, ['who'], options), /server-a/, 'what came to nothing does not happen later');
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test.serial(`${signal} ends who only asks, at once, and the lab goes on`, async (t) => {
    await ok(t, sandbox, ['up', 'figure2'], options);
    const asking = start(sandbox, ['probe', '--for', '50s'], options);
    const listens = await pollUntil(() => catchesHangup(asking.pid ?? 0), Boolean, { everyMs: 5, deadlineMs: 20_000 });
    t.true(listens.held);
    const askedAt = performance.now();
    kill(asking.pid, signal);
    const { exitCode, stderr } = await asking;
    t.is(exitCode, 130, stderr);
    t.regex(stderr, /^interrupted/);
    t.true(performance.now() - askedAt < 40_000, 'it was not waited for');
    t.regex(await ok(t, sandbox, ['who'], options), /server-a/);
    await ok(t, sandbox, ['down'], options);
  });
}

/** SIGHUP is the signal that Node leaves alone until somebody listens for it: signal 1, the last bit of the mask. */
function catchesHangup(pid: number): boolean {
  const [, mask = '0'] = /^SigCgt:\t\w*(\w)$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'latin1')) ?? [];
  return (Number.parseInt(mask, 16) & 1) === 1;
}

test.serial('a state folder that others can write is refused by every verb', async (t) => {
  const env = { NEARCAST_STATE_DIR: join(sandbox.folder, 'shared') };
  mkdirSync(env.NEARCAST_STATE_DIR);
  if (uid !== undefined) await giveTo(uid, env.NEARCAST_STATE_DIR);
  for (const mode of [0o777, 0o1777, 0o770]) {
    chmodSync(env.NEARCAST_STATE_DIR, mode);
    for (const words of [['up', 'figure2'], ['who'], ['down', '--all']]) {
      await assertRefused(
        t,
        run(sandbox, words, { ...options, env }),
        3,
        /shared is writable by other users[^]*chmod go-w/,
      );
    }
  }
  chmodSync(env.NEARCAST_STATE_DIR, 0o700);
  const link = join(sandbox.folder, 'link');
  symlinkSync(env.NEARCAST_STATE_DIR, link);
  await assertRefused(
    t,
    run(sandbox, ['down', '--all'], { ...options, env: { NEARCAST_STATE_DIR: link } }),
    3,
    /is a symbolic link/,
  );
  const open = join(sandbox.folder, 'open');
  mkdirSync(open);
  chmodSync(open, 0o777);
  await assertRefused(
    t,
    run(sandbox, ['up', 'figure2'], { ...options, env: { NEARCAST_STATE_DIR: join(open, 's') } }),
    3,
    /other users can replace it/,
  );
});

test.serial("no record, whatever it says, makes down end a process that is not the lab's", async (t) => {
  const victim = start(sandbox, ['60'], { ...options, command: ['sleep'], env: { NEARCAST_STATE_DIR: '' } });
  const pid = victim.pid ?? 0;
  const startTime = Number(readFileSync(`/proc/${String(pid)}/stat`, 'latin1').split(' ')[21]);
  const identity = { pid, startTime };
  const record = {
    lab: 'forged',
    topology: 'figure2',
    runtime: 'netns',
    nodes: 7,
    startedAt: new Date().toISOString(),
    phase: 'up',
    agentPid: pid,
    maker: { pid: 2, startTime: 0 },
    owner: identity,
    programs: { daemonsDir: '/usr/lib/frr', vtysh: '/usr/bin/vtysh', binDirs: [] },
  };
  const forged: Readonly<Record<string, unknown>> = {
    forged: record,
    unfinished: { ...record, lab: 'unfinished', phase: 'deploying', maker: identity },
    groups: { ...record, lab: 'groups', owner: { pid: -1, startTime: 0 } },
    another: record,
    shapeless: { lab: 'shapeless' },
  };
  const make = async (): Promise<void> => {
    for (const [name, content] of Object.entries(forged)) {
      mkdirSync(join(sandbox.states, name), { recursive: true });
      writeFileSync(join(sandbox.states, name, 'lab.json'), JSON.stringify(content));
    }
    chmodSync(sandbox.states, 0o700);
    if (uid !== undefined) await giveTo(uid, sandbox.states);
  };
  await make();
  const names = Object.keys(forged).sort();
  t.deepEqual(
    (await ask(t, sandbox, list, ['list'], { options })).labs.map(({ lab, phase }) => [lab, phase]),
    names.map((name) => [name, 'broken']),
  );
  await assertRefused(t, run(sandbox, ['who', 'forged'], options), 3, /record of forged[^]*nearcast down forged/);
  await assertRefused(
    t,
    run(sandbox, ['up', 'figure2', '--name', 'forged'], options),
    2,
    /cannot be read[^]*nearcast down forged/,
  );
  await ok(t, sandbox, ['down', 'forged'], options);
  await ok(t, sandbox, ['down', '--all'], options);
  await assertNothingLeft(t, sandbox);
  t.true(existsSync(`/proc/${String(pid)}`), 'the process lives');
  victim.kill();
  await victim;
});

test.serial("what is not nearcast's stays in a folder, whatever its name", async (t) => {
  const env = { NEARCAST_STATE_DIR: join(sandbox.folder, 'mixed') };
  const kept = ['.history.4194303', 'thesis/lab.json.bak', 'thesis/lab.json', 'notes/text'];
  for (const path of kept) {
    mkdirSync(join(env.NEARCAST_STATE_DIR, dirname(path)), { recursive: true });
    writeFileSync(join(env.NEARCAST_STATE_DIR, path), '{}');
  }
  if (uid !== undefined) await giveTo(uid, env.NEARCAST_STATE_DIR);
  chmodSync(env.NEARCAST_STATE_DIR, 0o700);
  await ok(t, sandbox, ['list'], { ...options, env });
  await assertRefused(
    t,
    run(sandbox, ['down', '--all'], { ...options, env }),
    3,
    /thesis is not removed, because it has files that nearcast did not write/,
  );
  for (const path of kept.filter((each) => each !== 'thesis/lab.json'))
    t.true(statSync(join(env.NEARCAST_STATE_DIR, path)).isFile(), path);
});

test.serial('a lab whose record was destroyed can still be removed, with all its processes', async (t) => {
  await ok(t, sandbox, ['up', 'figure2'], options);
  const record = join(sandbox.states, 'figure2', 'lab.json');
  writeFileSync(record, '{"lab":');
  await ok(t, sandbox, ['down', 'figure2'], options);
  await assertNothingLeft(t, sandbox);
});
