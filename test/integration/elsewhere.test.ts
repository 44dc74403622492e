import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { checkout, Sandbox } from '../support/sandbox.js';
import { run, type Ran } from '../support/lab-cli.js';

const sandbox = new Sandbox();
const guard = join(checkout, 'test', 'support', 'elsewhere.mjs');

/** Runs a program of Node as on another system; with what it wanted that is there on Linux alone. */
async function elsewhere(
  platform: string,
  words: readonly string[],
  name: string,
): Promise<Ran & { readonly touched: string }> {
  const log = join(sandbox.folder, name);
  const ran = await run(sandbox, words, {
    command: [process.execPath, '--import', guard],
    env: { NEARCAST_TEST_PLATFORM: platform, NEARCAST_TEST_TOUCHED: log },
  });
  return { ...ran, touched: existsSync(log) ? readFileSync(log, 'utf8') : '' };
}

const bin = join(checkout, 'dist', 'bin.js');
const graph = join(sandbox.folder, 'graph.txt');
const commands = [
  ['predict', 'ipv6-anycast'],
  ['predict', 'figure3', '--after', 'fail server-a', '--json'],
  ['predict', 'figure3', '--all-failures'],
  ['predict', '--as-graph', graph, '--origins', '2,3'],
  ['diff', 'figure3', 'figure3'],
  ['validate', 'selectors'],
  ['up', 'figure3', '--dry-run'],
  ['graph', 'figure3', '--fail', 'server-a'],
  ['plan', 'figure3', '--machines', '2x2c4g'],
  ['generate', '--shape', 'grid', '--seed', '7'],
] as const;

test('what needs no lab runs on macOS and Windows, and wants nothing that is there on Linux alone', async (t) => {
  writeFileSync(graph, '1|2|-1\n1|3|-1\n2|4|-1\n');
  const here = await Promise.all(commands.map((words) => run(sandbox, words)));
  t.deepEqual(new Set(here.map(({ status }) => status)), new Set([0]));
  for (const platform of ['darwin', 'win32']) {
    const there = await Promise.all(
      commands.map((words, nth) => elsewhere(platform, [bin, ...words], `${platform}${String(nth)}`)),
    );
    t.deepEqual(
      there.map(({ status, stdout, stderr, touched }) => ({ status, stdout, stderr, touched })),
      here.map(({ status, stdout, stderr }) => ({ status, stdout, stderr, touched: '' })),
      `the same words on ${platform} as here`,
    );
  }
});

for (const platform of ['darwin', 'win32']) {
  test(`a lab on ${platform} is refused with what would be right`, async (t) => {
    const { status, stderr, touched } = await elsewhere(platform, [bin, 'up', 'figure3'], `${platform}-lab`);
    t.is(status, 3);
    t.is(
      stderr,
      `labs of namespaces need Linux, and this is ${platform}\n  use a virtual machine, WSL 2, or --runtime docker; predict, diff, graph and validate need no lab\n`,
    );
    t.is(touched, '');
  });
}

test('what is there on Linux alone is seen', async (t) => {
  const koffi = await elsewhere('linux', ['--eval', 'require("koffi")'], 'native');
  t.not(koffi.status, 0);
  t.regex(koffi.touched, /^dlopen .*koffi/, koffi.stderr);
  const processes = await elsewhere('darwin', ['--eval', 'require("fs").readFileSync("/proc/self/stat")'], 'proc');
  t.is(processes.touched, 'readFileSync /proc/self/stat\n');
});
