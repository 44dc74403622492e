import { generateNetwork, networkShapes, networkText } from '../../src/generate/network.js';
import { differencesIn, isValid } from '../support/held-against.js';
import { withoutKnownErrors } from '../support/known-errors.js';
import { shrink } from '../support/shrink.js';
import type { Figure } from './figures.js';

const USUAL_NETWORKS = 500;
const USUAL_MINUTES = 60;
/** Each look of shrinking takes a lab. */
const MOST_LOOKS = 60;

/**
 * Predicts generated networks, deploys them, and compares. `networks=N` says how many, `from=N` which is the first, `minutes=N` after how
 * long none is begun any more: the last line says where to go on. A difference is printed with its seed, and with the smallest
 * network that still shows it.
 */
export async function predicted(words: readonly string[]): Promise<readonly Figure[]> {
  const numberIn = (key: string, usual: number): number =>
    Number(words.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1) ?? usual);
  const networks = numberIn('networks', USUAL_NETWORKS);
  const first = numberIn('from', 0);
  const endsAt = performance.now() + 60_000 * numberIn('minutes', USUAL_MINUTES);
  const counts: number[] = [];
  const times: number[] = [];
  let nth = first;
  for (; nth < first + networks && performance.now() < endsAt; nth++) {
    const seed = Math.floor(nth / networkShapes.length);
    const shape = networkShapes[nth % networkShapes.length] ?? 'ring';
    const network = withoutKnownErrors(generateNetwork({ seed, shape, size: 3 + (seed % 6) }));
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
  if (nth < first + networks) process.stdout.write(`time is up: go on with  from=${String(nth)}\n`);
  return [
    {
      what: `differences between prediction and packets in ${String(counts.length)} generated networks`,
      unit: 'in all',
      values: [counts.reduce((sum, count) => sum + count, 0)],
      bound: 0,
    },
    { what: 'a generated network: up, three failures and repairs, down', unit: 'ms', values: times },
  ];
}
