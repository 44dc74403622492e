import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { pollUntil } from '../../src/support/poll.js';
import { ok, run, start } from '../support/lab-cli.js';
import { asUser, checkout, sandboxForFile } from '../support/sandbox.js';

const sandbox = sandboxForFile({ atEnd: () => run(sandbox, ['down', '--all']) });

test.before('a lab to listen to', async () => {
  const { status, stderr } = await run(sandbox, ['up', 'figure2']);
  if (status !== 0) throw new Error(stderr);
});

/** What a program prints, once it matches. */
async function printed(stream: NodeJS.ReadableStream, wanted: RegExp): Promise<void> {
  let text = '';
  stream.on('data', (more: Buffer) => {
    text += more.toString();
  });
  const { held } = await pollUntil(
    () => wanted.test(text),
    (matches) => matches,
    { everyMs: 10, deadlineMs: 30_000 },
  );
  if (!held) throw new Error(`no ${String(wanted)} in: ${text}`);
}

test.serial(
  'events shows what another terminal does, as lines for people and for programs, until Ctrl-C',
  async (t) => {
    const [people, program] = [start(sandbox, ['events']), start(sandbox, ['events', 'figure2', '--json'])];
    await Promise.all([people, program].map(({ stderr }) => printed(stderr, /^events of figure2 until Ctrl-C$/m)));
    const ends = [printed(people.stdout, / repair /), printed(program.stdout, /"repair"/)];
    await ok(t, sandbox, ['fail', 'server-a']);
    await ok(t, sandbox, ['restore', 'server-a']);
    await Promise.all(ends);
    people.kill('SIGINT');
    program.kill('SIGTERM');
    const [shown, told] = [await people, await program];
    t.deepEqual([shown.exitCode, told.exitCode], [0, 0]);
    t.regex(shown.stdout, /^\d\d:\d\d:\d\d\.\d{3} {2}fault {4}fail server-a \(crash\)$/m);
    t.regex(shown.stdout, /^\S+ {2}answer {3}client1 to 192\.0\.2\.53 from port \d+: server-b$/m);
    t.regex(shown.stdout, /^\S+ {2}route {4}router1: 192\.0\.2\.53\/32 /m);
    const events = told.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly atMs: number; readonly kind: string; readonly text?: string });
    t.is(events.find(({ kind }) => kind === 'fault')?.text, 'fail server-a (crash)');
    t.true(events.every(({ atMs }) => atMs > 0));
  },
);

test.serial('a reader that has enough ends it', async (t) => {
  const events = start(sandbox, ['events']);
  await printed(events.stderr, /until Ctrl-C/);
  events.stdout.destroy();
  await ok(t, sandbox, ['fail', 'server-a']);
  await ok(t, sandbox, ['restore', 'server-a']);
  const { exitCode, timedOut } = await events;
  t.deepEqual([exitCode, timedOut], [0, false]);
});

test.serial('watch shows a lab in a terminal, breaks it by keys, and leaves the terminal as it was', async (t) => {
  const command = `stty cols 80 rows 40; exec ${process.execPath} ${join(checkout, 'dist', 'bin.js')} watch figure2`;
  const [program, ...words] = asUser(sandbox.uid, ['script', '-qec', command, '/dev/null']);
  const terminal = execa(program, words, { env: sandbox.env, extendEnv: false, reject: false, timeout: 60_000 });
  const isThere = (wanted: RegExp) => printed(terminal.stdout, wanted);
  await isThere(/client1 +192\.0\.2\.53 +server-a[^]*f: fail/);
  const broken = isThere(/x server-a loses power[^]*client1 +192\.0\.2\.53 +server-b/);
  terminal.stdin.write('fserver-a\r');
  await broken;
  const refused = isThere(/there is no node "nobody"/);
  terminal.stdin.write('fnobody\r');
  await refused;
  const restored = isThere(/client1 +192\.0\.2\.53 +server-a[^]*f: fail/);
  terminal.stdin.write('r');
  await isThere(/restore server-a_/);
  terminal.stdin.write('\r');
  await restored;
  terminal.stdin.write('q');
  const { exitCode, stdout } = await terminal;
  t.is(exitCode, 0);
  t.true(stdout.trimEnd().endsWith('\u001B[?25h\u001B[?1049l'), 'the first screen, with its cursor');
  t.regex((await run(sandbox, ['watch', 'figure2'])).stderr, /watch needs a terminal/);
});

test.serial('a shell in a node has a terminal of its own, and the caller has theirs back after it', async (t) => {
  const nearcast = `${process.execPath} ${join(checkout, 'dist', 'bin.js')}`;
  const lines = `stty rows 33 cols 91; ${nearcast} exec client1 sh; status=$?; stty -a; exit $status`;
  const [program, ...words] = asUser(sandbox.uid, ['script', '-qec', lines, '/dev/null']);
  const terminal = execa(program, words, { env: sandbox.env, extendEnv: false, reject: false, timeout: 60_000 });
  const type = async (line: string, answer: RegExp): Promise<void> => {
    const isThere = printed(terminal.stdout, answer);
    terminal.stdin.write(line);
    await isThere;
  };
  await printed(terminal.stdout, /[#$] $/);
  await type('stty size; hostname\r', /\n33 91\r\nclient1\r\n[#$] $/);
  await type("sh -c 'echo begun; exec sleep 1000'\r", /begun\r\n$/);
  await type('\u0003', /[#$] $/);
  // A shell takes the terminal for its jobs, and hands it on, or back, when it ends.
  await type('echo $?; exec sh\r', /\n130\r\n[#$] $/);
  await type('sleep 1000 &\r', /[#$] $/);
  terminal.stdin.write('exit 7\r');
  const { exitCode, stdout } = await terminal;
  t.is(exitCode, 7, stdout);
  t.notRegex(stdout, /cannot set tty|can't access tty|job control/i);
  t.regex(stdout, /[^-]opost[^]*[^-]icanon/, 'keys are read, and lines written, as before');
});

test.serial('a lab that is removed meanwhile is an error', async (t) => {
  const events = start(sandbox, ['events']);
  await printed(events.stderr, /until Ctrl-C/);
  await ok(t, sandbox, ['down', 'figure2']);
  const { exitCode, stderr } = await events;
  t.not(exitCode, 0);
  t.regex(stderr, /the agent of the lab has ended/);
});
