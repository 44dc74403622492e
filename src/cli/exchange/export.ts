import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LabError, toLabError } from '../../errors.js';
import { containerlabFolder } from '../../export/containerlab.js';
import { planLab } from '../../plan/plan.js';
import { topologyNamed } from '../../topology/named.js';
import type { Run } from '../run.js';

export interface ExportFlags {
  readonly containerlab?: boolean;
  readonly output?: string;
}

/** Writes a topology as a folder for another program. Throws USAGE where the folder holds something already. */
export async function exportVerb({ output, command }: Run, name: string, flags: ExportFlags): Promise<number> {
  if (flags.containerlab !== true)
    throw new LabError('USAGE', 'it is not said for which program', {
      hint: `${command} export ${name} --containerlab`,
    });
  const plan = planLab(await topologyNamed(name));
  const folder = flags.output ?? `clab-${plan.topology}`;
  await refuseFull(folder);
  const files = containerlabFolder(plan);
  await writeFolder(folder, files);
  output.document({ folder, files: [...files.keys()] });
  output.print(
    [
      `wrote ${String(files.size)} files to ${folder}`,
      `  sudo containerlab deploy --topo ${folder}/${plan.topology}.clab.yml`,
      ...(files.has('impair.sh') ? [`  sudo sh ${folder}/impair.sh`] : []),
    ].join('\n'),
  );
  return 0;
}

/** A folder that is not empty may hold what somebody wrote. */
async function refuseFull(folder: string): Promise<void> {
  let there: readonly string[] = [];
  try {
    there = await readdir(folder);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      throw new LabError('USAGE', `${folder} cannot be written: ${toLabError(error).message}`, {
        cause: error,
        hint: 'name another folder:  --output my-folder',
      });
  }
  if (there.length > 0)
    throw new LabError('USAGE', `${folder} is not empty`, { hint: 'name another folder:  --output my-folder' });
}

async function writeFolder(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  try {
    for (const [path, text] of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
  } catch (cause) {
    throw new LabError('REPORT_UNWRITTEN', `${folder} could not be written: ${toLabError(cause).message}`, {
      cause,
      hint: 'make room, or name another folder:  --output my-folder',
    });
  }
}
