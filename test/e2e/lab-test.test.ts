import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { convert } from 'xmlbuilder2';
import { pollUntil } from '../../src/support/poll.js';
import { ask, inspect, list, refused } from '../support/documents.js';
import { document, ok, run, start } from '../support/lab-cli.js';
import { assertNothingLeft, sandboxForFile } from '../support/sandbox.js';
import { tested, up } from '../support/step-documents.js';

const sandbox = sandboxForFile();
const file = (name: string): string => join(sandbox.folder, name);

const two = (name: string, rest: string, node = ''): string => `
name: ${name}
nodes:
  client1:  {kind: host}
  router1:  {kind: router${node}}
  router2:  {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router1]
  - [router1, router2]
  - [router1, server-a]
  - [router2, server-b]
anycast:
  service: {addresses: [192.0.2.53], instances: [server-a, server-b]}
${rest}`;

test.serial('--no-forecast: routing that lines of a file make otherwise has settled when it is quiet', async (t) => {
  const silent = two('silent', 'expect: {client1: server-a}').replace(
    'router2:  {kind: router}',
    'router2:  {kind: router, frr: "no router ospf"}',
  );
  writeFileSync(file('silent.yml'), silent);
  const { timings } = await ask(t, sandbox, up, ['up', file('silent.yml'), '--no-forecast']);
  t.is(timings.quietMs, 5000);
  await ok(t, sandbox, ['down', 'silent']);
  const { value, status } = await document(sandbox, ['test', file('silent.yml'), '--no-forecast']);
  t.is(status, 0);
  t.like(value, { passed: 1, failed: 0 });
  await assertNothingLeft(t, sandbox);
});

test.serial('a topology is deployed, judged, broken as it says, and removed; reports say the same', async (t) => {
  const junit = file('report.xml');
  const tap = file('report.tap');
  writeFileSync(
    file('good.yml'),
    two(
      'good',
      `
expect: {client1: server-a}
scenario:
  - {fail: service@server-a, how: withdraw, expect: {client1: server-b, within: 20s, outage: 10s}}
  - {restore: service@server-a, expect: {client1: server-a, within: 20s}}
`,
    ),
  );
  writeFileSync(file('still.yml'), two('still', 'expect: {client1: server-a}'));
  const { value, status, stderr } = await document(sandbox, [
    'test',
    file('good.yml'),
    file('still.yml'),
    '--junit',
    junit,
    '--tap',
    tap,
  ]);
  t.is(status, 0, stderr);
  const { results, ...tally } = tested.parse(value);
  t.deepEqual(tally, { passed: 5, failed: 0, inconclusive: 0, errors: 0 });
  t.deepEqual(
    results.map(({ topology, steps, verdicts }) => [topology, steps.length, verdicts.length]),
    [
      ['good', 2, 4],
      ['still', 0, 1],
    ],
  );
  const { testsuites } = convert(readFileSync(junit, 'utf8'), { format: 'object' }) as unknown as {
    testsuites: { testsuite: Record<string, string>[] };
  };
  t.deepEqual(
    testsuites.testsuite.map((suite) => [suite['@name'], suite['@tests'], suite['@failures'], suite['@errors']]),
    [
      ['good', '4', '0', '0'],
      ['still', '1', '0', '0'],
    ],
  );
  t.regex(readFileSync(tap, 'utf8'), /^TAP version 14\n1\.\.5\nok 1 - good: client1 is answered by server-a\n/);
  await assertNothingLeft(t, sandbox);
});

test.serial(
  'an expectation that does not hold is a failure, and one topology that cannot be tested does not keep others from it',
  async (t) => {
    writeFileSync(
      file('bad.yml'),
      two(
        'bad',
        `
expect: {client1: server-b}
scenario:
  - {fail: server-a, expect: {client1: nobody, within: 1s, moved: []}}
`,
      ),
    );
    writeFileSync(file('refused.yml'), two('refused', '', ', frr: "no such line"'));
    const { stdout: coloured, status } = await run(sandbox, ['test', file('refused.yml'), file('bad.yml')]);
    const stdout = stripVTControlCharacters(coloured);
    t.is(status, 1);
    t.regex(stdout, /CONFIG_REJECTED.*router1/);
    t.regex(stdout, /FAIL {2}client1 is answered by server-b: saw server-a/);
    t.regex(stdout, /FAIL {2}after fail server-a, client1 gets no answer within 1s: saw server-b/);
    t.regex(stdout, /FAIL {2}after fail server-a, no client moves: saw client1 moved/);
    t.regex(stdout, /0 passed, 3 failed, 1 topology not tested/);
    t.is((await run(sandbox, ['test', file('refused.yml')])).status, 2);
    await assertNothingLeft(t, sandbox);
  },
);

