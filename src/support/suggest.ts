/** Longer words get no suggestion: they are hardly typed by hand, and comparing them is slow. */
const longestWord = 64;

/**
 * The candidate that was most likely meant: the fewest typing slips away (a letter wrong, missing, extra, or two
 * swapped; letter case costs nothing), the first of equals. `undefined` where nothing is near enough.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > longestWord) return undefined;
  const typed = word.toLowerCase();
  let best: string | undefined;
  let limit = Math.min(3, Math.max(1, Math.floor(word.length / 3)));
  for (const candidate of candidates) {
    if (candidate.length > longestWord || Math.abs(candidate.length - word.length) > limit) continue;
    const slips = slipsBetween(typed, candidate.toLowerCase());
    if (slips > limit || slips >= candidate.length) continue;
    best = candidate;
    limit = slips - 1;
    if (limit < 0) break;
  }
  return best;
}

/** A hint for a word that is not known: the nearest one, or the list of what there is, as `noun`s. */
export function didYouMean(word: string, candidates: Iterable<string>, noun: string): string {
  const known = [...candidates];
  const near = nearest(word, known);
  if (near !== undefined) return `did you mean "${near}"?`;
  return known.length === 0 ? `there are no ${noun} here` : `the ${noun} here are: ${listWords(known)}`;
}

/** Words in one line: the first ones, and how many more there are. */
export function listWords(words: readonly string[], most = 12): string {
  const shown = words.slice(0, most).join(', ');
  return words.length > most ? `${shown} and ${words.length - most} more` : shown;
}

/** `a`, `a or b`, `a, b or c`. */
export function alternatives(words: readonly string[], last = 'or'): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1) ?? ''}`;
}

/**
 * Damerau-Levenshtein distance without edits inside a swap (optimal string alignment). By hand: `fastest-levenshtein`
 * counts a swap as two slips, and `damerau-levenshtein` is CommonJS without types, for these twenty lines.
 */
function slipsBetween(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let slips = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        slips = Math.min(slips, (beforePrevious[j - 2] ?? 0) + 1);
      }
      row.push(slips);
    }
    beforePrevious = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}
