import { mkdtempSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { LabError } from '../../../src/errors.js';
import { listBundled, locateTopology } from '../../../src/topology/bundled.js';
import { topologyJsonSchema } from '../../../src/topology/file/json-schema.js';
import { loadTopology } from '../../../src/topology/load.js';
import type { TopologyReading } from '../../../src/topology/read.js';
import { problemsOf, topologyError } from '../../../src/topology/topology-error.js';

const folder = mkdtempSync(join(tmpdir(), 'nearcast-load-'));
test.after.always(() => rm(folder, { recursive: true, force: true }));

async function fileWith(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const codes = (reading: TopologyReading): readonly string[] =>
  'problems' in reading ? reading.problems.map(({ code }) => code) : [];

test('the bundled topologies are the figures, and all of them are valid', async (t) => {
  const bundled = await listBundled();
  t.true(['figure1', 'figure2', 'figure3'].every((name) => bundled.some((each) => each.name === name)));
  for (const { name, path } of bundled) {
    const reading = await loadTopology(path);
    t.deepEqual(codes(reading), [], name);
    t.is('topology' in reading ? reading.topology.name : '', name);
    t.true((await readFile(path, 'utf8')).startsWith('# yaml-language-server: $schema=topology.schema.json\n'), name);
  }
});

test('figure3 is figure2 with a failure that "up" plays', async (t) => {
  const [two, three] = await Promise.all(
    ['figure2', 'figure3'].map(async (name) => loadTopology(await locateTopology(name))),
  );
  if (two === undefined || three === undefined || !('topology' in two) || !('topology' in three)) return t.fail();
  t.deepEqual(two.topology.nodes, three.topology.nodes);
  t.deepEqual(two.topology.links, three.topology.links);
  t.deepEqual(two.topology.services, three.topology.services);
  t.like(three.topology, { play: 'up', title: 'Single client after failure' });
  const [step, ...more] = three.topology.scenario;
  t.deepEqual(more, []);
  t.like(step, {
    kind: 'change',
    title: 'fail server-a',
    parts: [{ action: 'fail', target: 'server-a', how: 'crash', settings: {} }],
  });
  t.like(step?.expect, {
    answers: [
      {
        clients: { label: 'client1', names: ['client1'] },
        to: undefined,
        answer: { kind: 'instances', instances: ['server-b'] },
      },
    ],
    withinMs: 5_000,
  });
});

test('the JSON Schema for editors is the one that the code makes', async (t) => {
  const [{ path } = { path: '' }] = await listBundled();
  const written = await readFile(join(path, '..', 'topology.schema.json'), 'utf8');
  t.is(written, topologyJsonSchema(), 'npm run lab -- schema > topologies/topology.schema.json');
});

test('a name is a bundled topology, a path is a file', async (t) => {
  t.regex(await locateTopology('figure2'), /topologies\/figure2\.yml$/);
  const path = await fileWith('mine.yml', 'name: mine\nnodes: {r1: {kind: router}}\n');
  t.is(await locateTopology(path), path);
  t.true('topology' in (await loadTopology(path)));
});

test('what is neither gets the nearest name and the list', async (t) => {
  const error = await t.throwsAsync(locateTopology('figrue2'), { instanceOf: LabError, code: 'TOPOLOGY_NOT_FOUND' });
  t.regex(error.message, /"figrue2"/);
  t.regex(error.hint ?? '', /did you mean "figure2"\?.*figure1, figure2, figure3/);
  await t.throwsAsync(locateTopology('no/such/file.yml'), { code: 'TOPOLOGY_NOT_FOUND' });
  await t.throwsAsync(locateTopology('a\0b'), { code: 'TOPOLOGY_NOT_FOUND' });
  await t.throwsAsync(locateTopology('x'.repeat(10_000)), { code: 'TOPOLOGY_NOT_FOUND' });
});

test('folders, missing and unreadable files are refused by name', async (t) => {
  await mkdir(join(folder, 'sub'));
  await t.throwsAsync(loadTopology(join(folder, 'sub')), { code: 'TOPOLOGY_NOT_FOUND', message: /is a folder/ });
  await t.throwsAsync(loadTopology(join(folder, 'gone.yml')), {
    code: 'TOPOLOGY_NOT_FOUND',
    message: /there is no file/,
  });
  if (process.getuid?.() === 0) return;
  const secret = await fileWith('secret.yml', 'name: x\n');
  await chmod(secret, 0);
  await t.throwsAsync(loadTopology(secret), { code: 'TOPOLOGY_NOT_FOUND', message: /permission denied/ });
});

test('binaries, other encodings and endless files are answered', async (t) => {
  t.deepEqual(codes(await loadTopology(await fileWith('binary.yml', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 1)))), [
    'NOT_TEXT',
  ]);
  t.deepEqual(codes(await loadTopology(await fileWith('latin1.yml', Buffer.from('title: caf\u00e9\n', 'latin1')))), [
    'NOT_TEXT',
  ]);
  t.deepEqual(codes(await loadTopology(await fileWith('utf16.yml', Buffer.from('\uFEFFname: x\n', 'utf16le')))), [
    'NOT_TEXT',
  ]);
  t.deepEqual(codes(await loadTopology(await fileWith('large.yml', '#'.repeat(1_048_577)))), ['FILE_TOO_LARGE']);
  t.deepEqual(codes(await loadTopology('/dev/zero')), ['FILE_TOO_LARGE']);
  t.deepEqual(codes(await loadTopology(await fileWith('empty.yml', ''))), ['WRONG_TYPE']);
});

test('an error lists all problems for people, and keeps them as data', async (t) => {
  const path = await fileWith('wrong.yml', 'name: lab\nnodes: {a: {kind: hots}}\nlinsk: []\n');
  const reading = await loadTopology(path);
  if (!('problems' in reading)) return t.fail();
  const error = topologyError(reading.problems);
  t.is(error.code, 'TOPOLOGY_INVALID');
  t.is(
    error.message,
    `${path}:2:19: unknown kind "hots"\n  did you mean "host"?\n${path}:3:1: unknown key "linsk"\n  did you mean "links"?`,
  );
  t.deepEqual(problemsOf(error), reading.problems);
  t.is(problemsOf(new LabError('USAGE', 'x')), undefined);
  t.is(problemsOf(new Error('x')), undefined);
});
