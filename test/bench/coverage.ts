import { generateNetwork, networkShapes, networkText } from '../../src/generate/network.js';
import { listBundled, readTopology, topologyError, topologyNamed, type Topology } from '../../src/index.js';
import { coverageOf, coverageOfAll, type Coverage } from '../support/exercised/coverage.js';
import type { Figure } from './figures.js';
import { recordFigures } from './record.js';

const GENERATED_OF_EACH_SHAPE = 8;
const SHOWN = 12;

/** How many lines of the FRRouting configurations of bundled and generated topologies a verdict depends on (docs/evidence.md). */
export async function coverage(): Promise<readonly Figure[]> {
  const bundled: Coverage[] = [];
  for (const { name } of await listBundled()) bundled.push(coverageOf(await topologyNamed(name)));
  const generated = networkShapes.flatMap((shape) =>
    Array.from({ length: GENERATED_OF_EACH_SHAPE }, (_, seed) => coverageOf(generatedTopology(shape, seed), 'always')),
  );
  const { lines, exercised, others } = coverageOfAll([...bundled, ...generated]);
  recordFigures({ coverage: { lines, exercised, topologies: bundled.length + generated.length } });
  process.stdout.write('lines on which no verdict depends, by their first words:\n');
  for (const [words, count] of [...others].sort((a, b) => b[1] - a[1]).slice(0, SHOWN))
    process.stdout.write(`${String(count).padStart(6)}  ${words}\n`);
  return [['bundled', bundled] as const, ['generated', generated] as const].map(([what, each]) => {
    const sum = coverageOfAll(each);
    return {
      what: `lines of configurations on which a verdict depends, ${String(each.length)} ${what} topologies`,
      unit: '%',
      values: [(100 * sum.exercised) / sum.lines],
      remark: `${String(sum.exercised)} of ${String(sum.lines)}`,
    };
  });
}

function generatedTopology(shape: (typeof networkShapes)[number], seed: number): Topology {
  const text = networkText(generateNetwork({ seed, shape, size: 3 + (seed % 6) }));
  const reading = readTopology(text, `${shape}${String(seed)}.yml`);
  if ('problems' in reading) throw topologyError(reading.problems);
  return reading.topology;
}
