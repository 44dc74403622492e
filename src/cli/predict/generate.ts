import { LabError } from '../../errors.js';
import { generateAsGraph } from '../../generate/as-graph.js';
import { didYouMean } from '../../support/suggest.js';
import { wholeNumberOf } from '../flags.js';
import { refuseUnwritable, writeReport } from '../report-files.js';
import type { Run } from '../run.js';

const shapes = ['as-graph'] as const;

export interface GenerateFlags {
  readonly shape: string;
  readonly seed: string;
  readonly ases?: string;
  readonly links?: string;
  readonly output?: string;
}

/** Writes what a seed gives. */
export async function generateVerb({ output }: Run, flags: GenerateFlags): Promise<number> {
  const shape = shapes.find((each) => each === flags.shape);
  if (shape === undefined)
    throw new LabError('USAGE', `"${flags.shape}" is not a shape`, { hint: didYouMean(flags.shape, shapes, 'shapes') });
  const seed = wholeNumberOf('seed', flags.seed, { least: 0, most: 2 ** 32 - 1, example: 1 });
  const ases = wholeNumberOf('ases', flags.ases ?? '75000', { least: 2, most: 1_000_000, example: 75_000 });
  const links = wholeNumberOf('links', flags.links ?? String(Math.ceil(ases * 6.7)), {
    most: 20_000_000,
    example: 500_000,
  });
  await refuseUnwritable(flags.output, 'output');
  const text = generateAsGraph({ seed, ases, links });
  if (flags.output === undefined) {
    output.document({ shape, seed, text });
    output.print(text.trimEnd());
    return 0;
  }
  await writeReport(flags.output, () => text);
  output.document({ shape, seed, file: flags.output });
  return 0;
}
