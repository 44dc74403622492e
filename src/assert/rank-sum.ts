/**
 * The probability that values which differ from others by nothing but chance have ranks as high as these, or higher: the
 * exact one-sided rank-sum test (Wilcoxon, Mann and Whitney). It assumes no distribution; equal values share their ranks.
 */
export function rankSumP(others: readonly number[], values: readonly number[]): number {
  const all = [...others, ...values].sort((a, b) => a - b);
  // Twice the rank, so that a shared rank is whole.
  const rankOf = new Map(all.map((value) => [value, all.indexOf(value) + all.lastIndexOf(value) + 2]));
  const ranks = all.map((value) => rankOf.get(value) ?? 0);
  const reached = values.reduce((sum, value) => sum + (rankOf.get(value) ?? 0), 0);
  const most = ranks.slice(all.length - values.length).reduce((sum, rank) => sum + rank, 0);
  // How many choices of so many values have which sum of ranks.
  const counts = Array.from({ length: values.length + 1 }, () => new Float64Array(most + 1));
  const [none] = counts;
  if (none !== undefined) none[0] = 1;
  for (const rank of ranks) {
    for (let chosen = values.length; chosen > 0; chosen--) {
      const [before, after] = [counts[chosen - 1], counts[chosen]];
      if (before === undefined || after === undefined) continue;
      for (let sum = most; sum >= rank; sum--) after[sum] = (after[sum] ?? 0) + (before[sum - rank] ?? 0);
    }
  }
  const last = counts[values.length] ?? new Float64Array();
  const total = last.reduce((sum, count) => sum + count, 0);
  return last.subarray(reached).reduce((sum, count) => sum + count, 0) / total;
}

/** The smallest probability that so many values can have, in how many ways they can be chosen from all. */
export function leastRankSumP(others: number, values: number): number {
  return (
    1 / Array.from({ length: values }).reduce<number>((ways, _, nth) => (ways * (others + nth + 1)) / (nth + 1), 1)
  );
}
