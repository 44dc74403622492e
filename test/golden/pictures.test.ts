import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { resolveFault } from '../../src/fault/resolve-fault.js';
import { brokenOf } from '../../src/picture/broken.js';
import { coloursOfCourses } from '../../src/picture/colours.js';
import { pictureText } from '../../src/picture/formats.js';
import { networkOfPlan } from '../../src/picture/network.js';
import { planLab } from '../../src/plan/plan.js';
import { topologyNamed } from '../../src/topology/named.js';
import { predictedCourses } from '../../src/view/subject.js';

/*
 * The pictures of the README and of the guides are drawn by this test. After an intended change, look at what git says
 * of docs/pictures:
 *
 *     NEARCAST_UPDATE_GOLDEN=1 npx ava test/golden/pictures.test.ts
 */
const isUpdate = process.env['NEARCAST_UPDATE_GOLDEN'] === '1';
const folder = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
const guides = fileURLToPath(new URL('../../docs/labs/', import.meta.url));
const names = readdirSync(guides)
  .filter((file) => file.endsWith('.md'))
  .map((file) => basename(file, '.md'));

/** As `graph NAME --who` draws it; with a target as `graph NAME --fail TARGET`. */
async function pictureOf(name: string, target?: string): Promise<string> {
  const plan = planLab(await topologyNamed(name));
  const network = networkOfPlan(plan);
  const failing = target === undefined ? [] : [resolveFault(plan, target, undefined)];
  const healthy = predictedCourses(plan, []);
  const courses = target === undefined ? healthy : predictedCourses(plan, failing);
  return pictureText('svg', {
    network,
    scene: {
      courses,
      broken: brokenOf(plan, failing),
      ...(target === undefined ? {} : { before: healthy }),
    },
    colours: coloursOfCourses(network, [...healthy, ...courses]),
    caption: `${plan.title ?? plan.topology}${target === undefined ? '' : `: ${target} fails`}`,
  });
}

function assertPicture(t: { is: (actual: string, expected: string, message: string) => unknown }, file: string, svg: string): void {
  const path = join(folder, `${file}.svg`);
  if (isUpdate) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, svg);
  }
  t.is(readFileSync(path, 'utf8'), svg, 'NEARCAST_UPDATE_GOLDEN=1 npx ava test/golden/pictures.test.ts');
}

for (const name of names) {
  test(`the picture of ${name} is the one in the docs, and its guide shows it`, async (t) => {
    assertPicture(t, name, await pictureOf(name));
    t.true(readFileSync(join(guides, `${name}.md`), 'utf8').includes(`](../pictures/${name}.svg)`));
  });
}

test('the picture of the README is the one in the docs', async (t) => {
  assertPicture(t, 'figure3-fail', await pictureOf('figure3', 'server-a'));
  t.true(readFileSync(join(guides, '../../README.md'), 'utf8').includes('](docs/pictures/figure3-fail.svg)'));
});

test('no picture in the docs is of a topology that is gone', (t) => {
  const wanted = new Set([...names, 'figure3-fail'].map((name) => `${name}.svg`));
  const stale = readdirSync(folder).filter((file) => !wanted.has(file));
  if (isUpdate) for (const file of stale) rmSync(join(folder, file));
  t.deepEqual(stale, []);
});
