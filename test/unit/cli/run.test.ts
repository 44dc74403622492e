import test from 'ava';
import colors from 'picocolors';
import type { Output } from '../../../src/cli/output.js';
import { commandWord, runVerb, showError, spokenHint } from '../../../src/cli/run.js';
import { LabError } from '../../../src/errors.js';
import { columns } from '../../../src/report/format.js';
import { captured, parsed, startedBy } from './run-main.js';

const outcome = (verb: Parameters<typeof runVerb>[0], json: boolean, script?: string) =>
  startedBy(script, () => captured(() => runVerb(verb, json)));
const throwing = (thrown: unknown) => (): Promise<number> => {
  throw thrown as Error;
};

test('the command is called as the user calls it', (t) => {
  t.is(commandWord({ npm_lifecycle_event: 'lab' }), 'npm run lab --');
  t.is(commandWord({ npm_lifecycle_event: 'test' }), 'nearcast');
  t.is(commandWord({}), 'nearcast');
  t.is(commandWord({ npm_command: 'exec', npm_lifecycle_event: 'npx' }), 'npx nearcast');
  t.is(commandWord({ NEARCAST_COMMAND: './nearcast', npm_lifecycle_event: 'lab' }), './nearcast');
});

test.serial('an error is {error: {code, message, hint}} with --json, with the exit status of its code', async (t) => {
  const documents: unknown[] = [];
  const output: Output = {
    json: true,
    isLive: false,
    width: Infinity,
    print: () => undefined,
    printAsIs: () => undefined,
    warn: () => undefined,
    line: () => undefined,
    document: (value) => void documents.push(value),
    progress: () => undefined,
    progressDone: () => undefined,
  };
  const { result } = await startedBy(undefined, () =>
    captured(() => [
      showError(new LabError('LAB_NOT_FOUND', 'no lab', { hint: 'nearcast list' }), output),
      showError(new LabError('DEPLOY_FAILED', 'no links'), output),
    ]),
  );
  t.deepEqual(result, [2, 3]);
  t.deepEqual(documents, [
    { error: { code: 'LAB_NOT_FOUND', message: 'no lab', hint: 'nearcast list' } },
    { error: { code: 'DEPLOY_FAILED', message: 'no links' } },
  ]);
});

for (const [code, status] of [
  ['USAGE', 2],
  ['TOPOLOGY_INVALID', 2],
  ['FRR_UNAVAILABLE', 3],
  ['SERVER_UNAVAILABLE', 3],
  ['NOT_CONVERGED', 3],
  ['INTERRUPTED', 130],
] as const) {
  test.serial(`${code} ends with status ${status}`, async (t) => {
    const { result, stdout, stderr } = await outcome(
      throwing(new LabError(code, 'what is wrong', { hint: 'how to repair it' })),
      false,
    );
    t.is(result, status);
    t.is(stdout, '');
    t.is(stderr, 'what is wrong\n  how to repair it\n');
  });
}

test.serial('a hint of several lines is indented as a whole', async (t) => {
  const { stderr } = await outcome(throwing(new LabError('DEPLOY_FAILED', 'no server', { hint: 'one\ntwo' })), false);
  t.is(stderr, 'no server\n  one\n  two\n');
});

test.serial('with --json an error is the one document on standard output', async (t) => {
  const { result, stdout, stderr } = await outcome(
    throwing(new LabError('LAB_NOT_FOUND', 'no lab', { hint: 'nearcast list' })),
    true,
  );
  t.is(result, 2);
  t.deepEqual(JSON.parse(stdout), { error: { code: 'LAB_NOT_FOUND', message: 'no lab', hint: 'nearcast list' } });
  t.is(stderr, '');
});

