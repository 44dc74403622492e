import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { ask, catchments, changesOf, refused, who } from '../support/documents.js';
import { up } from '../support/step-documents.js';
import { npmCommand, ok, run, start } from '../support/lab-cli.js';
import { assertNothingLeft, sandboxForFile } from '../support/sandbox.js';
import { pollUntil } from '../../src/support/poll.js';

const sandbox = sandboxForFile();

const addresses = ['192.0.2.53', '2001:db8:53::53'];
const answeredBy = (answer: string) => Object.fromEntries(addresses.map((address) => [`client1 ${address}`, answer]));

/** A small network whose file says that `client1` is answered by `expected`. */
const expecting = (expected: string): string => `
name: small
nodes:
  client1:  {kind: host}
  router1:  {kind: router}
  server-a: {kind: host}
  router2:  {kind: router}
  server-b: {kind: host}
links: [[client1, router1], [router1, server-a], [router1, router2], [router2, server-b]]
anycast:
  service: {addresses: [192.0.2.53, "2001:db8:53::53"], instances: [server-a, server-b]}
expect: {client1: ${expected}}
play: up
scenario:
  - fail: server-a
    expect: {client1: ${expected}, within: 10s}
`;

test.afterEach.always('the labs go', () => run(sandbox, ['down', '--all']));

test.serial('up figure3 --json is one document with the whole story', async (t) => {
  const story = await ask(t, sandbox, up, ['up', 'figure3']);
  t.like(story, { lab: 'figure3', topology: 'figure3', runtime: 'netns', nodes: 7, links: 6 });
  t.deepEqual(catchments(story.answers), answeredBy('server-a at 1 over router1 > server-a'));
  t.true(story.answers.every(({ service, rttMs }) => service === 'service' && rttMs !== null));
  t.deepEqual(
    story.expectations.map(({ text, verdict }) => ({ text, verdict })),
    [
      { text: 'client1 is answered by server-a', verdict: 'pass' },
      { text: 'after fail server-a, client1 is answered by server-b within 5s', verdict: 'pass' },
    ],
  );
  t.is(story.steps.length, 1);
  t.like(story.steps[0], { action: 'fail', target: 'server-a', how: 'crash', settled: true, pending: [] });
  t.deepEqual(
    changesOf(story.steps[0]).map(({ client, service, address, before, after }) => [
      client,
      service,
      address,
      before,
      after,
    ]),
    addresses.map((address) => ['client1', 'service', address, 'server-a', 'server-b']),
  );
  const { deployMs, convergeMs, totalMs } = story.timings;
  t.true(deployMs > 0 && convergeMs > 0 && totalMs >= deployMs + convergeMs);

  const now = await ask(t, sandbox, who, ['who']);
  t.is(now.lab, 'figure3');
  t.deepEqual(catchments(now.answers), answeredBy('server-b at 2 over router1 > router2 > server-b'));

  const drawn = await ok(t, sandbox, ['graph', '--who']);
  t.regex(drawn, /│ router1 ┝━+┥ router2 ├─+┤ router3 │/);
  t.regex(
    drawn,
    /┃ server-a x[^]*x server-a loses power[^]*client1 +192\.0\.2\.53 +server-b +router1 > router2 > server-b/,
  );
  const back = await ok(t, sandbox, ['graph', 'figure3', '--who', '--fail', 'router1/router2']);
  t.regex(back, /client1 +192\.0\.2\.53 +server-b +nobody/, 'what is broken stays so in the prediction');
  const file = join(sandbox.folder, 'figure3.png');
  await ok(t, sandbox, ['graph', 'figure3', '--output', file]);
  t.is(readFileSync(file).subarray(1, 4).toString(), 'PNG');
  t.regex((await refused(t, sandbox, ['graph', '--format', 'gif'], 2)).hint ?? '', /text, svg, dot/);
});

test.serial('up figure3 tells people the story in its order, without colors where nobody wants them', async (t) => {
  const { status, stdout, stderr } = await run(sandbox, ['up', 'figure3']);
  t.is(status, 0, stderr);
  const told = addresses.map((address) => address.replaceAll('.', String.raw`\.`));
  const [v4 = '', v6 = ''] = told;
  const parts = [
    'figure3 is up after [\\d.]+ s: 7 nodes, 6 links  Single client after failure',
    'CLIENT +ADDRESS +ANSWERED BY +COST +PATH +RTT',
    ...told.map((address) => `client1 +${address} +server-a +1 +router1 > server-a +<?[\\d.]+ ms`),
    ...told.map(
      (address) =>
        `router1 knows ${address} from server-a at 1, server-b at 2, server-c at 3; it installed the route to server-a`,
    ),
    'server-a loses power',
    `client1 +${v4} +server-a -> server-b: .*(?:outage), \\d+ of \\d+ probes lost`,
    `client1 +${v6} +server-a -> server-b: .*(?:outage), \\d+ of \\d+ probes lost`,
    'pass +client1 is answered by server-a',
    'pass +after fail server-a, client1 is answered by server-b within 5s',
    'next:',
    'nearcast who',
    'nearcast restore server-a',
    'nearcast shell client1',
    'nearcast down figure3',
  ];
  t.regex(stdout, new RegExp(parts.join('[^]*')));
  t.false(`${stdout}${stderr}`.includes('\u001B'), 'no colors');
  t.regex(stderr, /starting nodes[^]*bringing links up[^]*waiting for routing to converge/);
});

