import { writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { listBundled, topologyNamed } from '../../src/index.js';
import { measuredFile } from '../../src/guide/guide-files.js';
import type { Figure } from './figures.js';
import { testDocument } from './verdicts.js';

const RUNS = 3;
const ALL_BOUND_MS = 180_000;

/** How long the test of each bundled topology takes; `topologies` shows the medians, which are kept in a file. */
export async function labTests(): Promise<readonly Figure[]> {
  const names = (await listBundled()).map(({ name }) => name);
  const figures: Figure[] = [];
  for (const name of names) {
    if ((await topologyNamed(name)).scenario.length === 0) continue;
    const values: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const startedAt = performance.now();
      await testDocument(name);
      values.push(performance.now() - startedAt);
    }
    figures.push({ what: name, unit: 'ms', values });
  }
  const testMs = Object.fromEntries(
    figures.map(({ what, values }) => [what, Math.round([...values].sort((a, b) => a - b)[values.length >> 1] ?? 0)]),
  );
  const machine = `${String(availableParallelism())} cores, ${String(Math.round(totalmem() / 2 ** 30))} GiB and Node ${process.version}`;
  writeFileSync(measuredFile(), `${JSON.stringify({ machine, testMs }, undefined, 2)}\n`);
  const sums = Array.from({ length: RUNS }, (_, run) =>
    figures.reduce((sum, { values }) => sum + (values[run] ?? 0), 0),
  );
  return [
    ...figures.map((figure) => ({ ...figure, what: `lab test ${figure.what}, whole process` })),
    { what: 'all of them, one after the other', unit: 'ms', values: sums, bound: ALL_BOUND_MS },
  ];
}