test.serial('nothing that others have chosen reaches the terminal as more than text', async (t) => {
  const hostile = '\u001B[2J\u202E\u009B';
  const shown = String.raw`\u001b[2J\u202e\u009b`;
  const error = new LabError('NODE_UNKNOWN', `there is no node "${hostile}"`, { hint: `its nodes are: ${hostile}` });
  t.is((await outcome(throwing(error), false)).stderr, `there is no node "${shown}"\n  its nodes are: ${shown}\n`);
  const said = await outcome(throwing(error), true);
  t.true(said.stdout.includes(shown));
  t.is((JSON.parse(said.stdout) as { error: { message: string } }).error.message, `there is no node "${hostile}"`);
  const told = await outcome(({ output }) => {
    output.progress('labels', hostile);
    output.print(columns(['LAB'], [[hostile]]));
    output.warn(hostile);
    return Promise.resolve(0);
  }, false);
  // The head of a table is dim where colors are shown, as in CI.
  t.is(told.stdout.replace(colors.dim('LAB'), 'LAB'), `LAB\n${shown}\n`);
  t.is(told.stderr, `${shown}\n${shown}\n`);
});

test.serial('every verb can be typed as a hint has it', async (t) => {
  const { stdout } = await startedBy(undefined, () => parsed(['--help']));
  const verbs = [...stdout.matchAll(/^ {2}([a-z]+) +[A-Z]/gm)].map(([, verb = '']) => verb);
  t.true(verbs.includes('config') && verbs.length > 30);
  await startedBy('lab', () => {
    t.deepEqual(
      verbs.filter((verb) => spokenHint(`say  nearcast ${verb} x`) !== `say  npm run lab ${verb} x`),
      [],
    );
    return Promise.resolve();
  });
});

test.serial('hints are commands that can be typed here', async (t) => {
  const error = new LabError('LAB_NOT_FOUND', 'no lab', { hint: 'start one: nearcast up figure3' });
  t.is((await outcome(throwing(error), false, 'lab')).stderr, 'no lab\n  start one: npm run lab up figure3\n');
  t.is((await outcome(throwing(error), false)).stderr, 'no lab\n  start one: nearcast up figure3\n');
  const flagged = new LabError('USAGE', 'both', { hint: 'nearcast down --all, or nearcast list' });
  t.is(
    (await outcome(throwing(flagged), false, 'lab')).stderr,
    'both\n  npm run lab -- down --all, or npm run lab list\n',
  );
});

test.serial(
  'what is no LabError is a defect: its stack is told on standard error, its message as for others',
  async (t) => {
    const { result, stdout, stderr } = await outcome(throwing(new TypeError('x is not a function')), true);
    t.is(result, 3);
    t.like((JSON.parse(stdout) as { error: object }).error, { code: 'BUG', message: 'x is not a function' });
    t.regex(stderr, /TypeError: x is not a function\n +at /);
  },
);

test.serial('a verb decides its status, and prints for people or for programs', async (t) => {
  const verb: Parameters<typeof runVerb>[0] = ({ output }) => {
    output.print('for people');
    output.document({ for: 'programs' });
    return Promise.resolve(1);
  };
  t.like(await outcome(verb, false), { result: 1, stdout: 'for people\n', stderr: '' });
  t.like(await outcome(verb, true), { result: 1, stdout: '{\n  "for": "programs"\n}\n', stderr: '' });
});

test.serial(
  'an interruption aborts the verb, and is status 130; a late one, while the process ends, does not kill it',
  async (t) => {
    const before = process.listenerCount('SIGTERM');
    const { result, stderr } = await outcome(async ({ signal }) => {
      process.emit('SIGTERM');
      await Promise.resolve();
      signal.throwIfAborted();
      return 0;
    }, false);
    t.is(result, 130);
    t.regex(stderr, /^interrupted/);
    t.true(process.listenerCount('SIGTERM') > before);
  },
);

test.serial('progress without a terminal is one line for each topic', async (t) => {
  const isTTY = Object.getOwnPropertyDescriptor(process.stderr, 'isTTY');
  Object.defineProperty(process.stderr, 'isTTY', { value: false, configurable: true });
  const { stdout, stderr } = await outcome(({ output }) => {
    for (const [topic, text] of [
      ['links', '1 of 2'],
      ['links', '2 of 2'],
      ['routers', '1 of 1'],
    ] as const)
      output.progress(topic, text);
    output.progressDone();
    return Promise.resolve(0);
  }, true);
  if (isTTY === undefined) Reflect.deleteProperty(process.stderr, 'isTTY');
  else Object.defineProperty(process.stderr, 'isTTY', isTTY);
  t.is(stdout, '');
  t.is(stderr, '1 of 2\n1 of 1\n');
});
