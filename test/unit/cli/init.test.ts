import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { load } from 'js-yaml';
import { main } from '../../../src/cli/main.js';
import { readTopology } from '../../../src/topology/read.js';
import { captured } from './run-main.js';

const folder = mkdtempSync(join(tmpdir(), 'nearcast-init-'));
test.after.always('the folder goes', () => {
  rmSync(folder, { recursive: true, force: true });
});

test.serial(
  'init writes a valid topology that plays a scenario, a test and a job, and overwrites nothing',
  async (t) => {
    const project = join(folder, 'project');
    const first = await captured(() => main(['init', project, '--json']));
    t.is(first.result, 0);
    const { files } = JSON.parse(first.stdout) as { files: readonly string[] };
    t.deepEqual(files, ['network.yml', 'network.test.mjs', '.github/workflows/network.yml']);
    const reading = readTopology(readFileSync(join(project, 'network.yml'), 'utf8'), 'network.yml');
    t.true('topology' in reading && reading.topology.scenario.length === 2);
    const job = load(readFileSync(join(project, '.github/workflows/network.yml'), 'utf8')) as { jobs: object };
    t.deepEqual(Object.keys(job.jobs), ['network']);

    rmSync(join(project, 'network.yml'));
    const again = await captured(() => main(['init', project]));
    t.is(again.result, 2);
    t.regex(again.stderr, /network\.test\.mjs is there already/);
    t.true(again.stderr.includes(`init ${project}-2`), 'not the folder that was just refused');
    t.false(existsSync(join(project, 'network.yml')));
  },
);
