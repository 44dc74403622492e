import { LabError } from '../errors.js';
import colors from 'picocolors';
import { columns } from '../report/format.js';
import { listBundled, locateTopology } from '../topology/bundled.js';
import { topologyJsonSchema } from '../topology/json-schema.js';
import { loadTopology } from '../topology/load.js';
import type { Problem } from '../topology/problem.js';
import { formatProblem } from '../topology/topology-error.js';
import type { Run } from './run.js';

/** Exit status 2 where a file has problems; all problems of all files are shown. */
export async function validateVerb({ output }: Run, names: readonly string[]): Promise<number> {
  const problems: Problem[] = [];
  for (const name of names) {
    const path = await locateTopology(name);
    const reading = await loadTopology(path);
    if ('problems' in reading) problems.push(...reading.problems);
    else output.print(`${path}: ${colors.green('valid')}`);
  }
  output.document({ valid: problems.length === 0, problems });
  for (const problem of problems) output.print(formatProblem(problem));
  return problems.length === 0 ? 0 : new LabError('TOPOLOGY_INVALID', '').exitStatus;
}

export async function topologiesVerb({ output }: Run): Promise<number> {
  const bundled = await listBundled();
  const topologies = await Promise.all(
    bundled.map(async ({ name, path }) => {
      const reading = await loadTopology(path);
      return { name, title: 'topology' in reading ? (reading.topology.title ?? '') : '', path };
    }),
  );
  output.document({ topologies });
  output.print(columns(['TOPOLOGY', 'TITLE', 'FILE'], topologies.map(({ name, title, path }) => [name, title, path])));
  return 0;
}

/** The JSON Schema of topology files: always JSON, whatever the flags. */
export function schemaVerb(): number {
  process.stdout.write(topologyJsonSchema());
  return 0;
}
