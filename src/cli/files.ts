import { dirname } from 'node:path';
import { LabError, toLabError } from '../errors.js';
import colors from 'picocolors';
import { measuredTests } from '../guide/guide-files.js';
import { columns, seconds } from '../report/format.js';
import type { Remark } from '../forecast/remarks/remark.js';
import { remarksOn } from '../forecast/remarks/remarks.js';
import { listBundled, locateTopology } from '../topology/bundled.js';
import { topologyJsonSchema } from '../topology/file/json-schema.js';
import { loadTopology } from '../topology/load.js';
import type { Problem } from '../topology/model/problem.js';
import { formatNotes, formatProblem } from '../topology/topology-error.js';
import type { Run } from './run.js';

interface Validated {
  readonly path: string;
  readonly problems: readonly Problem[];
  readonly remarks: readonly Remark[];
  readonly notes: readonly Problem[];
  /** Why there is nothing to check. */
  readonly error?: LabError;
}

/** Exit status 2 where a file has problems, or is not there; all problems of all files are shown. */
export async function validateVerb({ output }: Run, names: readonly string[]): Promise<number> {
  const files = await Promise.all(names.map(validateOne));
  const [first] = files;
  // Of one file alone, that it is not there is all that is to be said.
  if (files.length === 1 && first?.error !== undefined) throw first.error;
  const problems = files.flatMap((file) => file.problems);
  const missing = files.flatMap(({ path, error }) =>
    error === undefined ? [] : [{ file: path, code: error.code, message: error.message, hint: error.hint }],
  );
  const valid = problems.length === 0 && missing.length === 0;
  output.document({
    valid,
    problems,
    notes: files.flatMap(({ notes }) => notes),
    remarks: files.flatMap(({ path, remarks }) => remarks.map((remark) => ({ file: path, ...remark }))),
    ...(missing.length === 0 ? {} : { missing }),
  });
  for (const file of files) output.print(validatedText(file));
  return valid ? 0 : new LabError('TOPOLOGY_INVALID', '').exitStatus;
}

async function validateOne(name: string): Promise<Validated> {
  try {
    const path = await locateTopology(name);
    const reading = await loadTopology(path);
    return 'problems' in reading
      ? { path, problems: reading.problems, remarks: [], notes: [] }
      : { path, problems: [], remarks: remarksOn(reading.topology), notes: reading.notes };
  } catch (thrown) {
    const error = toLabError(thrown);
    if (error.code !== 'TOPOLOGY_NOT_FOUND') throw error;
    return { path: name, problems: [], remarks: [], notes: [], error };
  }
}

function validatedText({ path, problems, remarks, notes, error }: Validated): string {
  if (error !== undefined) return `${error.message}${error.hint === undefined ? '' : `\n  ${error.hint}`}`;
  if (problems.length > 0) return problems.map(formatProblem).join('\n');
  return [
    `${path}: ${colors.green('valid')}`,
    ...formatNotes(notes),
    ...remarks.map(({ message, hint }) => `${path}: ${colors.yellow('remark')}: ${message}\n  ${hint}`),
  ].join('\n');
}

/** One line for each, with its size and how long its test took where the benchmark ran. */
export async function topologiesVerb({ output }: Run): Promise<number> {
  const bundled = await listBundled();
  const { testMs: measured, machine } = await measuredTests();
  const topologies = await Promise.all(
    bundled.map(async ({ name, path }) => {
      const reading = await loadTopology(path);
      const { title = '', nodes = [] } = 'topology' in reading ? reading.topology : {};
      const routers = nodes.filter(({ kind }) => kind === 'router').length;
      return { name, title, path, nodes: nodes.length, routers, testMs: measured[name] ?? null };
    }),
  );
  output.document({ topologies });
  output.print(
    columns(
      ['TOPOLOGY', 'NODES', 'ROUTERS', 'TEST', 'TITLE'],
      topologies.map(({ name, nodes, routers, testMs, title }) => [
        name,
        String(nodes),
        String(routers),
        testMs === null ? '' : seconds(testMs),
        title,
      ]),
      output.width,
    ),
  );
  const folder = dirname(bundled[0]?.path ?? '');
  output.print(`\nThe files are in ${folder}. The test times were measured with ${machine}.`);
  return 0;
}

/** The JSON Schema of topology files: always JSON, whatever the flags. */
export function schemaVerb(): number {
  process.stdout.write(topologyJsonSchema());
  return 0;
}