test.serial('a catchment map that was kept shows who has moved since', async (t) => {
  const map = file('map.json');
  writeFileSync(file('kept.yml'), two('kept', ''));
  await ok(t, sandbox, ['up', file('kept.yml')]);
  await ok(t, sandbox, ['who', '--snapshot', map]);
  await ok(t, sandbox, ['down']);
  await ok(t, sandbox, ['test', file('kept.yml'), '--against', map]);
  writeFileSync(
    file('kept.yml'),
    two('kept', '')
      .replace('- [router1, router2]', '- [router1, router2]\n  - {endpoints: [client1, router2], cost: 1}')
      .replace('  - [client1, router1]\n', ''),
  );
  const { stdout: coloured, status } = await run(sandbox, ['test', file('kept.yml'), '--against', map]);
  const stdout = stripVTControlCharacters(coloured);
  t.is(status, 1);
  t.regex(
    stdout,
    /FAIL {2}every client is answered as in .*map\.json: saw client1 at 192\.0\.2\.53: server-a -> server-b/,
  );
  t.is((await refused(t, sandbox, ['test', file('kept.yml'), '--against', file('kept.yml')], 2)).code, 'USAGE');
  t.is((await refused(t, sandbox, ['test', file('kept.yml'), '--against', file('none.json')], 2)).code, 'USAGE');
  await assertNothingLeft(t, sandbox);
});

test.serial(
  'a file that is wrong or not there is an error in every report, and keeps no other from being tested',
  async (t) => {
    writeFileSync(
      file('wrong.yml'),
      two('wrong', 'scenario: [{fail: server-a, expect: {client1: server-b, outage: soon}}]'),
    );
    writeFileSync(file('still.yml'), two('still', 'expect: {client1: server-a}'));
    const reports = ['junit', 'tap', 'html'].flatMap((kind) => [`--${kind}`, file(`mixed.${kind}`)]);
    const { value, status, stderr } = await document(sandbox, [
      'test',
      file('wrong.yml'),
      file('still.yml'),
      file('absent.yml'),
      ...reports,
    ]);
    t.is(status, 2, stderr);
    const { results, ...tally } = tested.parse(value);
    t.deepEqual(tally, { passed: 1, failed: 0, inconclusive: 0, errors: 2 });
    t.deepEqual(
      results.map(({ topology, error, problems, verdicts }) => [
        topology,
        error?.code,
        problems?.map(({ line }) => line),
        verdicts.length,
      ]),
      [
        [file('wrong.yml'), 'TOPOLOGY_INVALID', [16], 0],
        ['still', undefined, undefined, 1],
        [file('absent.yml'), 'TOPOLOGY_NOT_FOUND', undefined, 0],
      ],
    );
    const { testsuites } = convert(readFileSync(file('mixed.junit'), 'utf8'), { format: 'object' }) as unknown as {
      testsuites: { testsuite: Record<string, string>[] };
    };
    t.deepEqual(
      testsuites.testsuite.map((suite) => [suite['@name'], suite['@tests'], suite['@errors']]),
      [
        [file('wrong.yml'), '1', '1'],
        ['still', '1', '0'],
        [file('absent.yml'), '1', '1'],
      ],
    );
    t.regex(
      readFileSync(file('mixed.tap'), 'utf8'),
      /1\.\.3\nnot ok 1 - .*wrong\.yml: the file can be used\n[^]*TOPOLOGY_INVALID.*\n[^]*\nok 2 - still: [^]*\nnot ok 3 - .*absent\.yml: the file can be used\n/,
    );
    t.regex(
      readFileSync(file('mixed.html'), 'utf8'),
      /2 topologies could not be tested[^]*Exit status 2[^]*wrong\.yml:16:\d+: [^]*there is no topology/,
    );
    const alone = await run(sandbox, ['test', file('wrong.yml'), '--junit', file('alone.junit')]);
    t.is(alone.status, 2);
    t.regex(alone.stdout, /TOPOLOGY_INVALID.*wrong\.yml:16:\d+: [^]*0 passed, 0 failed, 1 topology not tested\n$/);
    t.regex(readFileSync(file('alone.junit'), 'utf8'), /TOPOLOGY_INVALID/);
    await assertNothingLeft(t, sandbox);
  },
);

test.serial('a command line that is wrong is refused before anything is made', async (t) => {
  t.is((await refused(t, sandbox, ['test', 'bfd', '--runtime', 'cloud'], 2)).code, 'USAGE');
  t.is((await refused(t, sandbox, ['test', 'bfd', '--junit', '/no/such/folder/report.xml'], 2)).code, 'USAGE');
  t.false(existsSync('/no/such'));
  await assertNothingLeft(t, sandbox);
});

for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGKILL', null],
] as const) {
  test.serial(`a test that ${signal} ends in the middle of its scenario leaves nothing`, async (t) => {
    writeFileSync(
      file('long.yml'),
      two(
        'long',
        `
scenario:
  - {fail: router1/server-a, how: impair, loss: 10%, delay: 5ms}
  - {fail: router2/server-b, how: flap, period: 30s, expect: {client1: server-a, within: 60s}}
`,
      ),
    );
    const testing = start(sandbox, ['test', file('long.yml')]);
    const broken = await pollUntil(
      async () => {
        const { value } = await document(sandbox, ['inspect']);
        const state = inspect.safeParse(value);
        return state.success ? state.data.faults.map(({ how }) => how) : [];
      },
      (faults) => faults.includes('flap'),
      { everyMs: 50, deadlineMs: 40_000 },
    );
    t.true(broken.held, `it is in the middle of its scenario: ${broken.last.join()}`);
    testing.kill(signal);
    const ended = await testing;
    t.is(ended.exitCode ?? null, status, ended.stdout + ended.stderr);
    await pollUntil(
      async () => (await ask(t, sandbox, list, ['list'])).labs.length,
      (labs) => labs === 0,
      { everyMs: 100, deadlineMs: 20_000 },
    );
    await assertNothingLeft(t, sandbox);
  });
}