test.serial('npm run lab: the same in a checkout, with the commands as they are typed there', async (t) => {
  const { status, stdout, stderr } = await run(sandbox, ['up', 'figure2'], { command: npmCommand });
  t.is(status, 0, stderr);
  t.regex(stdout, /figure2 is up after[^]*npm run lab who[^]*npm run lab fail server-a[^]*npm run lab down figure2/);
  const { answers } = await ask(t, sandbox, who, ['who', 'figure2'], { options: { command: npmCommand } });
  t.deepEqual(catchments(answers), answeredBy('server-a at 1 over router1 > server-a'));
  const nowhere = await refused(t, sandbox, ['who', 'figure9'], 2, { command: npmCommand });
  t.is(nowhere.code, 'LAB_NOT_FOUND');
  await ok(t, sandbox, ['down', 'figure2'], { command: npmCommand });
});

test.serial('npm run lab up figure3 --json, without --, explains itself', async (t) => {
  const { status, stdout, stderr } = await run(sandbox, ['up', 'figure3', '--json'], {
    command: ['npm', 'run', 'lab'],
  });
  t.is(status, 2);
  t.regex(stderr, /npm kept --json for itself[^]*npm run lab -- up figure3 --json/);
  t.false(stdout.includes('"answers"'), 'no document of ours, and no lab');
  t.is((await refused(t, sandbox, ['who'], 2)).code, 'LAB_NOT_FOUND');
});

test.serial('exit status 1: an expectation fails, it is told what was seen, and the lab stays', async (t) => {
  const file = sandbox.write('wrong.yml', expecting('server-b'));
  const story = await ask(t, sandbox, up, ['up', file], { status: 1 });
  t.deepEqual(
    story.expectations.map(({ verdict }) => verdict),
    ['fail', 'pass'],
  );
  t.regex(story.expectations[0]?.seen ?? '', /server-a/);
  const { answers } = await ask(t, sandbox, who, ['who', 'small']);
  t.deepEqual(
    answers.map(({ instance }) => instance),
    ['server-b', 'server-b'],
  );
  await ok(t, sandbox, ['down', 'small']);

  const told = await run(sandbox, ['up', sandbox.write('wrong-after.yml', expecting('server-a'))]);
  t.is(told.status, 1, told.stderr);
  t.regex(told.stdout, /pass +client1 is answered by server-a\n/);
  t.regex(told.stdout, /FAIL +after fail server-a, client1 is answered by server-a within 10s: saw .*server-b/);
});

test.serial(
  'exit status 2: a topology that is not there, a file with problems, a bad name, a runtime that does not exist',
  async (t) => {
    const broken = sandbox.write(
      'broken.yml',
      'name: broken\nnodes:\n  client1: {kind: hoost}\n  router1: {kind: router}\nlinks:\n  - [client1, router2]\n',
    );
    t.is((await refused(t, sandbox, ['up', 'figure4'], 2)).code, 'TOPOLOGY_NOT_FOUND');
    const invalid = await refused(t, sandbox, ['up', broken], 2);
    t.is(invalid.code, 'TOPOLOGY_INVALID');
    t.regex(invalid.message, /broken\.yml:3:\d+: [^]*hoost[^]*broken\.yml:6:\d+: [^]*router2/);
    t.is((await refused(t, sandbox, ['up', 'figure2', '--name', 'no spaces'], 2)).code, 'LAB_NAME_INVALID');
    t.is((await refused(t, sandbox, ['up', 'figure2', '--runtime', 'moon'], 2)).code, 'USAGE');
    const plain = await run(sandbox, ['up', broken]);
    t.is(plain.status, 2);
    t.is(plain.stdout, '');
    t.regex(plain.stderr, /broken\.yml:3:\d+: [^]*did you mean "host"/);
    await assertNothingLeft(t, sandbox);
  },
);

test.serial('exit status 3: this machine cannot, and it is told what is in the way', async (t) => {
  const inTheWay = sandbox.write('a-file', '');
  const states = await refused(t, sandbox, ['up', 'figure2'], 3, { env: { NEARCAST_STATE_DIR: `${inTheWay}/states` } });
  t.is(states.code, 'STATE_FOLDER');
  t.regex(states.hint ?? '', /NEARCAST_STATE_DIR/);
  const frr = await refused(t, sandbox, ['up', 'figure2'], 3, {
    env: { NEARCAST_FRR: 'private', NEARCAST_CACHE_DIR: `${inTheWay}/cache` },
  });
  t.is(frr.code, 'FRR_UNAVAILABLE');
  await assertNothingLeft(t, sandbox);
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test.serial(`exit status 130: ${signal} undoes what was begun`, async (t) => {
    const running = start(sandbox, ['up', 'figure3']);
    let told = '';
    running.stderr.on('data', (text: Buffer) => (told += text.toString()));
    const begun = await pollUntil(
      () => told,
      (text) => text.includes('bringing links up'),
      { everyMs: 1, deadlineMs: 30_000 },
    );
    t.true(begun.held, told);
    running.kill(signal);
    const { exitCode, stdout, stderr } = await running;
    t.is(exitCode, 130, stderr);
    t.is(stdout, '');
    t.regex(stderr, /interrupted/);
    await assertNothingLeft(t, sandbox);
  });
}
