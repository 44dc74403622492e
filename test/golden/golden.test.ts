import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { planLab } from '../../src/plan/plan.js';
import { renderLab } from '../../src/render/render.js';
import type { Topology } from '../../src/topology/model/topology.js';
import { attachTo } from '../../src/topology/attach.js';
import type { Attach } from '../../src/topology/file/own-frr.js';
import { readTopology } from '../../src/topology/read.js';

/*
 * Each folder here is a case: what its topology.yml, or the bundled topology of its name, is planned as (plan.json) and
 * rendered to (hosts, and a folder for each node). What its topology names is in `given`. After an intended change, look at what git says of:
 *
 *     NEARCAST_UPDATE_GOLDEN=1 npx ava test/golden/golden.test.ts
 */
const isUpdate = process.env['NEARCAST_UPDATE_GOLDEN'] === '1';
const folder = fileURLToPath(new URL('.', import.meta.url));
const bundled = fileURLToPath(new URL('../../topologies/', import.meta.url));
const figures = ['figure1', 'figure2', 'figure3'];
const ownCases = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'topology.yml')));
const cases = [...figures, ...ownCases].sort();

function topologyOf(name: string): Topology {
  const path = figures.includes(name) ? join(bundled, `${name}.yml`) : join(folder, name, 'topology.yml');
  // Wherever the checkout is, a plan names the same files.
  const attach: Attach = (file) => ({ ...attachTo(path)(file), path: file });
  const reading = readTopology(readFileSync(path, 'utf8'), path, attach);
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems, undefined, 2));
  return reading.topology;
}

/** File, from the folder of the case, -> content. */
function filesOf(topology: Topology): ReadonlyMap<string, string> {
  const plan = planLab(topology);
  const { common, nodes } = renderLab(plan);
  return new Map([
    ['plan.json', `${JSON.stringify(plan, undefined, 2)}\n`],
    ...Object.entries(common),
    ...Object.entries(nodes).flatMap(([node, files]) =>
      Object.entries(files).map(([file, content]) => [`${node}/${file}`, content] as const),
    ),
  ]);
}

function filesBelow(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)))
    .filter((file) => file !== 'topology.yml' && !file.startsWith('given/'));
}

function update(path: string, files: ReadonlyMap<string, string>): void {
  for (const stale of filesBelow(path).filter((file) => !files.has(file))) rmSync(join(path, stale));
  for (const [file, content] of files) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), content);
  }
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory() && entry.name !== 'given' && filesBelow(join(path, entry.name)).length === 0) rmSync(join(path, entry.name), { recursive: true });
  }
}

for (const name of cases) {
  test(`golden: ${name}`, (t) => {
    const files = filesOf(topologyOf(name));
    const path = join(folder, name);
    if (isUpdate) update(path, files);
    t.deepEqual(filesBelow(path).toSorted(), [...files.keys()].toSorted(), 'the files of the case');
    for (const [file, content] of files) t.is(content, readFileSync(join(path, file), 'utf8'), `${name}/${file}`);
  });

  test(`${name} gives the same bytes every time`, (t) => {
    t.deepEqual([...filesOf(topologyOf(name))], [...filesOf(topologyOf(name))]);
  });

  test(`${name} does not depend on the order in which its nodes are written`, (t) => {
    const topology = topologyOf(name);
    const reversed = filesOf({ ...topology, nodes: topology.nodes.toReversed() });
    t.deepEqual([...reversed].sort(), [...filesOf(topology)].sort());
  });
}

test('every folder here is a case', (t) => {
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  t.deepEqual(folders.map((entry) => entry.name).toSorted(), cases);
});
