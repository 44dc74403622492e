import { LabError } from '../../errors.js';
import { generateAsGraph } from '../../generate/as-graph.js';
import { generateNetwork, networkShapes, networkText, type NetworkShape } from '../../generate/network.js';
import { didYouMean } from '../../support/suggest.js';
import { wholeNumberOf } from '../flags.js';
import { refuseUnwritable, writeReport } from '../report-files.js';
import type { Run } from '../run.js';

const shapes = [...networkShapes, 'as-graph'] as const;
const USUAL_ROUTERS = '6';
const LINKS_PER_SYSTEM = 6.7;

export interface GenerateFlags {
  readonly shape: string;
  readonly seed: string;
  readonly routers?: string;
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
  const text = shape === 'as-graph' ? asGraphText(seed, flags) : topologyText(seed, shape, flags);
  await refuseUnwritable(flags.output, 'output');
  if (flags.output === undefined) {
    output.document({ shape, seed, text });
    output.printAsIs(text.trimEnd());
    return 0;
  }
  await writeReport(flags.output, () => text);
  output.document({ shape, seed, file: flags.output });
  return 0;
}

function asGraphText(seed: number, flags: GenerateFlags): string {
  refuseForeign(flags, ['routers'], 'a topology');
  const ases = wholeNumberOf('ases', flags.ases ?? '75000', { least: 2, most: 1_000_000, example: 75_000 });
  const usualLinks = String(Math.ceil(ases * LINKS_PER_SYSTEM));
  const links = wholeNumberOf('links', flags.links ?? usualLinks, { most: 20_000_000, example: 500_000 });
  return generateAsGraph({ seed, ases, links });
}

function topologyText(seed: number, shape: NetworkShape, flags: GenerateFlags): string {
  refuseForeign(flags, ['ases', 'links'], 'an as-graph');
  const size = wholeNumberOf('routers', flags.routers ?? USUAL_ROUTERS, { least: 3, most: 500, example: 12 });
  return networkText(generateNetwork({ seed, shape, size }));
}

function refuseForeign(flags: GenerateFlags, names: readonly ('routers' | 'ases' | 'links')[], owner: string): void {
  const foreign = names.find((name) => flags[name] !== undefined);
  if (foreign === undefined) return;
  throw new LabError('USAGE', `--${foreign} is for ${owner}, not for --shape ${flags.shape}`, {
    hint: `leave --${foreign} out`,
  });
}
