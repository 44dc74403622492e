import test from 'ava';
import { pollUntil } from '../../src/support/poll.js';
import { ok, run, start } from '../support/lab-cli.js';
import { sandboxForFile } from '../support/sandbox.js';

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

test.serial('a lab that is removed meanwhile is an error', async (t) => {
  const events = start(sandbox, ['events']);
  await printed(events.stderr, /until Ctrl-C/);
  await ok(t, sandbox, ['down', 'figure2']);
  const { exitCode, stderr } = await events;
  t.not(exitCode, 0);
  t.regex(stderr, /the agent of the lab has ended/);
});
