import { createHash, generateKeyPairSync, verify } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { convert } from 'xmlbuilder2';
import { pollUntil } from '../../src/support/poll.js';
import { ask, list, refused } from '../support/documents.js';
import { graded } from '../support/step-documents.js';
import { document, run, start } from '../support/lab-cli.js';
import { assertNothingLeft, checkout, sandboxForFile } from '../support/sandbox.js';

const sandbox = sandboxForFile();
const examples = join(checkout, 'docs', 'examples', 'grading');
const exam = join(examples, 'exam.yml');
const good = readFileSync(join(examples, 'submissions', 'alice.yml'), 'utf8');

/** A folder of submissions; those with a slash in their name lie in a folder of their own. */
function submissions(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(sandbox.folder, 'submissions-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

test.serial('the example is graded as docs/grading.md shows it', async (t) => {
  const [, , shown = ''] =
    /```console\n\$ (npm run lab grade \S+ \S+)\n(.*?)```/s.exec(
      readFileSync(join(checkout, 'docs', 'grading.md'), 'utf8'),
    ) ?? [];
  const { status, stdout, stderr } = await run(sandbox, [
    'grade',
    'docs/examples/grading/exam.yml',
    'docs/examples/grading/submissions',
  ]);
  t.is(status, 0, stderr);
  t.is(stripVTControlCharacters(stdout), shown);
  t.regex(stderr, /^3 submissions, \d+ at a time\n/);
  t.regex(stderr, /3 of 3: \w+ \d\/5/);
  await assertNothingLeft(t, sandbox);
});

test.serial('an archive for students starts a lab without a network, and has no solution in it', async (t) => {
  t.timeout(120_000);
  const archive = join(sandbox.folder, 'handout.tar.gz');
  const varied = join(examples, 'varied.yml');
  const { stdout } = await run(sandbox, ['handout', 'figure1', varied, '--student', 'Ada', '--output', archive]);
  t.regex(stdout, /: figure1, varied, for /);
  const inFolder = async (line: string) =>
    run(sandbox, ['-c', line], { command: ['sh'], cwd: sandbox.folder, env: { NEARCAST_FRR: '' }, deadlineMs: 60_000 });
  t.is((await inFolder('tar -xzf handout.tar.gz')).status, 0);
  const folder = join(sandbox.folder, 'nearcast-labs', 'package');
  t.deepEqual(readdirSync(join(folder, 'topologies')).sort(), ['figure1.yml', 'topology.schema.json', 'varied.yml']);
  t.notRegex(readFileSync(join(folder, 'topologies', 'figure1.yml'), 'utf8'), /^(expect|scenario):/m);
  t.notRegex(readFileSync(join(folder, 'docs', 'labs', 'figure1.md'), 'utf8'), /details/);
  t.regex(readFileSync(join(folder, 'topologies', 'varied.yml'), 'utf8'), /^student: "ada"$/m);
  // A namespace with no route to anywhere, for whoever unpacks it.
  const offline = await inFolder('unshare --user --map-root-user --net nearcast-labs/nearcast test figure1 2>&1');
  t.regex(offline.stdout, /FRRouting \d/, offline.stdout);
  t.is(offline.status, 0, offline.stdout);
  const same = await run(sandbox, ['handout', 'figure1', '--student', 'ada']);
  t.is(same.status, 2);
  t.regex(same.stderr, /the same for every student/);
  await assertNothingLeft(t, sandbox);
});

test.serial('every submission has its own result, whatever is wrong with the others', async (t) => {
  const [csv, junit] = [join(sandbox.folder, 'points.csv'), join(sandbox.folder, 'report.xml')];
  const folder = submissions({
    'right.yml': good,
    'wrong.yaml': good.replace('[router1, server-a]', '{endpoints: [router1, server-a], cost: 100}'),
    'no-yaml.yml': 'nodes: [',
    'no-node.yml': good.replace('  client2:  {kind: host}\n', '').replace('  - [client2, router2]\n', ''),
    'runs-programs.yml': good.replace(
      'client1:  {kind: host}',
      'client1:  {kind: host, exec: ["touch /tmp/was-here"]}',
    ),
    'writes-files.yml': good.replace(
      'router1:  {kind: router}',
      'router1:  {kind: router, frr: "log file /tmp/was-here"}',
    ),
    'hides-a-line.yml': good.replace(
      'router1:  {kind: router}',
      `router1:  {kind: router, frr: "!${'x'.repeat(4094)}log file /tmp/was-here"}`,
    ),
    'refused-by-frr.yml': good.replace('router1:  {kind: router}', 'router1:  {kind: router, frr: "router nothing"}'),
    'two-files/a.yml': good,
    'two-files/b.yml': good,
    'no-file/readme.txt': 'here is nothing',
    'one-file/network.yml': good,
    '=cmd().yml': 'name: [',
    'readme.txt': 'no submission',
    '.hidden.yml': 'no submission either',
  });
  symlinkSync('/etc/passwd', join(folder, 'link.yml'));
  const [pages, evidence, key] = ['pages', 'grades.json', 'teacher.pem'].map((name) => join(sandbox.folder, name));
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(key ?? '', privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const more = ['--html', pages ?? '', '--evidence', evidence ?? '', '--key', key ?? ''];
  const { value, status, stderr } = await document(
    sandbox,
    ['grade', exam, folder, '--csv', csv, '--junit', junit, ...more],
    {
      deadlineMs: 100_000,
    },
  );
  t.is(status, 0, stderr);
  const { submissions: results, ...whole } = graded.parse(value);
  const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
  const scenarioSha256 = digest(readFileSync(exam, 'utf8'));
  t.deepEqual(whole, { scenario: 'exam', title: 'Two sites, and one of them goes away', scenarioSha256, outOf: 5 });
  t.deepEqual(
    results.map(({ submission, passed, error }) => `${submission} ${String(passed)} ${error?.code ?? ''}`),
    [
      '=cmd() 0 TOPOLOGY_INVALID',
      'hides-a-line 0 TOPOLOGY_INVALID',
      'link 0 TOPOLOGY_NOT_FOUND',
      'no-file 0 TOPOLOGY_NOT_FOUND',
      'no-node 0 TOPOLOGY_INVALID',
      'no-yaml 0 TOPOLOGY_INVALID',
      'one-file 5 ',
      'refused-by-frr 0 CONFIG_REJECTED',
      'right 5 ',
      'runs-programs 0 TOPOLOGY_INVALID',
      'two-files 0 TOPOLOGY_NOT_FOUND',
      'writes-files 0 TOPOLOGY_INVALID',
      'wrong 3 ',
    ],
  );
  t.false(existsSync('/tmp/was-here'));
  t.true(results.every(({ isMachines }) => !isMachines));
  const wrongOf = (name: string): string => results.find(({ submission }) => submission === name)?.wentWrongFirst ?? '';
  t.regex(wrongOf('no-node'), /exam\.yml:5:3: there is no client "client2"/);
  t.regex(wrongOf('no-yaml'), /no-yaml\.yml:1:\d+: /);
  t.regex(wrongOf('runs-programs'), /runs-programs\.yml:3:\d+: "exec" is not allowed in submissions: it runs programs/);
  t.regex(wrongOf('two-files'), /2 topology files: a\.yml, b\.yml/);
  t.regex(wrongOf('wrong'), /client1 is answered by server-a: saw server-b/);
  const lines = readFileSync(csv, 'utf8').split('\r\n');
  t.is(lines[0], '\uFEFFsubmission,passed,failed,inconclusive,points,outOf,error,wentWrongFirst');
  t.true(lines[1]?.startsWith("'=cmd(),0,0,0,0,5,TOPOLOGY_INVALID,"), lines[1]);
  t.is(
    lines.find((line) => line.startsWith('right')),
    'right,5,0,0,5,5,,',
  );
  const { testsuites } = convert(readFileSync(junit, 'utf8'), { format: 'object' }) as unknown as {
    testsuites: { testsuite: { '@name': string; '@tests': string }[] };
  };
  t.deepEqual(
    testsuites.testsuite.map((suite) => suite['@name']),
    results.map(({ submission }) => submission),
  );
  const page = (name: string): string => readFileSync(join(pages ?? '', name), 'utf8');
  t.is(readdirSync(pages ?? '').length, results.length + 1);
  t.true(page('index.html').includes('<a href="right.html">right</a>'));
  t.regex(page('wrong.html'), /client1 is answered by server-a.*saw server-b/);
  const signed = readFileSync(evidence ?? '');
  const signature = readFileSync(`${evidence ?? ''}.sig`);
  t.true(verify(null, signed, publicKey, signature));
  t.false(verify(null, Buffer.concat([signed, Buffer.from(' ')]), publicKey, signature));
  const { submissions: told } = JSON.parse(signed.toString()) as {
    readonly submissions: readonly { readonly submission: string; readonly sha256?: string; readonly points: number }[];
  };
  t.like(
    told.find(({ submission }) => submission === 'right'),
    { sha256: digest(good), points: 5 },
  );
  const weak = sandbox.write(
    'weak.pem',
    String(generateKeyPairSync('ed448').privateKey.export({ type: 'pkcs8', format: 'pem' })),
  );
  for (const words of [
    ['--evidence', evidence ?? ''],
    ['--key', key ?? ''],
    ['--evidence', evidence ?? '', '--key', weak],
  ])
    t.is((await run(sandbox, ['grade', exam, folder, ...words])).status, 2);
  t.is((await run(sandbox, ['grade', exam, submissions({ 'a.yml': good, 'b.yml': '' }), '--strict'])).status, 1);
  const weighted = sandbox.write(
    'weighted.yml',
    `${readFileSync(exam, 'utf8').replace('within: 10s}}\n  - {restore', 'within: 10s}, points: 4}\n  - {restore')}
points: 2
cause: {is: [router1/server-a, dns@server-a], points: 3}
`,
  );
  const named = submissions({
    'right.yml': `${good}\ndiagnosis: server-a/router1\n`,
    'wrong.yml': `${good}\ndiagnosis: server-b\n`,
  });
  const { value: other } = await document(sandbox, ['grade', weighted, named]);
  t.deepEqual(
    graded
      .parse(other)
      .submissions.map(({ submission, passed, points, outOf, wentWrongFirst }) =>
        [submission, passed, points, outOf, wentWrongFirst].join(' '),
      ),
    ['right 6 13 13 ', 'wrong 5 10 13 the diagnosis names the cause: saw "server-b"'],
  );
  t.is((await run(sandbox, ['grade', exam, submissions({ 'a.yml': good }), '--strict', '--parallel', '1'])).status, 0);
  await assertNothingLeft(t, sandbox);
});

test.serial('who is trusted may run programs', async (t) => {
  const mark = join(sandbox.folder, 'was-here');
  const folder = submissions({
    'a.yml': good.replace('client1:  {kind: host}', `client1:  {kind: host, exec: [[touch, ${JSON.stringify(mark)}]]}`),
  });
  const {
    submissions: [only],
  } = await ask(t, sandbox, graded, ['grade', exam, folder, '--trust']);
  t.like(only, { passed: 5, failed: 0 });
  t.true(existsSync(mark));
  await assertNothingLeft(t, sandbox);
});

test.serial('a submission that is not finished in time is an error of its own, and its lab is removed', async (t) => {
  const {
    submissions: [late, broken],
  } = await ask(t, sandbox, graded, ['grade', exam, submissions({ 'a.yml': good, 'b.yml': '' }), '--timeout', '300ms']);
  t.is(late?.error?.code, 'SUBMISSION_TIMEOUT');
  t.is(broken?.error?.code, 'TOPOLOGY_INVALID');
  t.deepEqual((await ask(t, sandbox, list, ['list'])).labs, []);
  await assertNothingLeft(t, sandbox);
});

test.serial('what is wrong with the scenario, the folder or a flag is refused before anything is made', async (t) => {
  const folder = submissions({ 'a.yml': good });
  const bad = sandbox.write('bad.yml', 'expct: {client1: server-a}\n');
  t.regex((await refused(t, sandbox, ['grade', bad, folder], 2)).message, /bad\.yml:1:1: unknown key "expct"/);
  t.is((await refused(t, sandbox, ['grade', 'no-such.yml', folder], 2)).code, 'TOPOLOGY_NOT_FOUND');
  for (const words of [
    [exam, join(folder, 'none')],
    [exam, submissions({})],
    [exam, folder, '--parallel', '0'],
    [exam, folder, '--timeout', 'soon'],
    [exam, folder, '--csv', '/no/such/points.csv'],
    [exam, folder, '--runtime', 'cloud'],
  ]) {
    t.is((await refused(t, sandbox, ['grade', ...words], 2)).code, 'USAGE', words.join(' '));
  }
  await assertNothingLeft(t, sandbox);
});

test.serial('the scenario may lie among the submissions', async (t) => {
  const folder = submissions({ 'alice.yml': good });
  cpSync(exam, join(folder, 'exam.yml'));
  const { submissions: results } = await ask(t, sandbox, graded, ['grade', join(folder, 'exam.yml'), folder]);
  t.deepEqual(
    results.map(({ submission, passed }) => [submission, passed]),
    [['alice', 5]],
  );
  await assertNothingLeft(t, sandbox);
});

for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGKILL', null],
] as const) {
  test.serial(`a grading that ${signal} ends leaves nothing`, async (t) => {
    const long = sandbox.write(
      'long.yml',
      'scenario:\n  - {fail: router1/router2, how: flap, period: 30s, expect: {client1: server-b, within: 60s}}\n',
    );
    const grading = start(sandbox, [
      'grade',
      long,
      submissions({ 'a.yml': good, 'b.yml': good, 'c.yml': good }),
      '--parallel',
      '2',
    ]);
    const up = await pollUntil(
      async () => (await ask(t, sandbox, list, ['list'])).labs.filter(({ phase }) => phase === 'up').length,
      (labs) => labs === 2,
      { everyMs: 50, deadlineMs: 40_000 },
    );
    t.true(up.held, 'two are being graded');
    grading.kill(signal);
    const ended = await grading;
    t.is(ended.exitCode ?? null, status, ended.stdout + ended.stderr);
    await assertNothingLeft(t, sandbox);
  });
}
