import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { load } from 'js-yaml';
import { runAction } from '../support/action.js';
import { yamlBlocks } from '../support/readme.js';
import { assertNothingLeft, checkout, sandboxForFile } from '../support/sandbox.js';

const sandbox = sandboxForFile();
const path = join(checkout, '.github', 'actions', 'test', 'action.yml');

const network = `name: two
nodes:
  client1:  {kind: host}
  router1:  {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router1]
  - [router1, server-a]
  - {endpoints: [router1, server-b], cost: 5}
anycast:
  service: {addresses: [192.0.2.53], instances: [server-a, server-b], announce: host}
expect: {client1: server-a}
scenario:
  - {fail: router1/server-b}
  - expect: {client1: server-b, within: 100ms}
`;

test.serial('the action shows what did not hold at its line, keeps the reports, and ends as test does', async (t) => {
  const file = sandbox.write(
    'network.yml',
    network.replaceAll('[192.0.2.53]', '[192.0.2.53], allowSharedRouter: true'),
  );
  const { status, stdout, summary, outputs, used } = await runAction(
    path,
    { topologies: `${file}\n`, flags: '--baseline baseline.jsonl' },
    { folder: sandbox.folder, env: sandbox.env },
  );
  t.is(status, 1, stdout);
  t.deepEqual(outputs, { status: '1' });
  t.regex(summary, /^# 1 of 2 expectations failed[^]*```mermaid/);
  const place = `file=${file.replaceAll(':', '%3A')},line=16`;
  t.true(stdout.includes(`::error title=two%3A fail,${place}::client1 is answered by server-b`), stdout);
  const report = (name: string): string => join(sandbox.folder, 'nearcast-report', name);
  t.true(readFileSync(report('junit.xml'), 'utf8').includes(`>${file}:16: client1 is answered by server-b`));
  t.true(existsSync(report('report.html')));
  t.deepEqual(used, [
    {
      uses: 'actions/upload-artifact@v4',
      with: { name: 'nearcast-report', path: 'nearcast-report', 'if-no-files-found': 'ignore' },
    },
  ]);
  const [line = '', ...more] = readFileSync(join(sandbox.folder, 'baseline.jsonl'), 'utf8').split('\n');
  t.deepEqual(more, ['']);
  t.like(JSON.parse(line), {
    topology: 'two',
    answers: [{ client: 'client1', service: 'service', address: '192.0.2.53', instance: 'server-a' }],
    outages: [{ step: '1, fail router1/server-b', outagesMs: [0] }],
  });
  await assertNothingLeft(t, sandbox);
});

test('the workflow of the docs gives the action only what it takes', (t) => {
  const [workflow = ''] = yamlBlocks(join(checkout, 'docs', 'ci.md')).filter((block) => block.includes('runs-on:'));
  const { jobs } = load(workflow) as {
    readonly jobs: {
      readonly anycast: { readonly steps: readonly { readonly uses: string; readonly with?: object }[] };
    };
  };
  const { inputs } = load(readFileSync(path, 'utf8')) as { readonly inputs: object };
  const step = jobs.anycast.steps.find(({ uses }) => uses.includes('/.github/actions/test@'));
  t.deepEqual(
    Object.keys(step?.with ?? {}).filter((name) => !(name in inputs)),
    [],
  );
  t.true('topologies' in (step?.with ?? {}));
});

test('the job of the docs for GitLab keeps what its commands write', (t) => {
  const [text = ''] = yamlBlocks(join(checkout, 'docs', 'ci.md')).filter((block) => block.includes('artifacts:'));
  const { anycast } = load(text) as {
    readonly anycast: {
      readonly script: readonly string[];
      readonly artifacts: { readonly paths: readonly string[]; readonly reports: { readonly junit: string } };
    };
  };
  const command = anycast.script.at(-1) ?? '';
  t.true(command.includes(`--junit ${anycast.artifacts.reports.junit}`));
  t.deepEqual(
    [...command.matchAll(/ --(?:html|summary|with-capture) (\S+)/g)].filter(
      ([, file = '']) => !anycast.artifacts.paths.some((kept) => file.startsWith(`${kept}/`)),
    ),
    [],
  );
});
