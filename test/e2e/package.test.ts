import { cpSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { run } from '../support/lab-cli.js';
import { missPart } from '../support/parts.js';
import { nodePrograms } from '../support/node-versions.js';
import { onlyBlock, shellLines } from '../support/readme.js';
import { assertNothingLeft, checkout, sandboxForFile } from '../support/sandbox.js';

/* What somebody has who does not work in the checkout: the packed library in a project of their own, as docs/library.md says. */

const sandbox = sandboxForFile({ fetches: true, atEnd: () => run(sandbox, ['down', '--all']) });
const page = join(checkout, 'docs', 'library.md');
/** Side by side, as the page has them. */
const source = join(sandbox.folder, 'nearcast');
const project = join(sandbox.folder, 'project');
const tarball = join(source, 'nearcast-0.1.0.tgz');
/** What an earlier build left in dist/ for processes that still run from it. */
const staleChunk = 'chunk-STALE000.js';
const commands = shellLines(page, 'sh project');

async function type(t: ExecutionContext, line: string, nodeFolder?: string): Promise<string> {
  const path = process.env['PATH'] ?? '';
  const env = nodeFolder === undefined ? {} : { PATH: `${nodeFolder}${delimiter}${path}` };
  const { status, stdout, stderr } = await run(sandbox, ['-c', line], {
    command: ['sh'],
    cwd: project,
    env,
    deadlineMs: 170_000,
  });
  t.is(status, 0, `${line}\n${stdout}${stderr}`);
  return stdout;
}

test.before('the package is packed, and installed in an empty folder', async (t) => {
  t.timeout(170_000);
  for (const name of [
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
    'src',
    'dist',
    'topologies',
    'images',
    'docs',
  ]) {
    cpSync(join(checkout, name), join(source, name), { recursive: true, preserveTimestamps: true });
  }
  symlinkSync(join(checkout, 'node_modules'), join(source, 'node_modules'));
  writeFileSync(join(source, 'dist', staleChunk), '');
  const packed = await run(sandbox, ['pack'], { command: ['npm'], cwd: source, deadlineMs: 160_000 });
  t.is(packed.status, 0, packed.stdout + packed.stderr);
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), onlyBlock(page, 'json project'));
  writeFileSync(join(project, 'failover.test.ts'), onlyBlock(page, 'ts ava'));
  t.regex(commands[0] ?? '', /^npm install .*\/nearcast\/nearcast-\d/);
  await type(t, commands[0] ?? '');
});

test.serial('the package has all that it needs, and nothing that only a checkout needs', async (t) => {
  const { stdout } = await execa('tar', ['-tzf', tarball], { timeout: 60_000 });
  const files = stdout.split('\n').map((path) => path.replace(/^package\//, ''));
  for (const name of [
    'dist/bin.js',
    'dist/bin.cjs',
    'dist/index.js',
    'dist/agent.js',
    'dist/agent.cjs',
    'dist/types/index.d.ts',
    'topologies/figure2.yml',
    'images/frr/Dockerfile',
    'docs/scenarios.md',
    'LICENSE',
  ]) {
    t.true(files.includes(name), name);
  }
  t.deepEqual(
    files.filter(
      (path) =>
        /\.(?:map|kept)$/.test(path) || path.includes('/.') || path.startsWith('src/') || path.endsWith(staleChunk),
    ),
    [],
  );
  t.true(readdirSync(join(source, 'dist')).includes(staleChunk), 'packing takes nothing from processes that still run');
  const megabytes = statSync(tarball).size / 1e6;
  t.true(megabytes < 3, `${megabytes.toFixed(1)} MB`);
});

test.serial('its types hold outside of the checkout, without skipLibCheck', async (t) => {
  t.timeout(170_000);
  mkdirSync(join(project, 'node_modules', '@types'), { recursive: true });
  symlinkSync(join(checkout, 'node_modules', '@types', 'node'), join(project, 'node_modules', '@types', 'node'));
  writeFileSync(
    join(project, 'consumer.ts'),
    `
import { LabError, play, readTopology, testTopology, topologyNamed, up, type TestReport, type Topology } from 'nearcast';

export async function consume(): Promise<readonly string[]> {
  const topology: Topology = await topologyNamed('figure2');
  const { lab: started } = await up(topology, { name: 'typed' });
  await using lab = started;
  const { changes } = await lab.fail('server-a');
  const { verdicts } = await play(lab, { fail: 'server-a', how: 'freeze', expect: { client1: 'server-b', within: '5s' } });
  const report: TestReport = await testTopology(topology);
  const reading = readTopology('name: x', 'x.yml');
  // @ts-expect-error no step is a number
  await play(lab, 3);
  // @ts-expect-error a code is none of a stranger's words
  new LabError('NO_SUCH_CODE', '');
  return [...changes.map(({ client }) => client), ...verdicts.map(({ verdict }) => verdict), report.topology, 'problems' in reading ? 'wrong' : reading.topology.name];
}
`,
  );
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        module: 'nodenext',
        target: 'es2022',
        types: [],
        strict: true,
        skipLibCheck: false,
        noEmit: true,
      },
      files: ['consumer.ts'],
    }),
  );
  const compiler = join(checkout, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout } = await run(sandbox, [compiler, '--project', project], {
    command: [process.execPath],
    cwd: project,
    deadlineMs: 160_000,
  });
  t.is(status, 0, stdout);
});

for (const { major, folder, trouble } of nodePrograms) {
  if (folder === undefined) {
    missPart('node-versions', `Node ${String(major)}: ${trouble}`);
    continue;
  }
  test.serial(`the new project of docs/library.md works as it says, on Node ${String(major)}`, async (t) => {
    t.timeout(170_000);
    t.regex(await type(t, 'node --version', folder), new RegExp(`^v${String(major)}\\.`));
    const said = [];
    for (const line of commands.slice(1)) said.push(await type(t, line, folder));
    t.is(said.length, 3);
    t.regex(
      said.join(''),
      /1 test passed[^]*figure2 is up after[^]*client1 is answered by server-a[^]* nearcast fail server-a [^]*removed figure2/,
    );
    await assertNothingLeft(t, sandbox);
  });
}
