import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LabError } from '../errors.js';
import { packageRoot } from '../support/package-root.js';
import { nearest } from '../support/suggest.js';

export interface GuideFile {
  readonly name: string;
  readonly path: string;
  readonly markdown: string;
}

const FOLDER = ['docs', 'labs'] as const;
const MEASURED = 'measured.json';

/** Where the benchmark keeps how long the test of each bundled topology takes. */
export function measuredFile(): string {
  return join(packageRoot(), ...FOLDER, MEASURED);
}

/** What was measured on one machine: how long the test of a bundled topology took, by its name. */
export interface MeasuredTests {
  readonly machine: string;
  readonly testMs: Readonly<Record<string, number>>;
}

export async function measuredTests(): Promise<MeasuredTests> {
  return JSON.parse(await readFile(measuredFile(), 'utf8')) as MeasuredTests;
}

/** The names of the guides that come with nearcast: `docs/labs/<name>.md` of the package. */
async function listGuides(): Promise<readonly string[]> {
  const files = await readdir(join(packageRoot(), ...FOLDER));
  return files
    .filter((file) => file.endsWith('.md'))
    .map((file) => basename(file, '.md'))
    .sort();
}

/** The guide of a bundled topology. LabError TOPOLOGY_NOT_FOUND, with the nearest name or the list of them. */
export async function guideNamed(name: string): Promise<GuideFile> {
  const names = await listGuides();
  if (!names.includes(name)) {
    const near = nearest(name, names);
    const list = `there are guides for: ${names.join(', ')}`;
    throw new LabError('TOPOLOGY_NOT_FOUND', `there is no guide "${name}"`, {
      hint: near === undefined ? list : `did you mean "${near}"? ${list}`,
    });
  }
  const path = join(packageRoot(), ...FOLDER, `${name}.md`);
  return { name, path, markdown: await readFile(path, 'utf8') };
}
