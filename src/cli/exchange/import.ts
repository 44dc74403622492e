import { dirname } from 'node:path';
import { importTopology } from '../../topology/imported.js';
import { formatNotes, topologyError } from '../../topology/topology-error.js';
import { refuseUnwritable, writeReport } from '../report-files.js';
import type { Run } from '../run.js';

export interface ImportFlags {
  readonly output?: string;
  readonly containers?: boolean;
}

/** Writes a file of containerlab or Kathara as a topology file. Throws TOPOLOGY_INVALID with what cannot be had. */
export async function importVerb({ output, command }: Run, path: string, flags: ImportFlags): Promise<number> {
  await refuseUnwritable(flags.output, 'output');
  const into = flags.output === undefined ? undefined : dirname(flags.output);
  const read = await importTopology(path, { containers: flags.containers, into });
  if ('problems' in read) throw topologyError(read.problems);
  output.document({ file: flags.output ?? null, text: read.text, notes: read.notes });
  for (const note of formatNotes(read.notes)) output.warn(note);
  if (flags.output === undefined) {
    output.printAsIs(read.text.trimEnd());
    return 0;
  }
  await writeReport(flags.output, () => read.text);
  output.print(`wrote ${flags.output}\n  ${command} up ${flags.output}`);
  return 0;
}
