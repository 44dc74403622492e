import { generateNetwork, networkShapes, networkText } from '../../src/generate/network.js';
import { differencesIn, isValid } from '../support/held-against.js';
import { shrink } from '../support/shrink.js';
import type { Figure } from './figures.js';

const USUAL_NETWORKS = 500;
/** Each look of shrinking takes a lab. */
const MOST_LOOKS = 60;

/**
 * Predicts generated networks, deploys them, and compares; `networks=N seed=N` says how many, and where the seeds begin. A
 * difference is printed with its seed, and with the smallest network that still shows it.
 */
export async function predicted(words: readonly string[]): Promise<readonly Figure[]> {
  const numberIn = (key: string, usual: number): number =>
    Number(words.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1) ?? usual);
  const networks = numberIn('networks', USUAL_NETWORKS);
  const firstSeed = numberIn('seed', 0);
  const counts: number[] = [];
  const times: number[] = [];
  for (let nth = 0; nth < networks; nth++) {
    const seed = firstSeed + Math.floor(nth / networkShapes.length);
    const shape = networkShapes[nth % networkShapes.length] ?? 'ring';
    const network = generateNetwork({ seed, shape, size: 3 + (seed % 6) });
    const startedAt = performance.now();
    const differences = await differencesIn(network, 'bench-predicted');
    times.push(performance.now() - startedAt);
    counts.push(differences.length);
    if (differences.length === 0) continue;
    process.stdout.write(`${shape}, seed ${String(seed)}:\n  ${differences.join('\n  ')}\n`);
    const smallest = await shrink(
      network,
      async (each) => isValid(each) && (await differencesIn(each, 'bench-predicted')).length > 0,
      MOST_LOOKS,
    );
    process.stdout.write(`the smallest network that shows a difference:\n${networkText(smallest)}\n`);
  }
  return [
    {
      what: `differences between prediction and packets in ${String(networks)} generated networks`,
      unit: 'in all',
      values: [counts.reduce((sum, count) => sum + count, 0)],
      bound: 0,
    },
    { what: 'a generated network: up, three failures and repairs, down', unit: 'ms', values: times },
  ];
}
