import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { LabError, toLabError } from '../../errors.js';
import { runningConfiguration } from '../../lab/running-configuration.js';
import { withLab } from '../labs.js';
import type { Run } from '../run.js';

export interface SaveFlags {
  readonly lab?: string;
  readonly output?: string;
}

/** Writes the running configuration of a node into the file that the topology names for it. */
export async function saveVerb({ output }: Run, node: string, flags: SaveFlags): Promise<number> {
  return withLab(flags.lab, async (lab) => {
    const text = await runningConfiguration(lab, node);
    const own = (await lab.plan()).nodes.find(({ name }) => name === node)?.routing?.own;
    const file = flags.output ?? own?.file;
    if (file === undefined)
      throw new LabError('USAGE', `the topology of ${lab.name} names no file for ${node}`, {
        hint: `name one here:  --output ${node}.conf ,  or in the topology:  ${node}: {kind: router, frr: {folder: ${node}}}`,
      });
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    } catch (cause) {
      throw new LabError('USAGE', `${file} cannot be written: ${toLabError(cause).message}`, {
        cause,
        hint: 'name another file with --output',
      });
    }
    output.document({ lab: lab.name, node, file });
    output.print(`wrote the configuration of ${node} to ${file}`);
    return 0;
  });
}
