import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LabError, toLabError } from '../../errors.js';
import type { Run } from '../run.js';
import { firstFiles } from './first-files.js';

/** Writes the first files of a project: a topology with a scenario, a test, and a CI job. Overwrites nothing. Throws USAGE. */
export async function initVerb({ output, command }: Run, folder = '.'): Promise<number> {
  const paths = [...firstFiles.keys()];
  for (const path of paths) {
    const isThere = await stat(join(folder, path)).then(
      () => true,
      () => false,
    );
    if (isThere)
      throw new LabError('USAGE', `${join(folder, path)} is there already`, {
        hint: `name another folder:  ${command} init ${folder === '.' ? 'my-network' : `${folder.replace(/\/+$/, '')}-2`}`,
      });
  }
  try {
    for (const [path, text] of firstFiles) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text, { flag: 'wx' });
    }
  } catch (cause) {
    throw new LabError('USAGE', `${folder} could not be written: ${toLabError(cause).message}`, {
      cause,
      hint: 'name a folder that you can write to',
    });
  }
  output.document({ folder, files: paths });
  const network = join(folder, paths[0] ?? '');
  output.print(
    [
      ...paths.map((path) => `wrote ${join(folder, path)}`),
      '',
      'next:',
      `  ${command} up ${network}`,
      `  ${command} test ${network}`,
    ].join('\n'),
  );
  return 0;
}
